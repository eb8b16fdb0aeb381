import { homeOf, type Session } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import type { TablesWriter } from '../media.ts'
import { testModeOf } from '../test-mode.ts'
import { refuseExistingTables, requireKey, requirePlace } from '../write-checks.ts'
import { formatIp } from '../../bytes/ip.ts'
import { carrierOf } from './address-bytes.ts'
import { addressBytes, entriesOf, requireIpv4 } from './data-centers.ts'
import { int32From } from './numbers.ts'
import { BOT, isDialogId, rowFromPeer, SELF } from './peers.ts'
import { createStatements, expectedColumns, USER_VERSION } from './schema.ts'
import { ID } from './sqlite-read.ts'

/** Creates a file as the library makes it: what it would not write is not written. */
export async function writeGrammers(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const home = homeOf(session)
  requireKey(home)
  const dc = requirePlace(home, ID)
  const test = testModeOf(session)
  const entries = entriesOf(session, ID)
  await refuseExistingTables(tables, [...expectedColumns.keys()])

  for (const statement of createStatements) await tables.run(statement)
  await tables.run(`PRAGMA user_version = ${USER_VERSION}`)
  await tables.run('INSERT INTO dc_home VALUES (?)', [BigInt(dc.id)])
  for (const entry of entries) {
    const ipv4 = requireIpv4(entry, test, ID)
    // Both are mandatory; the mapped form says that there is no IPv6 address.
    const ipv6 = entry.ipv6 ?? { address: formatIp(carrierOf(addressBytes(ipv4.address), 'mapped')), port: ipv4.port }
    const cells = [BigInt(entry.id), `${ipv4.address}:${ipv4.port}`, `[${ipv6.address}]:${ipv6.port}`]
    await tables.run('INSERT OR REPLACE INTO dc_option VALUES (?, ?, ?, ?)', [...cells, entry.authKey?.open() ?? null])
  }
  await writePeers(tables, session, options)
  await writeStates(tables, session, options)
}

async function writePeers(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const sql = 'INSERT OR REPLACE INTO peer_info VALUES (?, ?, ?)'
  let dropped = 0
  for await (const peers of session.peers.batches()) {
    const kept = peers.filter(({ kind, id }) => isDialogId(kind, id))
    dropped += peers.length - kept.length
    await tables.runMany(sql, kept.map(rowFromPeer))
  }
  if (dropped > 0) {
    options.onDropped?.('peers', dropped, 'grammers breaks off at ids like theirs')
  }
  const { account } = session
  if (account === null || !isDialogId('user', account.id)) return
  // The account is the row that is marked as oneself; the hash stays when it is known.
  const mark = SELF | (account.isBot === true ? BOT : 0n)
  await tables.run(
    'INSERT INTO peer_info VALUES (?, NULL, ?) ON CONFLICT (peer_id) DO UPDATE SET subtype = excluded.subtype',
    [account.id, mark],
  )
}

async function writeStates(tables: TablesWriter, session: Session, options: EncodeOptions): Promise<void> {
  const { updateState: state } = session
  if (state !== null) {
    const cells = [state.pts, state.qts, state.date, state.seq].map((value) => BigInt(int32From(value ?? 0, ID)))
    await tables.run('INSERT INTO update_state VALUES (?, ?, ?, ?)', cells)
  }
  let dropped = 0
  for await (const states of session.channelStates.batches()) {
    const kept = states.filter(({ channelId, pts }) => pts !== null && isDialogId('channel', channelId))
    dropped += states.length - kept.length
    // The bare id, in spite of the column's name.
    await tables.runMany(
      'INSERT OR REPLACE INTO channel_state VALUES (?, ?)',
      kept.map(({ channelId, pts }) => [channelId, BigInt(int32From(pts ?? 0, ID))]),
    )
  }
  if (dropped > 0) {
    const reason = 'they have no counter, or an id that grammers breaks off at'
    options.onDropped?.('channel-states', dropped, reason)
  }
}
