import { AppError } from '../domain/errors.ts'
import type { Cell, Row, ScanRequest, TableInfo, TablesReader, TablesSchema } from '../formats/media.ts'
import { countOf, LEAF_TABLE, rowsOf } from './b-tree.ts'
import { parseCreateTable, type TableLayout } from './create-table.ts'
import { type DatabasePages, HEADER_BYTE_LENGTH, pagesOfBytes } from './database-pages.ts'
import { readCells } from './record.ts'
import { readSqliteBytes, type SqliteReader } from './sqlite.ts'
import { UnusualDatabase } from './unusual-database.ts'

/**
 * A small read-only SQLite reader of our own: schema, scan and count over pages, no engine to start, which makes the scan
 * of thousands of small files several times quicker. Reads ordinary UTF-8 databases (rowid and WITHOUT ROWID tables,
 * overflow pages); throws `UnusualDatabase` for everything else and for every damage, so that SQLite itself can judge.
 * File format: sqlite.org/fileformat2.html.
 */
export interface PageReader {
  schema(): TablesSchema
  scan(request: ScanRequest): Row[]
  count(table: string): number
}

export interface StoredTable {
  readonly layout: TableLayout
  readonly root: number
}

const SCHEMA_ROOT = 1
const USER_VERSION_OFFSET = 60
/** type, name, tbl_name, rootpage, sql */
const SCHEMA_POSITIONS = [0, 1, 2, 3, 4]

/** @throws UnusualDatabase for tables that must be read by SQLite */
export function storedTable(pages: DatabasePages, name: string): StoredTable {
  const table = storedSchema(pages, false).tables.get(name)
  if (!table || table.layout.withoutRowid) throw new UnusualDatabase('no such table')
  return table
}

/** @throws UnusualDatabase */
export function pageReader(pages: DatabasePages, wal: boolean): PageReader {
  const { tables, schema } = storedSchema(pages, wal)
  const tableOf = (name: string): StoredTable => {
    const table = tables.get(name)
    if (!table) throw new UnusualDatabase('no such table')
    return table
  }
  return {
    // Files of one schema share it; the number stands in the header of each.
    schema: () => ({ ...schema, userVersion: pages.page(SCHEMA_ROOT).readInt32BE(USER_VERSION_OFFSET) }),
    scan: (request) => scanTable(pages, tableOf(request.table), request),
    count: (name) => countOf(pages, tableOf(name).root),
  }
}

interface StoredSchema {
  readonly tables: ReadonlyMap<string, StoredTable>
  readonly schema: TablesSchema
}

/**
 * Thousands of files were made by a handful of library versions, and their first pages agree byte by byte behind the
 * header. Comparing 4 kB costs next to nothing; reading a schema costs more than all the rest of a small file.
 */
const knownSchemas: { readonly page: Buffer; readonly wal: boolean; readonly stored: StoredSchema }[] = []
const KEPT_SCHEMAS = 24
const MAX_KEPT_PAGE = 8_192

function storedSchema(pages: DatabasePages, wal: boolean): StoredSchema {
  const page = pages.page(SCHEMA_ROOT).subarray(HEADER_BYTE_LENGTH)
  const at = knownSchemas.findIndex((known) => known.wal === wal && known.page.equals(page))
  const known = knownSchemas[at]
  if (known) {
    if (at > 0) knownSchemas.unshift(...knownSchemas.splice(at, 1))
    return known.stored
  }
  const stored = readSchema(pages, wal)
  // A schema that goes on in other pages is not told by its first one.
  if (page[0] === LEAF_TABLE && page.byteLength <= MAX_KEPT_PAGE && !stored.overflows) {
    knownSchemas.unshift({ page: Buffer.from(page), wal, stored })
    knownSchemas.length = Math.min(knownSchemas.length, KEPT_SCHEMAS)
  }
  return stored
}

function readSchema(pages: DatabasePages, wal: boolean): StoredSchema & { readonly overflows: boolean } {
  const tables = new Map<string, StoredTable>()
  const indexes = new Set<string>()
  let overflows = false
  for (const { payload } of rowsOf(pages, SCHEMA_ROOT)) {
    if (payload.byteLength > pages.usableByteLength - 35) overflows = true
    const cells: (Cell | undefined)[] = []
    readCells(payload, SCHEMA_POSITIONS, cells)
    const [type, name, , root, sql] = cells
    if (typeof name !== 'string') throw new UnusualDatabase('schema')
    if (type === 'index') indexes.add(name)
    if (type !== 'table' || name.startsWith('sqlite_')) continue
    if (typeof sql !== 'string') throw new UnusualDatabase('schema')
    if (/^create virtual/i.test(sql)) continue
    if (typeof root !== 'bigint') throw new UnusualDatabase('schema')
    tables.set(name, { layout: parseCreateTable(name, sql), root: Number(root) })
  }
  const infos = new Map([...tables].map(([name, { layout }]): [string, TableInfo] => [name, layout]))
  return { tables, schema: { tables: infos, indexes, wal }, overflows }
}

function scanTable(pages: DatabasePages, { layout, root }: StoredTable, request: ScanRequest): Row[] {
  const limit = request.limit ?? Number.POSITIVE_INFINITY
  if (limit <= 0) return []
  const wanted = request.columns.map((name) => {
    const column = layout.columns.findIndex((candidate) => candidate.name.toLowerCase() === name.toLowerCase())
    if (column === -1) throw new UnusualDatabase('no such column')
    return column
  })
  // A record is read from front to back: positions ascend, and results go back into the order asked for.
  const byKey = layout.withoutRowid && request.whereKey !== undefined
  const asked = wanted.map((column) => layout.positions[column] ?? 0)
  const positions = [...new Set(byKey ? [0, ...asked] : asked)].sort((a, b) => a - b)
  const slots = wanted.map((column) => positions.indexOf(layout.positions[column] ?? 0))
  const { whereKey } = request
  if (byKey && layout.columns.filter((column) => column.primaryKey > 0).length !== 1) {
    throw new UnusualDatabase('key of several columns')
  }

  const rows: Row[] = []
  for (const { rowid, payload } of rowsOf(pages, root, layout.withoutRowid ? null : (whereKey ?? null))) {
    if (whereKey !== undefined && !layout.withoutRowid && rowid !== whereKey) break
    const cells: (Cell | undefined)[] = []
    readCells(payload, positions, cells)
    if (whereKey !== undefined && byKey) {
      // The key of such a table is stored first.
      const key = cells[0]
      if (typeof key !== 'bigint' || key > whereKey) break
      if (key < whereKey) continue
    }
    rows.push(
      slots.map((slot, index) => {
        const column = wanted[index] ?? 0
        if (column === layout.rowidColumn) return rowid
        const cell = cells[slot]
        if (cell === undefined && layout.defaults[column]) throw new UnusualDatabase('default value')
        return layout.real[column] && typeof cell === 'bigint' ? Number(cell) : (cell ?? null)
      }),
    )
    if (rows.length >= limit) break
  }
  return rows
}

/**
 * A database in memory, read by pages where possible and by SQLite where not: unusual files, damage (SQLite then names
 * it), and `query`.
 * @throws AppError from every method: format.unrecognized, format.malformed
 */
export function quickTables(bytes: Uint8Array, options: { file: string | null; wal: boolean }): SqliteReader {
  return tablesWithFallback(
    () => pageReader(pagesOfBytes(bytes), options.wal),
    () => {
      const reader = readSqliteBytes(bytes, options.file)
      return { ...reader, schema: async () => ({ ...(await reader.schema()), wal: options.wal }) }
    },
  )
}

/** Tables over pages alone, for files too large to hold: `query` is refused. */
export function largeTables(pages: DatabasePages, options: { file: string; wal: boolean }): SqliteReader {
  return tablesWithFallback(
    () => pageReader(pages, options.wal),
    () => {
      throw new AppError('format.malformed', {
        file: options.file,
        reason: 'the SQLite database is damaged or of a kind that is read only up to a smaller size',
      })
    },
  )
}

function tablesWithFallback(quick: () => PageReader, full: () => SqliteReader): SqliteReader {
  let pages: PageReader | null = null
  let sqlite: SqliteReader | null = null
  const attempt = <T>(
    byPages: (reader: PageReader) => T,
    bySqlite: (reader: TablesReader) => Promise<T>,
  ): Promise<T> => {
    if (!sqlite) {
      try {
        pages ??= quick()
        return Promise.resolve(byPages(pages))
      } catch (error) {
        // A RangeError is a read outside the page: damage that no check of ours named.
        if (!(error instanceof UnusualDatabase || error instanceof RangeError)) return Promise.reject(error)
      }
    }
    return asking(bySqlite)
  }
  const asking = async <T>(work: (reader: TablesReader) => Promise<T>): Promise<T> => {
    sqlite ??= full()
    return work(sqlite)
  }
  return {
    dialect: 'sqlite',
    schema: () =>
      attempt(
        (reader) => reader.schema(),
        (reader) => reader.schema(),
      ),
    scan: (request) =>
      attempt(
        (reader) => reader.scan(request),
        (reader) => reader.scan(request),
      ),
    count: (table) =>
      attempt(
        (reader) => reader.count(table),
        (reader) => reader.count(table),
      ),
    query: (sql, parameters) => asking((reader) => reader.query(sql, parameters)),
    close: () => {
      sqlite?.close()
      pages = null
    },
  }
}
