import { ferretdbMissing, startFerretDb } from './ferretdb.ts'
import { mariadbMissing, startMariaDb } from './mariadb.ts'
import { postgresMissing, startPostgres } from './postgres.ts'
import { redisMissing, startRedis } from './redis.ts'

/** A server that sessions are shared by, with what somebody else would do to it. */
export interface RunningStore {
  /** As it stands in a configuration, with its password. */
  readonly address: string
  readonly password: string
  /** What sessions are written as. */
  readonly formatId: string
  /** A bot makes a session: a copy of one that is there, under another name. */
  copy(from: string, to: string): Promise<void>
  /** A bot ends a session. */
  remove(name: string): Promise<void>
  /** Back to an empty server. */
  clear(): Promise<void>
  kill(): Promise<void>
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface StoreKit {
  readonly name: string
  /** Why it is skipped; null when it runs. */
  readonly missing: string | null
  start(): Promise<RunningStore>
}

/** `notify-keyspace-events KA` tells of changes; without it the server is polled. */
async function redisStore(notifyKeyspace: string): Promise<RunningStore> {
  const password = crypto.randomUUID()
  const server = await startRedis({ password, durable: true, notifyKeyspace })
  const client = server.client()
  const keysOf = (name: string): Promise<string[]> => client.keys(`*:${name}:*`)
  return {
    address: `redis://:${password}@127.0.0.1:${server.port}/0`,
    password,
    formatId: 'telethon.redis',
    async copy(from, to) {
      for (const key of await keysOf(from)) await client.copy(key, key.replace(`:${from}:`, `:${to}:`))
    },
    remove: async (name) => void (await client.del(await keysOf(name))),
    clear: async () => void (await client.flushall()),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  }
}

async function postgresStore(): Promise<RunningStore> {
  const server = await startPostgres()
  async function run(sql: string, ...values: string[]): Promise<void> {
    const client = await server.client()
    try {
      await client.query(sql, values)
    } finally {
      await client.end()
    }
  }
  return {
    address: `postgresql+psycopg2://${server.user}:${server.password}@127.0.0.1:${server.port}/${server.database}`,
    password: server.password,
    formatId: 'telethon.sqlalchemy',
    copy: (from, to) =>
      run(
        `INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key)
         SELECT $2, dc_id, server_address, port, auth_key FROM sessions WHERE session_id = $1`,
        from,
        to,
      ),
    remove: (name) => run('DELETE FROM sessions WHERE session_id = $1', name),
    clear: () => run('DROP SCHEMA public CASCADE; CREATE SCHEMA public'),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  }
}

/** A server without change streams: it is polled. A session is a database of its own. */
async function mongoStore(): Promise<RunningStore> {
  const server = await startFerretDb({ login: true })
  const client = server.client()
  return {
    address: `mongodb://${server.user}:${server.password}@127.0.0.1:${server.port}/`,
    password: server.password,
    formatId: 'telethon.mongo',
    async copy(from, to) {
      for (const { name } of await client.db(from).listCollections().toArray()) {
        const documents = await client.db(from).collection(name).find({}).toArray()
        if (documents.length > 0) await client.db(to).collection(name).insertMany(documents)
      }
    },
    remove: async (name) => void (await client.db(name).dropDatabase()),
    async clear() {
      const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true })
      for (const { name } of databases as { name: string }[]) {
        if (name !== 'admin') await client.db(name).dropDatabase()
      }
    },
    kill: () => server.kill(),
    restart: () => server.restart(),
    async stop() {
      await client.close()
      await server.stop()
    },
  }
}

async function mariadbStore(): Promise<RunningStore> {
  const server = await startMariaDb()
  const { user, password, port, database } = server
  async function run(...statements: (readonly [sql: string, values?: string[]])[]): Promise<void> {
    const client = await server.client()
    try {
      for (const [sql, values] of statements) await client.query(sql, values)
    } finally {
      await client.end()
    }
  }
  return {
    address: `mysql+pymysql://${user}:${password}@127.0.0.1:${port}/${database}`,
    password,
    formatId: 'telethon.sqlalchemy',
    copy: (from, to) =>
      run([
        `INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key)
         SELECT ?, dc_id, server_address, port, auth_key FROM sessions WHERE session_id = ?`,
        [to, from],
      ]),
    remove: (name) => run(['DELETE FROM sessions WHERE session_id = ?', [name]]),
    clear: () => run([`DROP DATABASE ${database}`], [`CREATE DATABASE ${database}`]),
    kill: () => server.kill(),
    restart: () => server.restart(),
    stop: () => server.stop(),
  }
}

/** Those that start at once. */
export const quickStoreKits: readonly StoreKit[] = [
  { name: 'Redis that tells of changes', missing: redisMissing(), start: () => redisStore('KA') },
]

/** All of them: the first time one is built, which takes minutes. */
export async function everyStoreKit(): Promise<readonly StoreKit[]> {
  return [
    ...quickStoreKits,
    { name: 'Redis that tells nothing', missing: redisMissing(), start: () => redisStore('') },
    { name: 'PostgreSQL', missing: postgresMissing(), start: postgresStore },
    { name: 'MariaDB', missing: mariadbMissing(), start: mariadbStore },
    { name: 'MongoDB without change streams', missing: await ferretdbMissing(), start: mongoStore },
  ]
}
