import { connect, type Socket } from 'node:net'
import type { Pool, PoolConnection, PoolOptions } from 'mysql2/promise'
import type { Cell, Row } from '../../formats/media.ts'
import { withinTime } from '../or-aborted.ts'
import type { HostAndPort } from '../sql/host.ts'
import { GRACE_MS, IDLE_MS } from '../sql/limits.ts'
import type { ConnectOptions, StoreLocation, StoreSecrets } from '../store.ts'
import { cellConverter } from './cells.ts'

const KEPT_STATEMENTS = 64

/** Settings of the driver. Nothing in them comes from rows or answers. */
export function poolOptions(
  { host, port }: HostAndPort,
  location: StoreLocation,
  secrets: StoreSecrets,
  options: ConnectOptions,
  connectionLimit: number,
): PoolOptions {
  const { mode, ca } = location.tls
  return {
    host,
    port,
    user: location.user,
    password: secrets.password?.openText() ?? '',
    ...(location.database === '' ? {} : { database: location.database }),
    connectTimeout: options.connectTimeoutMs,
    connectionLimit,
    maxIdle: connectionLimit,
    idleTimeout: IDLE_MS,
    charset: 'utf8mb4',
    timezone: 'Z',
    dateStrings: true,
    jsonStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    rowsAsArray: true,
    // A server could ask for any file of this machine.
    flags: ['-LOCAL_FILES'],
    maxPreparedStatements: KEPT_STATEMENTS,
    stream: () => namedSocket(host, port),
    ...(mode === 'off'
      ? {}
      : {
          ssl: {
            rejectUnauthorized: mode === 'verify',
            verifyIdentity: mode === 'verify',
            ...(ca === '' ? {} : { ca }),
          },
        }),
  } as PoolOptions
}

/**
 * A socket that tells TLS whom it reaches. The driver gives TLS no name where the host is an address: a certificate would
 * then be held against `localhost`.
 */
function namedSocket(host: string, port: number): Socket {
  const socket = connect(port, host)
  return Object.assign(socket, { _host: host })
}

/** What every connection is told first: how long a statement may take, how strict to be, and that it only reads. */
export function setUp(pool: Pool, statements: readonly string[]): void {
  pool.pool.on('connection', (connection) => {
    // A connection that fails here fails its first statement too.
    connection.on('error', () => {})
    for (const statement of statements) connection.query(statement, () => {})
  })
}

/** Runs a prepared statement: values never become part of the SQL. */
export async function runOn(
  connection: PoolConnection,
  sql: string,
  parameters: readonly Cell[],
  commandTimeoutMs: number,
): Promise<readonly Row[]> {
  const { default: driver } = await import('mysql2')
  const values = parameters.map((cell) => {
    if (typeof cell === 'bigint') return driver.TypedParameter.LONGLONG(cell)
    return cell instanceof Uint8Array ? Buffer.from(cell.buffer, cell.byteOffset, cell.byteLength) : cell
  })
  const asked = connection.execute({ sql, rowsAsArray: true }, values as never)
  const [rows, fields] = await withinTime(commandTimeoutMs + GRACE_MS, asked)
  if (!Array.isArray(rows) || !Array.isArray(fields)) return []
  const converters = fields.map((field) => cellConverter(field.columnType ?? field.type ?? -1))
  return (rows as unknown[][]).map((row) => row.map((value, index) => converters[index]?.(value) ?? null))
}
