import { AppError } from '../../domain/errors.ts'
import type { SharedStore, StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema, TablesWriter } from '../media.ts'
import { textOf } from '../cells.ts'
import { storeCounts } from './store-counts.ts'
import { peersOfSession } from './store-peers.ts'
import { infoOf, SESSION_COLUMNS, sessionsFromRows, versionOf } from './store-read.ts'
import { sqlName, type Store, storesIn } from './store-tables.ts'

/** Rows of one page; a session has one, seldom a few. */
const PAGE_ROWS = 1000
/** More than that are not counted before they are listed. */
const MOST_COUNTED = 100_000

type Reading = Pick<SharedStore<TablesReader, TablesWriter>, 'survey' | 'pages' | 'read' | 'keyFor'> & {
  readonly peers: NonNullable<SharedStore<TablesReader, TablesWriter>['peers']>
}

export interface SharedPlace {
  readonly prefix: string
  readonly sessionId: string
}

/** In a database of many, every key says the prefix: stores come and go beside it. */
function sharedKey(prefix: string, sessionId: string): string {
  return `${prefix}|${sessionId}`
}

/** @throws AppError session.not-found when it is no such key */
export function parseSharedKey(key: string): SharedPlace {
  const at = key.indexOf('|')
  if (at === -1) throw new AppError('session.not-found', {})
  return { prefix: key.slice(0, at), sessionId: key.slice(at + 1) }
}

/** The reading half of a store in a database server. */
export function sharedStore(kind: Store['kind'], formatId: string): Reading {
  return {
    async survey(tables, signal) {
      const stores = storesIn(await tables.schema(), kind)
      const places: { prefix: string; sessions: number | null }[] = []
      for (const store of stores) {
        signal.throwIfAborted()
        const sql = `SELECT count(*) FROM (SELECT DISTINCT session_id FROM ${sqlName(tables.dialect, store, 'sessions')} LIMIT ${MOST_COUNTED + 1}) ids`
        const sessions = Number((await tables.query(sql))[0]?.[0] ?? 0n)
        places.push({ prefix: store.prefix, sessions: sessions > MOST_COUNTED ? null : sessions })
      }
      return places
    },
    pages: (tables, prefix, signal) => pagesOf(tables, kind, formatId, prefix, signal),
    async read(tables, key) {
      const { prefix, sessionId } = parseSharedKey(key)
      const schema = await tables.schema()
      const store = storeOf(schema, kind, prefix)
      if (store === null) return null
      const sql = `SELECT ${SESSION_COLUMNS.join(', ')} FROM ${sqlName(tables.dialect, store, 'sessions')} WHERE session_id = ? ORDER BY dc_id LIMIT ${PAGE_ROWS}`
      const rows = await tables.query(sql, [sessionId])
      const [session] = await summaries(tables, schema, store, formatId, rows)
      return session ?? null
    },
    async peers(tables, key, query) {
      const { prefix, sessionId } = parseSharedKey(key)
      const schema = await tables.schema()
      const store = storeOf(schema, kind, prefix)
      if (store === null) throw new AppError('session.not-found', {})
      return peersOfSession(tables, schema, { store, sessionId }, query)
    },
    keyFor: sharedKey,
  }
}

export function storeOf(schema: TablesSchema, kind: Store['kind'], prefix: string): Store | null {
  return storesIn(schema, kind).find((store) => store.prefix === prefix) ?? null
}

async function* pagesOf(
  tables: TablesReader,
  kind: Store['kind'],
  formatId: string,
  prefix: string,
  signal: AbortSignal,
): AsyncIterable<readonly StoredSession[]> {
  const schema = await tables.schema()
  const store = storeOf(schema, kind, prefix)
  if (store === null) return
  const select = `SELECT ${SESSION_COLUMNS.join(', ')} FROM ${sqlName(tables.dialect, store, 'sessions')}`
  let after: string | null = null
  for (;;) {
    signal.throwIfAborted()
    const where = after === null ? '' : ' WHERE session_id > ?'
    const sql = `${select}${where} ORDER BY session_id, dc_id LIMIT ${PAGE_ROWS}`
    const found: readonly Row[] = await tables.query(sql, after === null ? [] : [after])
    const rows = wholeSessions(found)
    const sessions = await summaries(tables, schema, store, formatId, rows)
    if (sessions.length > 0) yield sessions
    if (found.length < PAGE_ROWS) return
    after = textOf(rows.at(-1)?.[0])
    if (after === null) return
  }
}

/** Rows of sessions that are there with all their rows: the last of a full page may go on in the next. */
function wholeSessions(rows: readonly Row[]): readonly Row[] {
  if (rows.length < PAGE_ROWS) return rows
  const last = rows.at(-1)?.[0]
  const whole = rows.filter(([id]) => id !== last)
  return whole.length === 0 ? rows : whole
}

async function summaries(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
  formatId: string,
  rows: readonly Row[],
): Promise<readonly StoredSession[]> {
  const [first, last] = [textOf(rows[0]?.[0]), textOf(rows.at(-1)?.[0])]
  if (first === null || last === null) return []
  const [counts, version] = await Promise.all([
    storeCounts(tables, schema, store, { first, last }),
    versionOf(tables, schema, store),
  ])
  const info = infoOf(schema, store, formatId, version)
  const sessions = sessionsFromRows(tables, store, info, rows, counts)
  return sessions.map((session) => ({ ...session, key: sharedKey(store.prefix, session.key) }))
}
