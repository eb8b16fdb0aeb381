import { AppError } from '../domain/errors.ts'
import type { Cell, Row, ScanRequest, TableInfo, TablesReader, TablesSchema } from '../formats/media.ts'
import { countOf, rowsOf } from './b-tree.ts'
import { parseCreateTable, type TableLayout } from './create-table.ts'
import { type DatabasePages, pagesOfBytes } from './database-pages.ts'
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

interface StoredTable {
  readonly layout: TableLayout
  readonly root: number
}

const SCHEMA_ROOT = 1
/** type, name, tbl_name, rootpage, sql */
const SCHEMA_POSITIONS = [0, 1, 2, 3, 4]

/** @throws UnusualDatabase */
export function pageReader(pages: DatabasePages, wal: boolean): PageReader {
  const tables = new Map<string, StoredTable>()
  const indexes = new Set<string>()
  for (const { payload } of rowsOf(pages, SCHEMA_ROOT)) {
    const cells: (Cell | undefined)[] = []
    readCells(payload, SCHEMA_POSITIONS, cells)
    const [type, name, , root, sql] = cells
    if (typeof name !== 'string') throw new UnusualDatabase('schema')
    if (type === 'index') indexes.add(name)
    if (type !== 'table' || name.startsWith('sqlite_')) continue
    if (typeof sql !== 'string') throw new UnusualDatabase('schema')
    if (/^create virtual/i.test(sql)) continue
    if (typeof root !== 'bigint') throw new UnusualDatabase('schema')
    tables.set(name, { layout: layoutOf(name, sql), root: Number(root) })
  }
  const tableOf = (name: string): StoredTable => {
    const table = tables.get(name)
    if (!table) throw new UnusualDatabase('no such table')
    return table
  }
  return {
    schema: () => ({
      tables: new Map([...tables].map(([name, { layout }]): [string, TableInfo] => [name, layout])),
      indexes,
      wal,
    }),
    scan: (request) => scanTable(pages, tableOf(request.table), request),
    count: (name) => countOf(pages, tableOf(name).root),
  }
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
  const positions = [...new Set(wanted.map((column) => layout.positions[column] ?? 0))].sort((a, b) => a - b)
  const slots = wanted.map((column) => positions.indexOf(layout.positions[column] ?? 0))
  const { whereKey } = request
  if (whereKey !== undefined && layout.withoutRowid) throw new UnusualDatabase('key of a table without rowid')

  const rows: Row[] = []
  for (const { rowid, payload } of rowsOf(pages, root, whereKey ?? null)) {
    if (whereKey !== undefined && rowid !== whereKey) break
    const cells: (Cell | undefined)[] = []
    readCells(payload, positions, cells)
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

/** Thousands of files share a handful of statements. */
const layouts = new Map<string, TableLayout>()
const KEPT_LAYOUTS = 500

function layoutOf(name: string, sql: string): TableLayout {
  const key = `${name}\n${sql}`
  let layout = layouts.get(key)
  if (!layout) {
    layout = parseCreateTable(name, sql)
    if (layouts.size >= KEPT_LAYOUTS) layouts.clear()
    layouts.set(key, layout)
  }
  return layout
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
