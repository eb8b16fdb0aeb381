import type { ClientConfig, Client as PgClient, Pool, PoolClient } from 'pg'
import { AppError } from '../../domain/errors.ts'
import type { Cell, Row, TablesWriter } from '../../formats/media.ts'
import { firstThatAnswers } from '../sql/first-host.ts'
import { hostAndPort } from '../sql/host.ts'
import { lendConnections } from '../sql/lending.ts'
import { GRACE_MS, IDLE_MS, MOST_READERS, SCHEMA_FOR_MS } from '../sql/limits.ts'
import { type RunQuery, type TablesConnection, tablesOverQuery, writeBeside } from '../sql/server-tables.ts'
import { numbered } from '../sql/statements.ts'
import { writeTransaction } from '../sql/write-transaction.ts'
import type { ConnectOptions, StoreBackend, StoreConnection, StoreLocation, StoreSecrets } from '../store.ts'
import { cellParser } from './cells.ts'
import { postgresError } from './errors.ts'
import { postgresProbe } from './probe.ts'
import { readPostgresSchema } from './schema.ts'

const DEFAULT_PORT = 5432

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
    const [pool] = await firstThatAnswers(
      location.hosts,
      options.signal,
      (host) => poolOf(configOf(hostAndPort(host, DEFAULT_PORT), location, secrets, options), options),
      ({ read }) => read('SELECT 1', []),
    )
    return connectionOver(pool, location, options)
  },
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
  const pool: Pool = new driver.Pool({ ...config, max: MOST_READERS, idleTimeoutMillis: IDLE_MS })
  // A connection that dies while idle leaves the pool by itself; the next call makes another.
  pool.on('error', () => {})
  const lending = lendConnections<PoolClient>({
    signal: options.signal,
    giveBack(client, isBroken) {
      client.removeListener('error', ignore)
      client.release(isBroken)
    },
    cancel: (client) => void cancelQuery(client, config, driver.Client).catch(() => {}),
    end: () => pool.end(),
  })
  const withClient: PostgresPool['withClient'] = (work) =>
    lending.use(async () => (await pool.connect()).on('error', ignore), work)
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
  return { read, withClient, end: lending.end }
}

/** What fails on a connection fails its statement too. */
function ignore(): void {}

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
  const readSchema = (query: RunQuery) => readPostgresSchema(query, location.prefix)
  const reader = tablesOverQuery({
    dialect: 'postgres',
    query: pool.read,
    readSchema: () => readSchema(pool.read),
    schemaForMs: SCHEMA_FOR_MS,
  })
  return {
    medium: 'tables',
    server: `PostgreSQL ${String(version?.[0] ?? '').split(' ')[0]}`,
    reader,
    write: (work) => writeBeside(reader, (watched) => writeWith(pool, options, readSchema, watched), work),
    watch: async () => null,
    probe: (prefix) => postgresProbe(pool.read, prefix),
    close: () => pool.end(),
  }
}

function writeWith<T>(
  pool: PostgresPool,
  { commandTimeoutMs, signal }: ConnectOptions,
  readSchema: (query: RunQuery) => ReturnType<typeof readPostgresSchema>,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const limits = `SET LOCAL statement_timeout = ${commandTimeoutMs}; SET LOCAL lock_timeout = ${commandTimeoutMs}`
  const begin: Parameters<typeof writeTransaction>[0]['begin'] = (run) =>
    pool.withClient(async (client) => {
      await client.query(`BEGIN ISOLATION LEVEL SERIALIZABLE; ${limits}`)
      const query: RunQuery = async (sql, parameters) => {
        try {
          return await runOn(client, sql, parameters)
        } catch (error) {
          signal.throwIfAborted()
          throw postgresError(error, 'write')
        }
      }
      return run({ query, tell: (sql) => client.query(sql) })
    })
  return writeTransaction({ dialect: 'postgres', signal, readSchema, begin, mapped }, work)
}

/** Errors of the work itself pass; those of the driver are told in our words. */
function mapped(error: unknown): unknown {
  const isDriver = error instanceof Error && !(error instanceof AppError) && ('code' in error || 'severity' in error)
  const isLost = error instanceof Error && /Connection terminated|not queryable|timeout/i.test(error.message)
  return isDriver || isLost ? postgresError(error, 'write') : error
}
