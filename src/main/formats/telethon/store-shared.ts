import { AppError } from '../../domain/errors.ts'
import type { SharedStore, StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema, TablesWriter } from '../media.ts'
import { textOf } from '../cells.ts'
import { rawOwnRows } from '../raw-rows.ts'
import { type SessionCounts, storeCounts } from './store-counts.ts'
import { peersOfSession } from './store-peers.ts'
import { infoOf, SESSION_COLUMNS, sessionsFromRows, versionOf } from './store-read.ts'
import { sqlName, type Store, storesIn } from './store-tables.ts'

/** Rows of one page; a session has one, seldom a few. The first is there soon, and few statements are needed for the rest. */
const PAGE_ROWS = { first: 500, next: 2000 }
/** No session has more. */
const MOST_ROWS = 1000
/** More than that are not counted before they are listed. */
const MOST_COUNTED = 100_000

type Reading = Pick<SharedStore<TablesReader, TablesWriter>, 'survey' | 'pages' | 'read' | 'raw' | 'keyFor'> & {
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
      const sql = `SELECT ${SESSION_COLUMNS.join(', ')} FROM ${sqlName(tables.dialect, store, 'sessions')} WHERE session_id = ? ORDER BY dc_id LIMIT ${MOST_ROWS}`
      const rows = await tables.query(sql, [sessionId])
      if (rows.length === 0) return null
      const [counts, version] = await Promise.all([
        countsOf(tables, schema, store, rows),
        versionOf(tables, schema, store),
      ])
      const [session] = sessionsFromRows(tables, store, infoOf(schema, store, formatId, version), rows, counts)
      return session === undefined ? null : withSharedKey(store, session)
    },
    async peers(tables, key, query) {
      const { prefix, sessionId } = parseSharedKey(key)
      const schema = await tables.schema()
      const store = storeOf(schema, kind, prefix)
      if (store === null) throw new AppError('session.not-found', {})
      return peersOfSession(tables, schema, { store, sessionId }, query)
    },
    async raw(tables, key) {
      const { prefix, sessionId } = parseSharedKey(key)
      const schema = await tables.schema()
      if (storeOf(schema, kind, prefix) === null) return null
      const own = { where: 'session_id = ?', parameters: [sessionId] }
      return rawOwnRows(tables, schema, [
        { table: `${prefix}sessions`, ...own, secret: ['auth_key'] },
        ...['entities', 'sent_files', 'update_state'].map((table) => ({ table: prefix + table, ...own })),
      ])
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
  const version = unheard(versionOf(tables, schema, store))
  const read = async (after: string | null): Promise<RowsPage> => {
    const where = after === null ? '' : ' WHERE session_id > ?'
    const limit = after === null ? PAGE_ROWS.first : PAGE_ROWS.next
    const sql = `${select}${where} ORDER BY session_id, dc_id LIMIT ${limit}`
    const found = await tables.query(sql, after === null ? [] : [after])
    const isLast = found.length < limit
    const rows = isLast ? found : wholeSessions(found)
    return {
      rows,
      counts: unheard(countsOf(tables, schema, store, rows)),
      next: isLast ? null : textOf(rows.at(-1)?.[0]),
    }
  }
  // The server works at the next page while this one is understood.
  let ahead: Promise<RowsPage> | null = read(null)
  while (ahead !== null) {
    const { rows, counts, next }: RowsPage = await ahead
    signal.throwIfAborted()
    ahead = next === null ? null : unheard(read(next))
    const info = infoOf(schema, store, formatId, await version)
    const sessions = sessionsFromRows(tables, store, info, rows, await counts)
    if (sessions.length > 0) yield sessions.map((session) => withSharedKey(store, session))
    signal.throwIfAborted()
  }
}

interface RowsPage {
  readonly rows: readonly Row[]
  readonly counts: Promise<ReadonlyMap<string, SessionCounts>>
  /** The session after which the next page begins. */
  readonly next: string | null
}

/** Whoever stops listening before the answer comes misses nothing. */
function unheard<T>(work: Promise<T>): Promise<T> {
  work.catch(() => {})
  return work
}

/** Rows of sessions that are there with all their rows: the last of a full page may go on in the next. */
function wholeSessions(rows: readonly Row[]): readonly Row[] {
  const last = rows.at(-1)?.[0]
  const whole = rows.filter(([id]) => id !== last)
  return whole.length === 0 ? rows : whole
}

async function countsOf(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, SessionCounts>> {
  const [first, last] = [textOf(rows[0]?.[0]), textOf(rows.at(-1)?.[0])]
  return first === null || last === null ? new Map() : storeCounts(tables, schema, store, { first, last })
}

function withSharedKey(store: Store, session: StoredSession): StoredSession {
  return { ...session, key: sharedKey(store.prefix, session.key) }
}
