import type { ClientConfig, Client as PgClient, Pool, PoolClient } from 'pg'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Cell, Row, TablesWriter } from '../../formats/media.ts'
import { LOST_WHILE_SAVING, unreachable } from '../network-errors.ts'
import { orAborted } from '../or-aborted.ts'
import { hostAndPort } from '../sql/host.ts'
import { changesSchema, tablesOverQuery } from '../sql/server-tables.ts'
import { manyRows, numbered } from '../sql/statements.ts'
import type { ConnectOptions, StoreBackend, StoreConnection, StoreLocation, StoreSecrets } from '../store.ts'
import { cellParser } from './cells.ts'
import { postgresError } from './errors.ts'
import { postgresProbe } from './probe.ts'
import { readPostgresSchema } from './schema.ts'

const DEFAULT_PORT = 5432
/** A page, a search and a count at once; bots need the other connections. */
const MOST_CONNECTIONS = 3
const IDLE_MS = 30_000
const SCHEMA_FOR_MS = 5000
/** The server ends a statement by itself; this much later the connection is given up. */
const GRACE_MS = 2000

type TablesConnection = Extract<StoreConnection, { medium: 'tables' }>

/**
 * PostgreSQL through `pg`. Every read is a READ ONLY transaction of its own, set up by that transaction alone: behind a
 * pooler, a setting of the session would reach the bots. Writes are SERIALIZABLE with the server's own say on whether it
 * may be written.
 */
export const postgresBackend: StoreBackend = {
  kind: 'postgres',
  label: 'PostgreSQL',
  defaultPort: DEFAULT_PORT,
  async connect(location, secrets, options): Promise<StoreConnection> {
    options.signal.throwIfAborted()
    const pool = await firstThatAnswers(location, secrets, options)
    return connectionOver(pool, location, options)
  },
}

/** Of several hosts the first that lets in. @throws AppError the failure of the last */
async function firstThatAnswers(
  location: StoreLocation,
  secrets: StoreSecrets,
  options: ConnectOptions,
): Promise<PostgresPool> {
  let failure: unknown = new AppError('request.invalid', { field: 'hosts', reason: 'no host' })
  for (const host of location.hosts) {
    const pool = await poolOf(configOf(hostAndPort(host, DEFAULT_PORT), location, secrets, options), options)
    try {
      await pool.read('SELECT 1', [])
      return pool
    } catch (error) {
      await pool.end()
      options.signal.throwIfAborted()
      failure = error
    }
  }
  throw failure
}

function configOf(
  { host, port }: { host: string; port: number },
  location: StoreLocation,
  secrets: StoreSecrets,
  options: ConnectOptions,
): ClientConfig {
  const { mode, ca } = location.tls
  return {
    host,
    port,
    database: location.database || location.user || 'postgres',
    user: location.user,
    password: secrets.password?.openText() ?? '',
    application_name: 'Session Deck',
    connectionTimeoutMillis: options.connectTimeoutMs,
    query_timeout: options.commandTimeoutMs + GRACE_MS,
    keepAlive: true,
    pipeline: true,
    types: { getTypeParser: cellParser as never },
    ssl: mode === 'off' ? false : { rejectUnauthorized: mode === 'verify', ...(ca === '' ? {} : { ca }) },
  }
}

interface PostgresPool {
  /** A statement in a transaction that reads. */
  read(sql: string, parameters: readonly Cell[]): Promise<readonly Row[]>
  /** A connection of one's own; `broken` tells whether it may be used again. */
  withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T>
  end(): Promise<void>
}

async function poolOf(config: ClientConfig, options: ConnectOptions): Promise<PostgresPool> {
  const { default: driver } = await import('pg')
  const pool: Pool = new driver.Pool({ ...config, max: MOST_CONNECTIONS, idleTimeoutMillis: IDLE_MS })
  // A connection that dies while idle leaves the pool by itself; the next call makes another.
  pool.on('error', () => {})
  const busy = new Set<PoolClient>()
  let closing: Promise<void> | null = null
  const cut = (): void => {
    for (const client of busy) cancelQuery(client, config, driver.Client).catch(() => {})
  }
  const end = (): Promise<void> => {
    options.signal.removeEventListener('abort', stop)
    closing ??= pool.end()
    return closing
  }
  const stop = (): void => {
    cut()
    void end()
  }
  options.signal.addEventListener('abort', stop, { once: true })
  const withClient = async <T>(work: (client: PoolClient) => Promise<T>): Promise<T> => {
    options.signal.throwIfAborted()
    if (closing !== null) throw new AppError('source.unreachable', { reason: 'the connection is closed' })
    const client = await pool.connect()
    busy.add(client)
    let broken = true
    const onError = (): void => {}
    client.on('error', onError)
    try {
      const result = await orAborted(options.signal, work(client))
      broken = false
      return result
    } finally {
      busy.delete(client)
      client.removeListener('error', onError)
      client.release(broken)
    }
  }
  const read = async (sql: string, parameters: readonly Cell[]): Promise<readonly Row[]> => {
    try {
      return await withClient(async (client) => {
        // All three are sent at once: one way to the server and back.
        const begun = client.query(`BEGIN READ ONLY; SET LOCAL statement_timeout = ${options.commandTimeoutMs}`)
        const rows = runOn(client, sql, parameters)
        const ended = client.query('COMMIT')
        const [, answer] = await Promise.all([begun, rows, ended])
        return answer
      })
    } catch (error) {
      options.signal.throwIfAborted()
      throw postgresError(error, 'read')
    }
  }
  return { read, withClient, end }
}

/** Asks the server to leave off, over a connection of its own: it would go on for a client that is gone. */
async function cancelQuery(client: PoolClient, config: ClientConfig, Client: typeof PgClient): Promise<void> {
  const { processID } = client as unknown as { processID: number | null }
  if (processID === null) return
  const messenger = new Client(config)
  messenger.on('error', () => {})
  try {
    await messenger.connect()
    await messenger.query('SELECT pg_cancel_backend($1)', [processID])
  } finally {
    await messenger.end()
  }
}

async function runOn(client: PoolClient, sql: string, parameters: readonly Cell[]): Promise<readonly Row[]> {
  const result = await client.query<Cell[]>({
    text: numbered(sql),
    values: parameters.map(parameterOf),
    rowMode: 'array',
  })
  return result.rows
}

/** Text of PostgreSQL holds no zero character; whoever made such a name meant nothing by it. */
function parameterOf(cell: Cell): unknown {
  if (typeof cell === 'string' && cell.includes('\0')) return cell.replaceAll('\0', '')
  return cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength) : cell
}

async function connectionOver(
  pool: PostgresPool,
  location: StoreLocation,
  options: ConnectOptions,
): Promise<TablesConnection> {
  const [version] = await pool.read('SHOW server_version', [])
  const readSchema = (query: PostgresPool['read']) => () => readPostgresSchema(query, location.prefix)
  const reader = tablesOverQuery({
    dialect: 'postgres',
    query: pool.read,
    readSchema: readSchema(pool.read),
    schemaForMs: SCHEMA_FOR_MS,
  })
  return {
    medium: 'tables',
    server: `PostgreSQL ${String(version?.[0] ?? '').split(' ')[0]}`,
    reader,
    write: (work) => writeWith(pool, options, readSchema, work).finally(() => reader.forgetSchema()),
    watch: async () => null,
    probe: (prefix) => postgresProbe(pool.read, prefix),
    close: () => pool.end(),
  }
}

async function writeWith<T>(
  pool: PostgresPool,
  { commandTimeoutMs, signal }: ConnectOptions,
  readSchema: (query: PostgresPool['read']) => Parameters<typeof tablesOverQuery>[0]['readSchema'],
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const state = { thrown: undefined as unknown, committing: false }
  try {
    return await pool.withClient(async (client) => {
      await client.query(
        `BEGIN ISOLATION LEVEL SERIALIZABLE; SET LOCAL statement_timeout = ${commandTimeoutMs}; SET LOCAL lock_timeout = ${commandTimeoutMs}`,
      )
      const query = async (sql: string, parameters: readonly Cell[]): Promise<readonly Row[]> => {
        try {
          return await runOn(client, sql, parameters)
        } catch (error) {
          signal.throwIfAborted()
          throw postgresError(error, 'write')
        }
      }
      const tables = tablesOverQuery({
        dialect: 'postgres',
        query,
        readSchema: readSchema(query),
        schemaForMs: Number.POSITIVE_INFINITY,
      })
      const run = async (sql: string, parameters: readonly Cell[] = []): Promise<void> => {
        await query(sql, parameters)
        if (changesSchema(sql)) tables.forgetSchema()
      }
      const writer: TablesWriter = {
        ...tables,
        run,
        async runMany(sql, rows) {
          for (const [text, parameters] of manyRows(sql, rows)) await query(text, parameters)
        },
      }
      try {
        const result = await work(writer)
        signal.throwIfAborted()
        state.committing = true
        await client.query('COMMIT')
        return result
      } catch (error) {
        state.thrown = error
        // The connection goes back only when the server said that nothing is left open.
        await client.query('ROLLBACK')
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
  const isDriver = error instanceof Error && !(error instanceof AppError) && ('code' in error || 'severity' in error)
  const isLost = error instanceof Error && /Connection terminated|not queryable|timeout/i.test(error.message)
  return isDriver || isLost ? postgresError(error, 'write') : error
}
