import { numberOf, textOf } from '../cells.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { accountFrom, noCounts, type SessionCounts } from './store-counts.ts'
import { hasTable, type Store, type StoreTable } from './store-tables.ts'

/**
 * The same as the statements tell, by walking the tables: for readers of large files, which know no SQL. Username and phone
 * of the account, which lie elsewhere, are left out.
 */
export async function scanCounts(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
): Promise<ReadonlyMap<string, SessionCounts>> {
  const counts = new Map<string, SessionCounts>()
  const of = (row: Row): SessionCounts => {
    const id = textOf(row[0]) ?? ''
    const known = counts.get(id) ?? noCounts()
    counts.set(id, known)
    return known
  }
  const rowsOf = async (table: StoreTable, columns: readonly string[]): Promise<readonly Row[]> =>
    hasTable(schema, store, table)
      ? tables.scan({ table: store.prefix + table, columns: ['session_id', ...columns] })
      : []

  for (const row of await rowsOf('entities', ['id', 'hash'])) {
    if (row[1] === 0n) of(row).account = accountFrom(row[2], null, null)
    else of(row).entities += 1
  }
  for (const row of await rowsOf('update_state', ['entity_id', 'pts', 'qts', 'date', 'seq'])) {
    if (row[1] !== 0n) {
      of(row).channelStates += 1
      continue
    }
    const [pts = null, qts = null, date = null, seq = null] = row.slice(2).map(numberOf)
    of(row).updateState = { pts, qts, date, seq }
  }
  for (const row of await rowsOf('sent_files', [])) of(row).sentFiles += 1
  return counts
}
