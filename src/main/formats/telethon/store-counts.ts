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

/** Sessions from one id to another in the order of the server, both among them. */
export interface SessionRange {
  readonly first: string
  readonly last: string
}

/**
 * What the list tells of each session, one statement to a table: its rows are not read one by one. `range` limits it to
 * some sessions: a server answers a range of its key quicker than a list of ids.
 */
export async function storeCounts(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
  range: SessionRange | null = null,
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
  const parameters = range === null ? [] : [range.first, range.last]
  const within = (column: string): string => (range === null ? '' : ` AND ${column} >= ? AND ${column} <= ?`)
  const rowsOf = async (table: StoreTable, sql: string): Promise<readonly Row[]> =>
    hasTable(schema, store, table) ? tables.query(sql, parameters) : []
  const counted = (table: StoreTable, where: string): Promise<readonly Row[]> =>
    rowsOf(
      table,
      `SELECT session_id, count(*) FROM ${name(table)} WHERE ${where}${within('session_id')} GROUP BY session_id`,
    )

  const [entities, channels, files, accounts, states] = await Promise.all([
    counted('entities', 'id <> 0'),
    counted('update_state', 'entity_id <> 0'),
    counted('sent_files', '1 = 1'),
    rowsOf('entities', accountsSql(tables.dialect, name, within('s.session_id'))),
    rowsOf(
      'update_state',
      `SELECT session_id, pts, qts, date, seq FROM ${name('update_state')} WHERE entity_id = 0${within('session_id')}`,
    ),
  ])
  for (const row of entities) of(row).entities = numberOf(row[1]) ?? 0
  for (const row of channels) of(row).channelStates = numberOf(row[1]) ?? 0
  for (const row of files) of(row).sentFiles = numberOf(row[1]) ?? 0
  for (const row of accounts) of(row).account = accountFrom(row[1], row[2], row[3])
  for (const row of states) {
    const [pts, qts, date, seq] = row.slice(1).map(numberOf)
    of(row).updateState = { pts: pts ?? null, qts: qts ?? null, date: date ?? null, seq: seq ?? null }
  }
  return counts
}

/**
 * Rows 0 of the entities, each with what its account's own row tells. By way of the sessions a server looks both up;
 * PostgreSQL does so only where it must: else it walks over all entities, twice.
 */
function accountsSql(dialect: TablesReader['dialect'], name: (table: StoreTable) => string, within: string): string {
  const entities = name('entities')
  const joined =
    dialect === 'postgres'
      ? `CROSS JOIN LATERAL (SELECT hash FROM ${entities} WHERE session_id = s.session_id AND id = 0 LIMIT 1) m LEFT JOIN LATERAL (SELECT username, phone FROM ${entities} WHERE session_id = s.session_id AND id = m.hash LIMIT 1) e ON 1 = 1`
      : `JOIN ${entities} m ON m.session_id = s.session_id AND m.id = 0 LEFT JOIN ${entities} e ON e.session_id = m.session_id AND e.id = m.hash`
  return `SELECT s.session_id, m.hash, e.username, e.phone FROM ${name('sessions')} s ${joined} WHERE 1 = 1${within}`
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
