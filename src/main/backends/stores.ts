import type { StoreBackend, StoreKind } from './store.ts'

/** Every server the app reaches, one line each. The driver behind one is loaded when a source first needs it. */
const backends: Readonly<Record<StoreKind, () => Promise<StoreBackend>>> = {
  redis: async () => (await import('./redis/backend.ts')).redisBackend,
  mongodb: async () => (await import('./mongodb/backend.ts')).mongodbBackend,
  postgres: async () => (await import('./postgres/postgres.ts')).postgresBackend,
  mysql: async () => (await import('./mysql/mysql.ts')).mysqlBackend,
  libsql: async () => (await import('./libsql/libsql.ts')).libsqlBackend,
}

export function storeBackend(kind: StoreKind): Promise<StoreBackend> {
  return backends[kind]()
}
