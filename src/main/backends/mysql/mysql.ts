import type { Connection, Pool, PoolConnection } from 'mysql2/promise'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { TablesWriter } from '../../formats/media.ts'
import { withinTime } from '../or-aborted.ts'
import { firstThatAnswers } from '../sql/first-host.ts'
import { hostAndPort } from '../sql/host.ts'
import { lendConnections } from '../sql/lending.ts'
import { MOST_READERS, SCHEMA_FOR_MS } from '../sql/limits.ts'
import { type RunQuery, type TablesConnection, tablesOverQuery, writeBeside } from '../sql/server-tables.ts'
import { writeTransaction } from '../sql/write-transaction.ts'
import type { ConnectOptions, StoreBackend, StoreConnection, StoreLocation, StoreSecrets } from '../store.ts'
import { poolOptions, runOn, setUp } from './driver.ts'
import { mysqlError } from './errors.ts'
import { mysqlProbe } from './probe.ts'
import { readMysqlSchema, unsafeTables } from './schema.ts'

const DEFAULT_PORT = 3306

/**
 * MySQL and MariaDB through `mysql2`. Reading has connections of its own, which the server holds to reading. Writes are
 * SERIALIZABLE: what they read is locked until they end, so nobody changes it in between.
 */
export const mysqlBackend: StoreBackend = {
  kind: 'mysql',
  label: 'MySQL or MariaDB',
  defaultPort: DEFAULT_PORT,
  async connect(location, secrets, options): Promise<StoreConnection> {
    const [pools, version] = await firstThatAnswers(
      location.hosts,
      options.signal,
      (host) => poolsOf(host, location, secrets, options),
      async ({ read }) => {
        const [row] = await read('SELECT VERSION(), DATABASE()', [])
        if (row?.[1] === null) throw new AppError('source.not-found', {})
        return String(row?.[0])
      },
    )
    return connectionOver(pools, serverName(version), location, options)
  },
}

/** "10.11.14-MariaDB-0+deb12u2" as "MariaDB 10.11.14". */
function serverName(version: string): string {
  const number = /\d+(?:\.\d+)+/.exec(version.replace(/^5\.5\.5-/, ''))?.[0] ?? ''
  return `${/mariadb/i.test(version) ? 'MariaDB' : 'MySQL'} ${number}`
}

interface MysqlPools {
  readonly read: RunQuery
  withWriter<T>(work: (connection: PoolConnection) => Promise<T>): Promise<T>
  end(): Promise<void>
}

const COMMON = [
  "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,NO_ZERO_DATE'",
  "SET SESSION time_zone = '+00:00'",
]

/** MariaDB counts in seconds and MySQL in milliseconds; each passes over what only the other knows. */
function limitStatements(timeoutMs: number): readonly string[] {
  return [
    `SET SESSION max_statement_time = ${timeoutMs / 1000}`,
    `SET SESSION max_execution_time = ${Math.ceil(timeoutMs)}`,
    `SET SESSION innodb_lock_wait_timeout = ${Math.max(1, Math.ceil(timeoutMs / 1000))}`,
    'SET SESSION information_schema_stats_expiry = 0',
  ]
}

async function poolsOf(
  host: string,
  location: StoreLocation,
  secrets: StoreSecrets,
  options: ConnectOptions,
): Promise<MysqlPools> {
  const { default: driver } = await import('mysql2/promise')
  const address = hostAndPort(host, DEFAULT_PORT)
  const limits = limitStatements(options.commandTimeoutMs)
  const newPool = (most: number, more: readonly string[]): Pool => {
    const pool = driver.createPool(poolOptions(address, location, secrets, options, most))
    setUp(pool, [...COMMON, ...limits, ...more])
    return pool
  }
  const readers = newPool(MOST_READERS, ['SET SESSION TRANSACTION READ ONLY'])
  let writers: Pool | null = null
  const lending = lendConnections<PoolConnection>({
    signal: options.signal,
    giveBack(connection, isBroken) {
      if (isBroken) connection.destroy()
      else connection.release()
    },
    cancel(connection) {
      cancelQuery(connection, () => driver.createConnection(poolOptions(address, location, secrets, options, 1)))
      connection.destroy()
    },
    end: () => Promise.all([readers.end(), writers?.end()]).then(() => undefined),
  })
  const within = <T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> =>
    lending.use(() => pool.getConnection(), work)
  return {
    async read(sql, parameters) {
      try {
        return await within(readers, (connection) => runOn(connection, sql, parameters, options.commandTimeoutMs))
      } catch (error) {
        options.signal.throwIfAborted()
        throw mysqlError(error, 'read')
      }
    },
    withWriter: (work) => within((writers ??= newPool(1, [])), work),
    end: lending.end,
  }
}

/** Asks the server to leave off, over a connection of its own: it would go on for a client that is gone. */
function cancelQuery({ threadId }: PoolConnection, connect: () => Promise<Connection>): void {
  if (threadId === null) return
  const tell = async (): Promise<void> => {
    const messenger = await connect()
    messenger.on('error', () => {})
    await messenger.query(`KILL QUERY ${Number(threadId)}`).finally(() => messenger.destroy())
  }
  tell().catch(() => {})
}

function connectionOver(
  pools: MysqlPools,
  server: string,
  location: StoreLocation,
  options: ConnectOptions,
): TablesConnection {
  const reader = tablesOverQuery({
    dialect: 'mysql',
    query: pools.read,
    readSchema: () => readMysqlSchema(pools.read, location.prefix),
    schemaForMs: SCHEMA_FOR_MS,
  })
  return {
    medium: 'tables',
    server,
    reader,
    write: (work) => writeBeside(reader, (watched) => writeWith(pools, location, options, watched), work),
    watch: async () => null,
    probe: (prefix) => mysqlProbe(pools.read, prefix),
    close: () => pools.end(),
  }
}

const BEGIN = ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'START TRANSACTION']

function writeWith<T>(
  pools: MysqlPools,
  location: StoreLocation,
  { commandTimeoutMs, signal }: ConnectOptions,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const begin: Parameters<typeof writeTransaction>[0]['begin'] = (run) =>
    pools.withWriter(async (connection) => {
      const tell = (sql: string): Promise<unknown> => withinTime(commandTimeoutMs, connection.query(sql))
      const query: RunQuery = async (sql, parameters) => {
        try {
          return await runOn(connection, sql, parameters, commandTimeoutMs)
        } catch (error) {
          signal.throwIfAborted()
          throw mysqlError(error, 'write')
        }
      }
      let unsafe: ReadonlySet<string> | null = null
      for (const sql of BEGIN) await tell(sql)
      return run({
        query,
        tell,
        async refuse(sql) {
          unsafe ??= await unsafeTables(query)
          refuseUnsafe(sql, unsafe)
        },
        async tablesChanged() {
          unsafe = null
          // Such a statement ends the transaction: without a new one, every later statement would be saved by itself.
          for (const sql of BEGIN) await tell(sql)
        },
      })
    })
  const readSchema = (query: RunQuery) => readMysqlSchema(query, location.prefix)
  return writeTransaction({ dialect: 'mysql', signal, readSchema, begin, mapped }, work)
}

function refuseUnsafe(sql: string, unsafe: ReadonlySet<string>): void {
  const table = /^\s*(?:(?:INSERT|REPLACE)\s+(?:INTO\s+)?|UPDATE\s+|DELETE\s+FROM\s+)`?([^`\s]+)/i.exec(sql)?.[1]
  if (table === undefined || !unsafe.has(table)) return
  throw new AppError('request.unsupported', {
    reason: 'a table is kept by an engine without transactions (MyISAM): a write could be left half done',
  })
}

/** Errors of the work itself pass; those of the driver are told in our words. */
function mapped(error: unknown): unknown {
  const isDriver = error instanceof Error && !isAppError(error) && ('errno' in error || 'code' in error)
  return isDriver || (error instanceof Error && /closed state|Pool is closed/i.test(error.message))
    ? mysqlError(error, 'write')
    : error
}
