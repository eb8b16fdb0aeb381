import { AppError } from '../../domain/errors.ts'
import type { Session } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { refuseExistingTables } from '../write-checks.ts'
import { SQLITE_ID } from './sqlite-read.ts'
import { createStatements, type SqliteShape, sqliteShapes, TABLES } from './sqlite-schema.ts'
import type { FerogramShape, StoredDc, StoredPeer } from './stored.ts'
import { counter, dcsFrom, leftOut, stateFrom, storedMinPeerFrom, storedPeerFrom } from './stored-from.ts'

/**
 * Creates a file in one of the library's shapes. Its keys allow one address per DC and flags, one peer per number (a user
 * and a basic group can share theirs) and one context per user; the library would stop half-way over a second one, so
 * they are merged here.
 */
export async function writeFerogram(
  tables: TablesWriter,
  session: Session,
  options: EncodeOptions,
  { into }: { readonly into: 'new' | 'existing' } = { into: 'new' },
): Promise<void> {
  const shape = (sqliteShapes as Readonly<Record<string, FerogramShape>>)[options.variant as SqliteShape]
  if (shape === undefined) {
    throw new AppError('format.not-writable', { format: SQLITE_ID, reason: 'there is no such version' })
  }
  const { homeDcId, dcs } = dcsFrom(session, shape, SQLITE_ID, options)
  const state = stateFrom(session.updateState, SQLITE_ID)
  const schema = await tables.schema()
  if (into === 'new') await refuseExistingTables(tables, TABLES)
  for (const statement of createStatements(shape)) {
    const isThere = TABLES.some((name) => schema.tables.has(name) && statement.startsWith(`CREATE TABLE ${name} `))
    if (!isThere) await tables.run(statement)
  }
  const setMeta = 'INSERT INTO meta (key, value) VALUES (?, ?)'
  await tables.run(setMeta, ['home_dc_id', BigInt(homeDcId)])
  if (shape.token && session.futureAuthToken !== undefined) {
    await tables.run(setMeta, ['future_auth_token', session.futureAuthToken.open()])
  }
  const merged = mergedDcs(dcs)
  await tables.runMany(
    'INSERT INTO dcs (dc_id, flags, addr, auth_key, first_salt, time_offset) VALUES (?, ?, ?, ?, ?, ?)',
    merged.map(dcCells),
  )
  await tables.run('INSERT INTO update_state (id, pts, qts, date, seq) VALUES (1, ?, ?, ?, ?)', [
    BigInt(state.pts),
    BigInt(state.qts),
    BigInt(state.date),
    BigInt(state.seq),
  ])
  options.onDropped?.(
    'other-data-centers',
    dcs.length - merged.length,
    'the file has room for one address of each kind',
  )
  await writeRows(tables, session, shape, options)
}

/** Of addresses with equal flags the first stays, but one with a key goes before one without. */
function mergedDcs(dcs: readonly StoredDc[]): readonly StoredDc[] {
  const kept = new Map<string, StoredDc>()
  for (const dc of dcs) {
    const place = `${dc.id} ${dc.flags ?? 0}`
    const known = kept.get(place)
    if (known === undefined || (known.authKey === null && dc.authKey !== null)) kept.set(place, dc)
  }
  return [...kept.values()]
}

function dcCells(dc: StoredDc): readonly Cell[] {
  const key = dc.authKey === null || dc.authKey === 'damaged' ? null : dc.authKey.open()
  return [BigInt(dc.id), BigInt(dc.flags ?? 0), dc.address, key, dc.salt, BigInt(dc.timeOffset)]
}

async function writeRows(
  tables: TablesWriter,
  session: Session,
  shape: FerogramShape,
  { onDropped }: EncodeOptions,
): Promise<void> {
  const left = leftOut(shape)
  let peerCount = 0
  let contextCount = 0
  for await (const states of session.channelStates.batches()) {
    await tables.runMany(
      'INSERT INTO channel_pts (channel_id, pts) VALUES (?, ?) ON CONFLICT(channel_id) DO UPDATE SET pts = max(pts, excluded.pts)',
      states.map(({ channelId, pts }) => [channelId, BigInt(counter(pts, SQLITE_ID))]),
    )
  }
  const { sql, cells } = peerInsert(shape)
  for await (const peers of session.peers.batches()) {
    const rows = peers.flatMap((peer) => left.peer(peer, storedPeerFrom(peer, shape)) ?? []).map(cells)
    peerCount += rows.length
    await tables.runMany(sql, rows)
  }
  onDropped?.('peers', peerCount - (await tables.count('peers')), SAME_NUMBER)
  if (shape.minPeers) contextCount = await writeMinPeers(tables, session, left)
  if (contextCount > 0) {
    onDropped?.(
      'min-contexts',
      contextCount - (await tables.count('min_peers')),
      'the file has room for one of each user',
    )
  }
  left.report(onDropped)
}

const SAME_NUMBER = 'they share a number with another peer, and the file has room for one of them'

async function writeMinPeers(
  tables: TablesWriter,
  session: Session,
  left: ReturnType<typeof leftOut>,
): Promise<number> {
  let count = 0
  for await (const contexts of session.minContexts.batches()) {
    const rows = contexts.flatMap((context) => {
      const min = left.context(storedMinPeerFrom(context))
      return min === null ? [] : [[min.userId, min.peerId, BigInt(min.messageId)]]
    })
    count += rows.length
    const sql = 'INSERT INTO min_peers (user_id, peer_id, msg_id) VALUES (?, ?, ?) ON CONFLICT(user_id) DO NOTHING'
    await tables.runMany(sql, rows)
  }
  return count
}

/** A basic group has no access hash to lose: it makes room for a user or channel of the same number. */
function peerInsert(shape: FerogramShape): { sql: string; cells: (peer: StoredPeer) => readonly Cell[] } {
  const columns = [
    'id',
    'access_hash',
    'is_channel',
    ...(shape.chats ? ['is_chat'] : []),
    ...(shape.channelKinds ? ['channel_kind'] : []),
    ...(shape.communities ? ['is_community'] : []),
  ]
  const updates = columns.slice(1).map((name) => `${name} = excluded.${name}`)
  const conflict = shape.chats
    ? `DO UPDATE SET ${updates.join(', ')} WHERE peers.is_chat <> 0 AND excluded.is_chat = 0`
    : 'DO NOTHING'
  const truth = (value: boolean): Cell => (value ? 1n : 0n)
  return {
    sql: `INSERT INTO peers (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')}) ON CONFLICT(id) ${conflict}`,
    cells: ({ id, accessHash, form, channelKind }) => [
      id,
      accessHash,
      truth(form === 'channel'),
      ...(shape.chats ? [truth(form === 'chat')] : []),
      ...(shape.channelKinds ? [channelKind === null ? null : BigInt(channelKind)] : []),
      ...(shape.communities ? [truth(form === 'community')] : []),
    ],
  }
}
