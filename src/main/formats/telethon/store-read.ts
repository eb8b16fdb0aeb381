import { dcOfAddress } from '../../domain/data-centers.ts'
import { isAppError } from '../../domain/errors.ts'
import type { Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import {
  type ChannelState,
  type Collection,
  collectionOf,
  emptySession,
  type SentFile,
  type Session,
} from '../../domain/session.ts'
import { integerOf, numberOf, textOf } from '../cells.ts'
import type { FormatInfo, StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { dataCenterOf, type SessionCells } from './data-centers.ts'
import { peerFromRow } from './peers.ts'
import { sentFileFrom } from './sent-files.ts'
import { type SessionCounts, storeCounts } from './store-counts.ts'
import { scanCounts } from './store-scan.ts'
import { pagesOfSession, type SessionRows } from './store-pages.ts'
import { hasTable, keyOf, type Store, storeColumns, storesIn } from './store-tables.ts'

/** More sessions than anyone keeps in one place. */
const MAX_SESSION_ROWS = 100_000

/** Of the table of sessions. */
export const SESSION_COLUMNS = ['session_id', 'dc_id', 'server_address', 'port', 'auth_key']

/** Every session of every store of a kind, in the order of their ids. */
export async function readStores(
  tables: TablesReader,
  formatId: string,
  kind: Store['kind'],
): Promise<readonly StoredSession[]> {
  const schema = await tables.schema()
  const stores = storesIn(schema, kind)
  const sessions: StoredSession[] = []
  for (const store of stores) {
    const found = await readStore(tables, schema, store, formatId)
    sessions.push(...found.map((one) => ({ ...one, key: keyOf(stores, store, one.key) })))
  }
  return sessions
}

/** The sessions of one store; their key is their id. */
async function readStore(
  tables: TablesReader,
  schema: TablesSchema,
  store: Store,
  formatId: string,
): Promise<readonly StoredSession[]> {
  const version = await versionOf(tables, schema, store)
  const counts = await storeCounts(tables, schema, store).catch((error: unknown) => {
    // A reader of large files knows no SQL. Where something else is wrong, the tables cannot be walked either.
    if (isAppError(error)) return scanCounts(tables, schema, store)
    throw error
  })
  const info = infoOf(schema, store, formatId, version)
  const rows = await tables.scan({
    table: `${store.prefix}sessions`,
    columns: SESSION_COLUMNS,
    limit: MAX_SESSION_ROWS,
  })
  return sessionsFromRows(tables, store, info, rows, counts).toSorted((a, b) => (a.key < b.key ? -1 : 1))
}

/** @param version what the store says of itself */
export function infoOf(schema: TablesSchema, store: Store, formatId: string, version: number | null): FormatInfo {
  return { formatId, variant: variantOf(schema, store), library: 'telethon', formatVersion: version }
}

/** Sessions in the order in which their rows come; their key is their id. @param rows of {@link SESSION_COLUMNS} */
export function sessionsFromRows(
  tables: TablesReader,
  store: Store,
  info: FormatInfo,
  rows: readonly Row[],
  counts: ReadonlyMap<string, SessionCounts>,
): readonly StoredSession[] {
  return [...rowsBySession(rows)].map(([sessionId, cells]) => {
    const problems: Problem[] = []
    const place = placeOf(cells, problems)
    const own = counts.get(sessionId)
    const session: Session = {
      ...emptySession(),
      ...place,
      account: own?.account ?? null,
      updateState: own?.updateState ?? null,
      peers: peersOf(tables, store, sessionId, own?.entities ?? 0),
      channelStates: channelStatesOf(tables, store, sessionId, own?.channelStates ?? 0),
      sentFiles: sentFilesOf(tables, store, sessionId, own?.sentFiles ?? 0),
    }
    return { key: sessionId, name: sessionId, decoded: { info, problems, session } }
  })
}

/** Version 1 knows no update states; stores of spring 2018 say 2 and lack a column, which nothing repairs. */
export function variantOf(schema: TablesSchema, store: Store): string {
  if (store.kind === 'mautrix') return 'bridge'
  return hasTable(schema, store, 'update_state') ? '2' : '1'
}

export async function versionOf(tables: TablesReader, schema: TablesSchema, store: Store): Promise<number | null> {
  if (!storeColumns(schema, store, 'version').includes('version')) return null
  const [row] = await tables.scan({ table: `${store.prefix}version`, columns: ['version'], limit: 1 })
  return numberOf(row?.[0])
}

function rowsBySession(rows: readonly Row[]): ReadonlyMap<string, readonly SessionCells[]> {
  const sessions = new Map<string, SessionCells[]>()
  for (const row of rows) {
    const id = textOf(row[0])
    if (id === null) continue
    const [, dc_id = null, server_address = null, port = null, auth_key = null] = row
    const cells: SessionCells = { dc_id, server_address, port, auth_key }
    const known = sessions.get(id)
    if (known) known.push(cells)
    else sessions.set(id, [cells])
  }
  return sessions
}

function placeOf(rows: readonly SessionCells[], problems: Problem[]): Pick<Session, 'dataCenters' | 'test'> {
  const read = rows.map((row) => dataCenterOf(row, false, problems)).sort((a, b) => a.id - b.id)
  const home = read.find((dc) => dc.authKey !== null) ?? read[0] ?? null
  if (read.length > 1) {
    problems.push({
      code: 'telethon.several-sessions',
      message: `The store holds ${read.length} data centres for this session, and the library takes whichever comes first. The first with a key (DC ${home?.id ?? 0}) is taken as home.`,
    })
  }
  if (home?.authKey == null) {
    problems.push({
      code: 'session.no-key',
      message: 'The session holds no login: a client made it but never logged in. Nothing can be exported from it.',
    })
  }
  return {
    dataCenters: read.map((dc) => ({ ...dc, home: dc === home })),
    test: home?.address == null ? null : (dcOfAddress(home.address)?.test ?? null),
  }
}

function peersOf(tables: TablesReader, store: Store, sessionId: string, count: number): Collection<Peer> {
  if (count === 0) return collectionOf([])
  return pagesOfSession(tables, store, sessionId, count, PEER_ROWS, peerOfEntity)
}

const PEER_ROWS: SessionRows = {
  table: 'entities',
  keys: ['id'],
  columns: ['hash', 'username', 'phone', 'name'],
  where: 'id <> 0',
}

function peerOfEntity(row: Row): Peer | null {
  return peerFromRow([...row, null])
}

function channelStatesOf(
  tables: TablesReader,
  store: Store,
  sessionId: string,
  count: number,
): Collection<ChannelState> {
  if (count === 0) return collectionOf([])
  const columns = ['pts', 'qts', 'date', 'seq']
  const source: SessionRows = { table: 'update_state', keys: ['entity_id'], columns, where: 'entity_id <> 0' }
  return pagesOfSession(tables, store, sessionId, count, source, ([id, pts, qts, date, seq]) => {
    const channelId = integerOf(id)
    if (channelId === null) return null
    return { channelId, pts: numberOf(pts), qts: numberOf(qts), date: numberOf(date), seq: numberOf(seq) }
  })
}

function sentFilesOf(tables: TablesReader, store: Store, sessionId: string, count: number): Collection<SentFile> {
  if (count === 0) return collectionOf([])
  const keys = ['md5_digest', 'file_size', 'type']
  const source: SessionRows = { table: 'sent_files', keys, columns: ['id', 'hash'], where: '' }
  return pagesOfSession(tables, store, sessionId, count, source, sentFileFrom)
}
