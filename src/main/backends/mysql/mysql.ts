import type { Connection, Pool, PoolConnection } from 'mysql2/promise'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Cell, Row, TablesWriter } from '../../formats/media.ts'
import { LOST_WHILE_SAVING, unreachable } from '../network-errors.ts'
import { orAborted, withinTime } from '../or-aborted.ts'
import { hostAndPort } from '../sql/host.ts'
import { changesSchema, type RunQuery, tablesOverQuery } from '../sql/server-tables.ts'
import { manyRows } from '../sql/statements.ts'
import type { ConnectOptions, StoreBackend, StoreConnection, StoreLocation, StoreSecrets } from '../store.ts'
import { poolOptions, runOn, setUp } from './driver.ts'
import { mysqlError } from './errors.ts'
import { mysqlProbe } from './probe.ts'
import { readMysqlSchema, unsafeTables } from './schema.ts'

const DEFAULT_PORT = 3306
/** A page, a search and a count at once; bots need the other connections. */
const MOST_READERS = 3
const SCHEMA_FOR_MS = 5000

type TablesConnection = Extract<StoreConnection, { medium: 'tables' }>

/**
 * MySQL and MariaDB through `mysql2`. Reading has connections of its own, which the server holds to reading. Writes are
 * SERIALIZABLE: what they read is locked until they end, so nobody changes it in between.
 */
export const mysqlBackend: StoreBackend = {
  kind: 'mysql',
  label: 'MySQL or MariaDB',
  defaultPort: DEFAULT_PORT,
  async connect(location, secrets, options): Promise<StoreConnection> {
    let failure: unknown = new AppError('request.invalid', { field: 'hosts', reason: 'no host' })
    for (const host of location.hosts) {
      options.signal.throwIfAborted()
      const pools = await poolsOf(host, location, secrets, options)
      try {
        const [row] = await pools.read('SELECT VERSION(), DATABASE()', [])
        if (row?.[1] === null) throw new AppError('source.not-found', {})
        return connectionOver(pools, serverName(String(row?.[0])), location, options)
      } catch (error) {
        await pools.end()
        options.signal.throwIfAborted()
        failure = error
      }
    }
    throw failure
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
  const busy = new Set<PoolConnection>()
  let closing: Promise<void> | null = null
  const end = (): Promise<void> => {
    options.signal.removeEventListener('abort', stop)
    closing ??= Promise.all([readers.end(), writers?.end()]).then(() => undefined)
    return closing
  }
  const stop = (): void => {
    for (const connection of busy) {
      cancelQuery(connection, () => driver.createConnection(poolOptions(address, location, secrets, options, 1)))
      connection.destroy()
    }
    void end().catch(() => {})
  }
  options.signal.addEventListener('abort', stop, { once: true })
  const within = async <T>(pool: Pool, work: (connection: PoolConnection) => Promise<T>): Promise<T> => {
    options.signal.throwIfAborted()
    if (closing !== null) throw new AppError('source.unreachable', { reason: 'the connection is closed' })
    const connection = await pool.getConnection()
    busy.add(connection)
    let broken = true
    try {
      const result = await orAborted(options.signal, work(connection))
      broken = false
      return result
    } finally {
      busy.delete(connection)
      if (broken) connection.destroy()
      else connection.release()
    }
  }
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
    end,
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
    write: (work) => writeWith(pools, location, options, work).finally(() => reader.forgetSchema()),
    watch: async () => null,
    probe: (prefix) => mysqlProbe(pools.read, prefix),
    close: () => pools.end(),
  }
}

const BEGIN = ['SET TRANSACTION ISOLATION LEVEL SERIALIZABLE', 'START TRANSACTION']

async function writeWith<T>(
  pools: MysqlPools,
  location: StoreLocation,
  { commandTimeoutMs, signal }: ConnectOptions,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const state = { thrown: undefined as unknown, committing: false }
  try {
    return await pools.withWriter(async (connection) => {
      const tell = (sql: string): Promise<unknown> => withinTime(commandTimeoutMs, connection.query(sql))
      for (const sql of BEGIN) await tell(sql)
      const query = async (sql: string, parameters: readonly Cell[]): Promise<readonly Row[]> => {
        try {
          return await runOn(connection, sql, parameters, commandTimeoutMs)
        } catch (error) {
          signal.throwIfAborted()
          throw mysqlError(error, 'write')
        }
      }
      const tables = tablesOverQuery({
        dialect: 'mysql',
        query,
        readSchema: () => readMysqlSchema(query, location.prefix),
        schemaForMs: Number.POSITIVE_INFINITY,
      })
      let unsafe: ReadonlySet<string> | null = null
      const refuseUnsafe = async (sql: string): Promise<void> => {
        unsafe ??= await unsafeTables(query)
        const table = /^\s*(?:(?:INSERT|REPLACE)\s+(?:INTO\s+)?|UPDATE\s+|DELETE\s+FROM\s+)`?([^`\s]+)/i.exec(sql)?.[1]
        if (table === undefined || !unsafe.has(table)) return
        throw new AppError('request.unsupported', {
          reason: 'a table is kept by an engine without transactions (MyISAM): a write could be left half done',
        })
      }
      const writer: TablesWriter = {
        ...tables,
        async run(sql, parameters = []) {
          await refuseUnsafe(sql)
          await query(sql, parameters)
          if (!changesSchema(sql)) return
          tables.forgetSchema()
          unsafe = null
          // Such a statement ends the transaction: without a new one, every later statement would be saved by itself.
          for (const begin of BEGIN) await tell(begin)
        },
        async runMany(sql, rows) {
          await refuseUnsafe(sql)
          for (const [text, parameters] of manyRows(sql, rows)) await query(text, parameters)
        },
      }
      try {
        const result = await work(writer)
        signal.throwIfAborted()
        state.committing = true
        await tell('COMMIT')
        return result
      } catch (error) {
        state.thrown = error
        await tell('ROLLBACK')
        throw error
      }
    })
  } catch (error) {
    const failure = mapped(state.thrown ?? error)
    if (state.committing && isAppError(failure, 'source.unreachable')) throw unreachable(LOST_WHILE_SAVING, error)
    signal.throwIfAborted()
    throw failure
  }
}

/** Errors of the work itself pass; those of the driver are told in our words. */
function mapped(error: unknown): unknown {
  const isDriver = error instanceof Error && !isAppError(error) && ('errno' in error || 'code' in error)
  return isDriver || (error instanceof Error && /closed state|Pool is closed/i.test(error.message))
    ? mysqlError(error, 'write')
    : error
}
