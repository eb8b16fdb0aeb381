import type { PeerQuery, PeerSort } from './format.ts'
import type { Row, TablesReader } from './media.ts'
import type { SqlCondition } from './peer-search.ts'

export interface PeerPageRequest {
  /** SQL list; the id comes first. */
  readonly columns: string
  readonly table: string
  readonly where: readonly SqlCondition[]
  /** SQL expression for each sort. */
  readonly order: Readonly<Record<PeerSort, string>>
  readonly query: PeerQuery
  /** Number of peers without search and filter. */
  readonly countAll: () => Promise<number>
}

/** One page, and whether more follow. Counting a search would cost a whole scan: the total is known when it is free. */
export async function pageOfPeers(
  tables: TablesReader,
  request: PeerPageRequest,
): Promise<{ rows: readonly Row[]; total: number | null; more: boolean }> {
  const { query, where, order } = request
  const direction = query.direction === 'asc' ? 'ASC' : 'DESC'
  const by = order[query.sort]
  // Rows without a name or date come last either way; equal ones keep the order of their ids, so pages do not overlap.
  const sorting = by === order.id ? `${by} ${direction}` : `${by} ${direction} NULLS LAST, ${order.id}`
  const sql =
    `SELECT ${request.columns} FROM ${request.table}` +
    (where.length === 0 ? '' : ` WHERE ${where.map((condition) => condition.sql).join(' AND ')}`) +
    ` ORDER BY ${sorting} LIMIT ? OFFSET ?`
  const parameters = where.flatMap((condition) => condition.parameters)
  const found = await tables.query(sql, [...parameters, BigInt(query.limit + 1), BigInt(query.offset)])
  const rows = found.slice(0, query.limit)
  const more = found.length > query.limit
  const unfiltered = query.search.trim() === '' && query.kind === null
  if (unfiltered) return { rows, total: await request.countAll(), more }
  const reachedEnd = !more && (rows.length > 0 || query.offset === 0)
  return { rows, total: reachedEnd ? query.offset + rows.length : null, more }
}

/** Marked ids of users, basic groups and channels, as ranges an index can use. */
export function userRange(id: string): SqlCondition {
  return { sql: `${id} > 0`, parameters: [] }
}

export function chatRange(id: string): SqlCondition {
  return { sql: `${id} BETWEEN -1000000000000 AND -1`, parameters: [] }
}

export function channelRange(id: string): SqlCondition {
  return { sql: `${id} < -1000000000000`, parameters: [] }
}
