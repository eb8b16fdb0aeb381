import { AppError } from '../../domain/errors.ts'
import { markedId } from '../../domain/peer.ts'
import { type DataCenter, homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { testModeOf } from '../test-mode.ts'
import { refuseExistingTables, requireKey, requirePlace } from '../write-checks.ts'
import { basicDcOption, mediaOf } from './dc-option.ts'
import { currentUser, futureSalt, int } from './key-value.ts'
import { rowFromPeer } from './peer-rows.ts'
import { createStatements, migrationRows, type MtcuteVariant } from './schema.ts'
import { MAX_USER_ID } from './string-parts.ts'

const ID = 'mtcute.sqlite'
const INSERT_VALUE = 'insert or replace into key_value (key, value) values (?, ?)'

/** Creates a file of the given variant. @throws AppError session.no-key, format.missing-field, format.not-writable */
export async function writeMtcute(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const variant = options.variant as MtcuteVariant
  const home = homeOf(session)
  requireKey(home)
  const dc = requirePlace(home, ID)
  const values = keyValues(session, dc, variant, options.nowSeconds)
  await refuseExistingTables(tables, ['mtcute_migrations', 'auth_keys', 'key_value', 'message_refs', 'peers'])

  for (const statement of createStatements(variant)) await tables.run(statement)
  await tables.runMany('insert or replace into mtcute_migrations (repo, version) values (?, ?)', migrationRows(variant))
  await tables.runMany(INSERT_VALUE, values)
  await writeChannelStates(tables, session)
  await tables.runMany('insert or replace into auth_keys (dc, key) values (?, ?)', keyRows(session, dc))
  await writePeers(tables, session, variant)
  for await (const contexts of session.minContexts.batches()) {
    await tables.runMany(
      'insert or replace into message_refs (peer_id, chat_id, msg_id) values (?, ?, ?)',
      contexts.map((one) => [
        markedId(one.peerKind, one.peerId),
        // Peers in min form are met in channels and supergroups.
        markedId(one.chatKind ?? 'channel', one.chatId),
        BigInt(one.messageId),
      ]),
    )
  }
}

function keyValues(session: Session, dc: DataCenter, variant: MtcuteVariant, nowSeconds: number): Cell[][] {
  const endpoint = endpointOf(dc, session.test)
  if (endpoint === null) throw new AppError('format.missing-field', { format: ID, field: 'address' })
  const test = testModeOf(session)
  const version = variant === '2' ? 2 : 1
  const values: Cell[][] = [['dc_main', basicDcOption({ id: dc.id, endpoint, isMedia: false, test }, version)]]
  const media = mediaOf(session.dataCenters, dc, endpoint.address)
  const mediaEndpoint = media && endpointOf(media, session.test)
  if (mediaEndpoint !== null) {
    values.push(['dc_media', basicDcOption({ id: dc.id, endpoint: mediaEndpoint, isMedia: true, test }, version)])
  }
  const { account, updateState } = session
  if (account !== null && (account.id < 1n || account.id > MAX_USER_ID)) {
    throw new AppError('format.not-writable', { format: ID, reason: 'the user id is not a possible one' })
  }
  // Without the bot flag the account is left out: the library asks Telegram who it is when it starts.
  if (account !== null && account.isBot !== null) {
    values.push(['current_user', currentUser({ ...account, isBot: account.isBot })])
  }
  // All four or none; the older library itself took 0 for an unknown qts or seq.
  if (updateState?.pts != null && updateState.date !== null) {
    const { pts, qts, date, seq } = updateState
    for (const [name, value] of Object.entries({ pts, qts: qts ?? 0, date: Math.trunc(date), seq: seq ?? 0 })) {
      values.push([`updates_${name}`, int(value)])
    }
  }
  for (const { id, salt, authKey } of session.dataCenters) {
    if (salt !== undefined && authKey !== null) values.push([`salts:${id}`, futureSalt(salt, nowSeconds)])
  }
  return values
}

async function writeChannelStates(tables: TablesWriter, session: Session): Promise<void> {
  for await (const states of session.channelStates.batches()) {
    const rows = states.flatMap(({ channelId, pts }) =>
      pts === null ? [] : [[`updates_channel:${channelId}`, int(pts | 0)]],
    )
    if (rows.length > 0) await tables.runMany(INSERT_VALUE, rows)
  }
}

/** One key to a data centre: the home's own, the first of any other. */
function keyRows(session: Session, home: DataCenter): Cell[][] {
  const keys = new Map<number, Uint8Array>()
  for (const { id, authKey } of [home, ...session.dataCenters]) {
    if (authKey !== null && !keys.has(id)) keys.set(id, authKey.open())
  }
  return [...keys].toSorted(([a], [b]) => a - b).map(([id, key]) => [BigInt(id), key])
}

async function writePeers(tables: TablesWriter, session: Session, variant: MtcuteVariant): Promise<void> {
  const columns = ['id', 'hash', 'usernames', 'updated', 'phone', 'complete', ...(variant === '2' ? ['isMin'] : [])]
  const sql = `insert or replace into peers (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`
  for await (const peers of session.peers.batches()) {
    await tables.runMany(
      sql,
      peers.map((peer) => rowFromPeer(peer).slice(0, columns.length)),
    )
  }
}
