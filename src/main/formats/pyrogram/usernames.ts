import { columnsOf, integerOf, textOf } from '../cells.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'

/** Usernames by stored peer id, in the order they were stored. */
export type UsernameMap = ReadonlyMap<bigint, readonly string[]>

const PAGE_ROWS = 10_000

/** Usernames of a few peers (one page of the window). */
export async function usernamesOf(
  tables: TablesReader,
  schema: TablesSchema,
  ids: readonly bigint[],
): Promise<UsernameMap> {
  const names = namesOfTable(schema)
  if (names === null || ids.length === 0) return new Map()
  const places = ids.map(() => '?').join(', ')
  const sql = `SELECT ${names.owner}, ${names.username} FROM usernames WHERE ${names.owner} IN (${places}) ORDER BY rowid`
  return mapOf(await tables.query(sql, ids), new Map())
}

/**
 * Usernames for page after page of all peers, which come in the order of their ids. Without an index on the owner
 * every page would walk the whole table, so there the table is read once into memory.
 */
export async function usernamesForBatches(
  tables: TablesReader,
  schema: TablesSchema,
): Promise<(peerRows: readonly Row[]) => Promise<UsernameMap>> {
  const names = namesOfTable(schema)
  if (names === null) return async () => new Map()
  if (schema.indexes.has('idx_usernames_id') && names.owner === 'id') {
    const sql = 'SELECT id, username FROM usernames WHERE id BETWEEN ? AND ? ORDER BY rowid'
    return async (rows) => mapOf(await tables.query(sql, [rows[0]?.[0] ?? null, rows.at(-1)?.[0] ?? null]), new Map())
  }
  const all = new Map<bigint, string[]>()
  const sql = `SELECT ${names.owner}, ${names.username}, rowid FROM usernames WHERE rowid > ? ORDER BY rowid LIMIT ${PAGE_ROWS}`
  let after: Row[number] = -1n
  for (;;) {
    const rows: readonly Row[] = await tables.query(sql, [after])
    mapOf(rows, all)
    if (rows.length < PAGE_ROWS) break
    after = rows.at(-1)?.[2] ?? null
  }
  return async () => all
}

function namesOfTable(schema: TablesSchema): { owner: 'id' | 'peer_id'; username: 'id' | 'username' } | null {
  const columns = columnsOf(schema, 'usernames')
  if (columns.includes('peer_id') && columns.includes('id')) return { owner: 'peer_id', username: 'id' }
  return columns.includes('username') && columns.includes('id') ? { owner: 'id', username: 'username' } : null
}

/** Rows of owner and username; Kurigram's NULL usernames stand for "none". */
function mapOf(rows: readonly Row[], into: Map<bigint, string[]>): UsernameMap {
  for (const row of rows) {
    const owner = integerOf(row[0])
    const username = textOf(row[1])
    if (owner === null || username === null) continue
    const known = into.get(owner)
    if (known) known.push(username)
    else into.set(owner, [username])
  }
  return into
}
