import type { Account, UpdateState } from '../../domain/session.ts'
import { integerOf, numberOf, textOf } from '../cells.ts'
import type { Cell, Row, TablesReader, TablesSchema } from '../media.ts'
import { userIdFrom } from '../stored-place.ts'
import { hasTable, sqlName, type Store, type StoreTable } from './store-tables.ts'

export interface SessionCounts {
  /** Without row 0, which is no peer. */
  entities: number
  channelStates: number
  sentFiles: number
  account: Account | null
  updateState: UpdateState | null
}

export function noCounts(): SessionCounts {
  return { entities: 0, channelStates: 0, sentFiles: 0, account: null, updateState: null }
}

/**
 * What the list tells of each session, one statement to a table: its rows are not read one by one. `ids` limits it to
 * some sessions.
 */
export async function storeCounts(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
  ids: readonly string[] | null = null,
): Promise<ReadonlyMap<string, SessionCounts>> {
  const counts = new Map<string, SessionCounts>()
  const of = (row: Row): SessionCounts => {
    const id = textOf(row[0]) ?? ''
    const known = counts.get(id)
    if (known) return known
    const none = noCounts()
    counts.set(id, none)
    return none
  }
  const name = (table: StoreTable): string => sqlName(tables.dialect, store, table)
  const counted = async (table: StoreTable, where: string): Promise<readonly Row[]> => {
    if (!hasTable(schema, store, table)) return []
    return tables.query(
      `SELECT session_id, count(*) FROM ${name(table)}${where}${among('session_id', where === '')} GROUP BY session_id`,
      ids ?? [],
    )
  }
  const among = (column: string, isFirst: boolean): string =>
    ids === null ? '' : `${isFirst ? ' WHERE' : ' AND'} ${column} IN (${ids.map(() => '?').join(', ')})`

  for (const row of await counted('entities', ' WHERE id <> 0')) of(row).entities = numberOf(row[1]) ?? 0
  for (const row of await counted('update_state', ' WHERE entity_id <> 0'))
    of(row).channelStates = numberOf(row[1]) ?? 0
  for (const row of await counted('sent_files', '')) of(row).sentFiles = numberOf(row[1]) ?? 0
  if (hasTable(schema, store, 'entities')) {
    const accounts = await tables.query(
      `SELECT m.session_id, m.hash, e.username, e.phone FROM ${name('entities')} m LEFT JOIN ${name('entities')} e ON e.session_id = m.session_id AND e.id = m.hash WHERE m.id = 0${among('m.session_id', false)}`,
      ids ?? [],
    )
    for (const row of accounts) of(row).account = accountFrom(row[1], row[2], row[3])
  }
  if (hasTable(schema, store, 'update_state')) {
    const sql = `SELECT session_id, pts, qts, date, seq FROM ${name('update_state')} WHERE entity_id = 0${among('session_id', false)}`
    for (const row of await tables.query(sql, ids ?? [])) {
      const [pts, qts, date, seq] = row.slice(1).map(numberOf)
      of(row).updateState = { pts: pts ?? null, qts: qts ?? null, date: date ?? null, seq: seq ?? null }
    }
  }
  return counts
}

/** The account a row 0 of the entities names: id in the hash, username and phone in its own row. */
export function accountFrom(
  hash: Cell | undefined,
  username: Cell | undefined,
  phone: Cell | undefined,
): Account | null {
  const id = userIdFrom(integerOf(hash))
  return id === null ? null : { id, isBot: null, username: textOf(username), phone: textOf(phone) }
}
