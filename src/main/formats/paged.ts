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
  const select = (comparison: '>' | '>='): string =>
    `SELECT ${source.key}, ${source.columns} FROM ${source.table} WHERE ${source.key} ${comparison} ?` +
    `${source.where === undefined ? '' : ` AND (${source.where})`} ORDER BY ${source.key} LIMIT ${PAGE_ROWS}`
  return {
    count,
    async *batches() {
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
