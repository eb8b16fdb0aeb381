import type { Collection } from '../../domain/session.ts'
import type { Cell, Row, TablesReader } from '../media.ts'
import { sqlName, type Store, type StoreTable } from './store-tables.ts'

const PAGE_ROWS = 1000

export interface SessionRows {
  readonly table: StoreTable
  /** Columns that tell the rows of one session apart, in the order of the primary key. */
  readonly keys: readonly string[]
  readonly columns: readonly string[]
  /** SQL condition beside that on the session; '' for none. */
  readonly where: string
}

/** Rows of one session in pages by their key. `from` gets the keys, then the columns. */
export function pagesOfSession<T>(
  tables: TablesReader,
  store: Store,
  sessionId: string,
  count: number,
  { table, keys, columns, where }: SessionRows,
  from: (row: Row) => T | null,
): Collection<T> {
  return {
    count,
    // Most collections of a list are never read: their SQL is made when they are.
    async *batches() {
      const list = keys.join(', ')
      const start =
        `SELECT ${[...keys, ...columns].join(', ')} FROM ${sqlName(tables.dialect, store, table)} WHERE session_id = ?` +
        (where === '' ? '' : ` AND ${where}`)
      const end = ` ORDER BY ${list} LIMIT ${PAGE_ROWS}`
      const after = keys.length === 1 ? ` AND ${list} > ?` : ` AND (${list}) > (${keys.map(() => '?').join(', ')})`
      let last: readonly Cell[] | null = null
      for (;;) {
        const sql = start + (last === null ? '' : after) + end
        const rows: readonly Row[] = await tables.query(sql, [sessionId, ...(last ?? [])])
        const items = rows.flatMap((row) => from(row) ?? [])
        if (items.length > 0) yield items
        if (rows.length < PAGE_ROWS) return
        last = (rows.at(-1) ?? []).slice(0, keys.length)
      }
    },
  }
}
