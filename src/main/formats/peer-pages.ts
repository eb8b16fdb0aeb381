import type { PeerQuery, PeerSort } from './format.ts'
import type { Row, TablesReader } from './media.ts'
import { anchorBefore, rememberPage } from './peer-anchors.ts'
import type { SqlCondition } from './peer-search.ts'

export interface PeerPageRequest {
  /** SQL list; the id comes first. */
  readonly columns: string
  readonly table: string
  /** A column of integers that are unique in the whole table; absent where there is none. */
  readonly key?: string
  readonly where: readonly SqlCondition[]
  /** SQL expression for each sort. */
  readonly order: Readonly<Record<PeerSort, string>>
  readonly query: PeerQuery
  /** Number of peers without search and filter; asked of SQLite alone. */
  readonly countAll: () => Promise<number>
}

/**
 * One page, and whether more follow. Counting a search would cost a whole scan, and a server walks over all rows for any
 * count: the total is known when it is free.
 */
export async function pageOfPeers(
  tables: TablesReader,
  request: PeerPageRequest,
): Promise<{ rows: readonly Row[]; total: number | null; more: boolean }> {
  const { query, countAll } = request
  const found = await findRows(tables, request)
  const rows = found.slice(0, query.limit)
  const more = found.length > query.limit
  const isUnfiltered = query.search.trim() === '' && query.kind === null
  if (isUnfiltered && tables.dialect === 'sqlite') return { rows, total: await withoutWaiting(countAll()), more }
  const reachedEnd = !more && (rows.length > 0 || query.offset === 0)
  return { rows, total: reachedEnd ? query.offset + rows.length : null, more }
}

/** Counting a million rows takes longer than a page of them: such a count comes with a later page. */
async function withoutWaiting(count: Promise<number>): Promise<number | null> {
  const later = new Promise<null>((resolve) => setImmediate(() => resolve(null)))
  return Promise.race([count, later])
}

/** One row more than asked for, when there is one. */
async function findRows(tables: TablesReader, request: PeerPageRequest): Promise<readonly Row[]> {
  const { query, columns, table, key } = request
  const where = request.where.map((condition) => condition.sql).join(' AND ')
  const parameters = request.where.flatMap((condition) => condition.parameters)
  const direction = query.direction === 'asc' ? 'ASC' : 'DESC'
  const { order } = request
  const by = order[query.sort]
  // Rows without a name or date come last either way; equal ones keep the order of their ids, so pages do not overlap.
  const orderBy = by === order.id ? `${by} ${direction}` : `${nullsLast(tables, by, direction)}, ${order.id}`
  const window = { offset: query.offset, limit: query.limit + 1 }
  if (tables.page && key !== undefined) {
    return tables.page({ columns, from: table, where, parameters, orderBy, key, ...window })
  }
  const read = async (conditions: readonly SqlCondition[], offset: number): Promise<readonly Row[]> => {
    const all = conditions.map(({ sql }) => sql).join(' AND ')
    const sql = `SELECT ${columns} FROM ${table}${all === '' ? '' : ` WHERE ${all}`} ORDER BY ${orderBy} LIMIT ? OFFSET ?`
    const values = conditions.flatMap((condition) => condition.parameters)
    return tables.query(sql, [...values, BigInt(window.limit), BigInt(offset)])
  }
  if (by !== order.id || tables.dialect === 'sqlite') return read(request.where, query.offset)
  const list = JSON.stringify([table, where, parameters.map(String), direction])
  const anchor = anchorBefore(tables, list, query.offset)
  const rows =
    anchor === null
      ? await read(request.where, query.offset)
      : await read(
          [...request.where, { sql: `${by} ${direction === 'ASC' ? '>=' : '<='} ?`, parameters: [anchor.id] }],
          query.offset - anchor.offset,
        )
  rememberPage(
    tables,
    list,
    query.offset,
    rows.map(([id]) => id ?? null),
  )
  return rows
}

function nullsLast({ dialect }: TablesReader, by: string, direction: string): string {
  return dialect === 'mysql' ? `${by} IS NULL, ${by} ${direction}` : `${by} ${direction} NULLS LAST`
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
