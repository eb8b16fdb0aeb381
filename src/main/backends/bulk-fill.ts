import type { Cell, Row, TableInfo, TablesReader } from '../formats/media.ts'
import { quoteName } from './sqlite.ts'
import { appendPages, type PageAppender } from './page-append.ts'
import { affinityOf, RecordWriter } from './record-write.ts'
import { TreeFill } from './tree-fill.ts'

/** An empty table that rows can be laid into without SQLite. */
export interface EmptyTable {
  readonly info: TableInfo
  readonly root: number
  readonly hasIndexes: boolean
}

/** Such tables of a new file by their lower-case names. Anything that reacts to rows, or checks them, is SQLite's. */
export async function emptyTables(tables: TablesReader): Promise<ReadonlyMap<string, EmptyTable>> {
  const { tables: infos } = await tables.schema()
  const known = new Map<string, EmptyTable>()
  const stored = await tables.query(
    `SELECT name, rootpage, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'`,
  )
  for (const [name, root, sql] of stored) {
    const info = infos.get(String(name))
    if (!info || info.withoutRowid || CHECKS.test(String(sql)) || !hasPlainKey(info)) continue
    const unique = await tables.query(`SELECT name FROM pragma_index_list(?) WHERE "unique" = 1 AND origin <> 'pk'`, [
      info.name,
    ])
    const triggers = await tables.query(`SELECT sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?`, [
      info.name,
    ])
    if (unique.length > 0 || triggers.some(([text]) => !AFTER_UPDATE.test(String(text)))) continue
    const [first] = await tables.query(`SELECT 1 FROM ${quoteName(info.name)} LIMIT 1`)
    if (first !== undefined) continue
    const indexes = await tables.query('SELECT 1 FROM pragma_index_list(?)', [info.name])
    known.set(info.name.toLowerCase(), { info, root: Number(root), hasIndexes: indexes.length > 0 })
  }
  return known
}

const CHECKS = /\b(?:check|generated|collate|autoincrement|strict)\b|\bas\s*\(/i
const AFTER_UPDATE = /^create\s+(?:temp\s+)?trigger\s+\S+\s+after\s+update\b/i

/** A rowid, or columns whose order tells whether a row comes twice. */
function hasPlainKey({ columns }: TableInfo): boolean {
  return columns.every(({ type, primaryKey }) => primaryKey === 0 || /INT|CHAR|TEXT/.test(type))
}

/** The parts of an INSERT of whole rows. What it says of conflicts does not matter where keys ascend. */
const INSERT =
  /^(?:INSERT(?:\s+OR\s+\w+)?|REPLACE)\s+INTO\s+"?(\w+)"?(?:\s*\(([\w\s,]+)\))?\s+VALUES\s*\((?:\s*\?\s*,)*\s*\?\s*\)(?:\s+ON\s+CONFLICT\b.*)?$/i

export function insertInto(sql: string): { readonly table: string; readonly columns: readonly string[] | null } | null {
  const parts = INSERT.exec(sql)
  if (!parts) return null
  const columns = parts[2]?.split(',').map((name) => name.trim().toLowerCase())
  return { table: (parts[1] ?? '').toLowerCase(), columns: columns ?? null }
}

/** Lays rows of new tables into a file that nothing else has open. */
export class BulkFill {
  readonly #pages: PageAppender
  readonly #tables: ReadonlyMap<string, EmptyTable>
  readonly #statements = new Map<string, StatementFill | null>()
  readonly #fills = new Map<string, TableFill>()

  private constructor(pages: PageAppender, tables: ReadonlyMap<string, EmptyTable>) {
    this.#pages = pages
    this.#tables = tables
  }

  static open(path: string, tables: ReadonlyMap<string, EmptyTable>): BulkFill | null {
    const pages = appendPages(path)
    return pages && new BulkFill(pages, tables)
  }

  /** @returns how many rows from the start were taken; SQLite must have the others */
  add(sql: string, rows: readonly Row[]): number {
    let fill = this.#statements.get(sql)
    if (fill === undefined) {
      fill = this.#fillOf(sql)
      this.#statements.set(sql, fill)
    }
    if (fill === null) return 0
    for (let index = 0; index < rows.length; index += 1) {
      if (!fill.table.add(rows[index] ?? [], fill)) return index
    }
    return rows.length
  }

  /** Ends the file. @returns SQL that fills the indexes of what was added */
  close(): readonly string[] {
    try {
      for (const fill of this.#fills.values()) fill.tree.finish()
    } finally {
      this.#pages.close()
    }
    return [...this.#fills.values()]
      .filter(({ table }) => table.hasIndexes)
      .map(({ table }) => `REINDEX ${quoteName(table.info.name)}`)
  }

  #fillOf(sql: string): StatementFill | null {
    const insert = insertInto(sql)
    const table = this.#tables.get(insert?.table ?? '')
    if (!insert || !table) return null
    const { columns } = table.info
    const given = insert.columns ?? columns.map(({ name }) => name.toLowerCase())
    const cells = columns.map(({ name }) => given.indexOf(name.toLowerCase()))
    // A column left out may have a default.
    if (cells.includes(-1) || given.length !== columns.length) return null
    let fill = this.#fills.get(insert.table)
    if (!fill) {
      fill = new TableFill(table, this.#pages)
      this.#fills.set(insert.table, fill)
    }
    return { table: fill, cells, places: cells.map((cell, index) => (index === fill.rowidColumn ? -1 : cell)) }
  }
}

interface StatementFill {
  readonly table: TableFill
  /** Index of the cell for each column. */
  readonly cells: readonly number[]
  /** The same, -1 for the column that is the rowid itself: its record holds NULL there. */
  readonly places: readonly number[]
}

class TableFill {
  readonly table: EmptyTable
  readonly tree: TreeFill
  readonly rowidColumn: number
  readonly #record: RecordWriter
  readonly #notNull: readonly number[]
  readonly #key: readonly number[]
  #rowid = 0n
  #isEmpty = true
  #lastKey: readonly Cell[] = []

  constructor(table: EmptyTable, pages: PageAppender) {
    const { columns } = table.info
    const key = columns.flatMap(({ primaryKey }, index) => (primaryKey > 0 ? [index] : []))
    key.sort((a, b) => (columns[a]?.primaryKey ?? 0) - (columns[b]?.primaryKey ?? 0))
    this.table = table
    this.tree = new TreeFill(pages, table.root)
    this.rowidColumn = key.length === 1 && columns[key[0] ?? 0]?.type === 'INTEGER' ? (key[0] ?? -1) : -1
    this.#key = this.rowidColumn === -1 ? key : []
    this.#notNull = columns.flatMap(({ notNull }, index) => (notNull && index !== this.rowidColumn ? [index] : []))
    const affinities = columns.map(({ type }) => affinityOf(type))
    this.#record = new RecordWriter(affinities, TreeFill.maxRecordByteLength(pages.pageByteLength))
  }

  /** False where SQLite must have the row: it would replace another, belongs between others, or is not plain. */
  add(row: Row, { cells, places }: StatementFill): boolean {
    for (const column of this.#notNull) if ((row[cells[column] ?? -1] ?? null) === null) return false
    let rowid = this.#rowid + 1n
    if (this.rowidColumn !== -1) {
      const own = row[cells[this.rowidColumn] ?? -1]
      if (typeof own !== 'bigint' || (own <= this.#rowid && !this.#isEmpty)) return false
      if (BigInt.asIntN(64, own) !== own) return false
      rowid = own
    } else if (this.#key.length > 0 && !this.#ascends(row, cells)) return false
    if (!this.#record.write(row, places)) return false
    this.tree.add(rowid, this.#record)
    this.#rowid = rowid
    this.#isEmpty = false
    return true
  }

  /** Whether a row of a key of several columns comes after the one before: equal texts, and a larger number at the end. */
  #ascends(row: Row, cells: readonly number[]): boolean {
    const key = this.#key.map((column) => row[cells[column] ?? -1] ?? null)
    const last = key.at(-1)
    const before = this.#lastKey.at(-1)
    if (typeof last !== 'bigint') return false
    const follows =
      this.#isEmpty ||
      (typeof before === 'bigint' &&
        last > before &&
        key.every((cell, index) => index === key.length - 1 || cell === this.#lastKey[index]))
    if (follows) this.#lastKey = key
    return follows
  }
}
