import type { Client, InValue, ResultSet } from '@libsql/client/web'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Cell, Row, TablesSchema, TablesWriter } from '../../formats/media.ts'
import { LOST_WHILE_SAVING, unreachable } from '../network-errors.ts'
import {
  type CatalogueColumn,
  changesSchema,
  likePrefix,
  type RunQuery,
  schemaOf,
  tablesOverQuery,
  writeBeside,
} from '../sql/server-tables.ts'
import { manyRows } from '../sql/statements.ts'
import type { StoreBackend, StoreConnection, StoreLocation } from '../store.ts'
import { libsqlError } from './errors.ts'
import { httpFetch } from './http-fetch.ts'

const SCHEMA_FOR_MS = 5000

/**
 * A libSQL server (sqld, Turso) over HTTP: the part of `@libsql/client` that needs nothing native. A local file and an
 * embedded replica are SQLite files, which the app reads as such.
 */
export const libsqlBackend: StoreBackend = {
  kind: 'libsql',
  label: 'libSQL',
  defaultPort: 443,
  async connect(location, secrets, options): Promise<StoreConnection> {
    options.signal.throwIfAborted()
    const url = urlOf(location)
    const { createClient } = await import('@libsql/client/web')
    const http = httpFetch(location.tls, options)
    const token = secrets.password?.openText()
    const client = createClient({
      url,
      intMode: 'bigint',
      fetch: http.fetch,
      ...(token === undefined || token === '' ? {} : { authToken: token }),
    })
    const query: RunQuery = async (sql, parameters) => {
      try {
        return rowsOf(await client.execute({ sql, args: parameters.map(argumentOf) }))
      } catch (error) {
        options.signal.throwIfAborted()
        throw libsqlError(error, 'read')
      }
    }
    const close = async (): Promise<void> => {
      client.close()
      http.close()
    }
    try {
      const [row] = await query('SELECT sqlite_version()', [])
      const reader = tablesOverQuery({
        dialect: 'sqlite',
        query,
        readSchema: () => readSchema(query, location.prefix),
        schemaForMs: SCHEMA_FOR_MS,
      })
      return {
        medium: 'tables',
        server: `libSQL (SQLite ${String(row?.[0])})`,
        reader,
        write: (work) =>
          writeBeside(reader, (watched) => writeWith(client, location.prefix, options.signal, watched), work),
        watch: async () => null,
        close,
      }
    } catch (error) {
      await close()
      throw error
    }
  },
}

/** The address with the scheme that TLS asks for, and nothing secret in it. */
function urlOf(location: StoreLocation): string {
  const [host = ''] = location.hosts
  const invalid = (reason: string): AppError => new AppError('request.invalid', { field: 'hosts', reason })
  const url = URL.parse(/^[a-z]+:\/\//i.test(host) ? host : `libsql://${host}`)
  if (url === null || url.host === '') throw invalid('the address is none')
  const isPlain = /^(?:http|ws):$/.test(url.protocol)
  if (!isPlain && !/^(?:libsql|https|wss):$/.test(url.protocol))
    throw invalid('the address is not that of a libSQL server')
  if (isPlain && location.tls.mode !== 'off') throw invalid('the address is one without TLS, and TLS is asked for')
  return `${location.tls.mode === 'off' ? 'http' : 'https'}://${url.host}${url.pathname === '/' ? '' : url.pathname}`
}

function argumentOf(cell: Cell): InValue {
  return cell
}

function rowsOf(result: ResultSet): readonly Row[] {
  const width = result.columns.length
  return result.rows.map((row) =>
    Array.from({ length: width }, (_, index): Cell => {
      const value = row[index]
      return value instanceof ArrayBuffer ? new Uint8Array(value) : (value ?? null)
    }),
  )
}

const SCHEMA_SQL = `
SELECT m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual%' AND m.name NOT LIKE 'sqlite!_%' ESCAPE '!' AND m.name LIKE ? ESCAPE '!'
ORDER BY m.rowid, c.cid`

async function readSchema(query: RunQuery, prefix: string): Promise<TablesSchema> {
  const rows = await query(SCHEMA_SQL, [likePrefix(prefix)])
  const columns = rows.map(
    ([table, column, type, notNull, primaryKey]): CatalogueColumn => ({
      table: String(table),
      column: String(column),
      type: String(type ?? ''),
      notNull: notNull === 1n,
      primaryKey: Number(primaryKey),
    }),
  )
  const indexes = await query("SELECT name FROM sqlite_master WHERE type = 'index'", [])
  return { ...schemaOf(columns), indexes: new Set(indexes.map(([name]) => String(name))) }
}

/** The server lets one write at a time, so nothing changes between what the work reads and what it writes. */
async function writeWith<T>(
  client: Client,
  prefix: string,
  signal: AbortSignal,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const fail = (error: unknown): never => {
    signal.throwIfAborted()
    throw libsqlError(error, 'write')
  }
  const transaction = await client.transaction('write').catch(fail)
  const query: RunQuery = async (sql, parameters) =>
    rowsOf(await transaction.execute({ sql, args: parameters.map(argumentOf) }).catch(fail))
  const tables = tablesOverQuery({
    dialect: 'sqlite',
    query,
    readSchema: () => readSchema(query, prefix),
    schemaForMs: Number.POSITIVE_INFINITY,
  })
  const writer: TablesWriter = {
    ...tables,
    async run(sql, parameters = []) {
      await query(sql, parameters)
      if (changesSchema(sql)) tables.forgetSchema()
    },
    async runMany(sql, rows) {
      for (const [text, parameters] of manyRows(sql, rows)) await query(text, parameters)
    },
  }
  let isCommitting = false
  try {
    const result = await work(writer)
    signal.throwIfAborted()
    isCommitting = true
    await transaction.commit().catch(fail)
    return result
  } catch (error) {
    await transaction.rollback().catch(() => {})
    if (isCommitting && isAppError(error, 'source.unreachable')) throw unreachable(LOST_WHILE_SAVING, error)
    throw error
  } finally {
    transaction.close()
  }
}
