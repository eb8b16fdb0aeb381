import type { Client } from 'pg'
import type { ConnectOptions, StoreLocation } from '../../../src/main/backends/store.ts'
import { isAppError } from '../../../src/main/domain/errors.ts'
import { type ConnectionOf, connectStore, storeLocation } from '../../support/servers/connect-store.ts'
import { type MariaDbOptions, startMariaDb } from '../../support/servers/mariadb.ts'
import { type PostgresOptions, startPostgres } from '../../support/servers/postgres.ts'
import type { TestServer } from '../../support/servers/process.ts'

export type SqlConnection = ConnectionOf<'tables'>

/** A server of either kind, with what the tests do to it behind our backs. */
export interface SqlServer {
  readonly kind: 'postgres' | 'mysql'
  readonly server: TestServer & { readonly user: string; readonly password: string; readonly ca: string }
  /** A connection of another program: to the given database, or to the server's own. */
  client(database?: string): Promise<SqlClient>
  newDatabase(): Promise<string>
}

export interface SqlClient {
  query(sql: string, values?: readonly unknown[]): Promise<readonly (readonly unknown[])[]>
  end(): Promise<void>
}

let databases = 0

export async function startSql(
  kind: SqlServer['kind'],
  options: PostgresOptions & MariaDbOptions = {},
): Promise<SqlServer> {
  const started = kind === 'postgres' ? await startPostgres(options) : await startMariaDb(options)
  const client: SqlServer['client'] =
    kind === 'postgres'
      ? (database) => postgresClient(started, database)
      : async (database) => {
          const { createConnection } = await import('mysql2/promise')
          const { port, user, password } = started
          const made = await createConnection({
            host: '127.0.0.1',
            port,
            user,
            password,
            rowsAsArray: true,
            ...(database === undefined ? {} : { database }),
          })
          made.on('error', () => {})
          return {
            async query(sql, values = []) {
              const [rows] = await made.query(sql, [...values])
              return Array.isArray(rows) ? (rows as unknown[][]) : []
            },
            end: () => made.end().catch(() => {}),
          }
        }
  return {
    kind,
    server: { ...started, ca: started.certificate?.ca ?? '' },
    client,
    async newDatabase() {
      databases += 1
      const name = `deck_${databases}`
      const admin = await client()
      await admin.query(`CREATE DATABASE ${name}`)
      await admin.end()
      return name
    },
  }
}

async function postgresClient(
  server: { readonly port: number; readonly user: string; readonly password: string },
  database = 'postgres',
): Promise<SqlClient> {
  const driver = await import('pg')
  const made: Client = new driver.default.Client({
    host: '127.0.0.1',
    port: server.port,
    user: server.user,
    password: server.password,
    database,
  })
  made.on('error', () => {})
  await made.connect()
  return {
    async query(sql, values = []) {
      const result = await made.query<unknown[]>({ text: sql, values: [...values], rowMode: 'array' })
      return result.rows
    },
    end: () => made.end().catch(() => {}),
  }
}

export function locationOf(
  { kind, server }: SqlServer,
  database: string,
  more: Partial<Omit<StoreLocation, 'kind'>> = {},
): StoreLocation {
  return storeLocation(kind, [server.port], { database, user: server.user, ...more })
}

export function connectSql(
  { server }: SqlServer,
  location: StoreLocation,
  { password = server.password, ...limits }: Partial<ConnectOptions> & { readonly password?: string } = {},
): Promise<SqlConnection> {
  return connectStore('tables', location, password, limits)
}

/** The code of an expected failure and what it says; anything else fails the test. */
export async function failure(work: Promise<unknown>): Promise<{ readonly code: string; readonly reason: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!isAppError(error)) throw new Error('not the failure that was expected', { cause: error })
  return { code: error.code, reason: 'reason' in error.details ? String(error.details.reason) : '' }
}
