import type { Collection } from '../domain/session.ts'
import type { Cell, Row, TablesReader } from './media.ts'

const PAGE_ROWS = 1000

/** The smallest 64-bit integer: the first page starts at it. */
const FIRST_KEY = -(2n ** 63n)

export interface PagedTable {
  /** SQL list of columns; the key comes before them in every row. */
  readonly columns: string
  readonly table: string
  /** A unique integer column: `id` or `rowid`. */
  readonly key: string
  /** SQL condition, when not all rows count. */
  readonly where?: string
  /** The key of the one row that does not count. */
  readonly exceptKey?: bigint
}

/**
 * Rows of a table by pages of their integer key: no cursor stays open between two pages. `toItems` gets whole pages,
 * each row with its key first.
 */
export function pagedCollection<T>(
  tables: TablesReader,
  count: number,
  source: PagedTable,
  toItems: (rows: readonly Row[]) => readonly T[] | Promise<readonly T[]>,
): Collection<T> {
  const { exceptKey } = source
  const conditions = [
    ...(source.where === undefined ? [] : [` AND (${source.where})`]),
    ...(exceptKey === undefined ? [] : [` AND ${source.key} <> ${exceptKey}`]),
  ]
  const select = (comparison: '>' | '>='): string =>
    `SELECT ${source.key}, ${source.columns} FROM ${source.table} WHERE ${source.key} ${comparison} ?` +
    `${conditions.join('')} ORDER BY ${source.key} LIMIT ${PAGE_ROWS}`
  return {
    count,
    async *batches() {
      const whole = wholeTable(tables, source)
      if (whole !== null) {
        for await (const rows of whole) {
          const items = await toItems(exceptKey === undefined ? rows : rows.filter((row) => row[0] !== exceptKey))
          if (items.length > 0) yield items
        }
        return
      }
      let sql = select('>=')
      let after: Cell = FIRST_KEY
      for (;;) {
        const rows = await tables.query(sql, [after])
        if (rows.length > 0) {
          const items = await toItems(rows)
          if (items.length > 0) yield items
        }
        if (rows.length < PAGE_ROWS) return
        after = rows.at(-1)?.[0] ?? null
        sql = select('>')
      }
    },
  }
}

/** The same rows without SQL, where the reader knows such a way and nothing but columns is asked for. */
function wholeTable(
  tables: TablesReader,
  { table, columns, key, where }: PagedTable,
): AsyncIterable<readonly Row[]> | null {
  return where === undefined ? (tables.rows?.(table, key, columns.split(', ')) ?? null) : null
}
