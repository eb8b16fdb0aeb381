import { markedId, type Peer } from '../../domain/peer.ts'
import type { Collection, Field, Session } from '../../domain/session.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, TablesWriter } from '../media.ts'
import { int64 } from './rows.ts'
import { foldPeerText } from './search.ts'
import {
  ADDED_COLUMNS,
  APPLICATION_ID,
  CHILD_TABLES,
  CREATE,
  CREATE_INDEXES,
  DATA_CENTER_COLUMNS,
  DECK_VERSION,
  SESSION_COLUMNS,
} from './tables.ts'

export async function writeSession(
  tables: TablesWriter,
  key: string,
  session: Session,
  options: EncodeOptions,
): Promise<void> {
  for (const sql of CREATE) await tables.run(sql)
  await addColumns(tables)
  if (tables.dialect === 'sqlite') await tables.run(`PRAGMA application_id = ${APPLICATION_ID}`)
  await tables.run('DELETE FROM deck_version')
  await tables.run('INSERT INTO deck_version (version) VALUES (?)', [BigInt(DECK_VERSION)])
  await removeSession(tables, key)
  const [[top] = []] = await tables.query('SELECT max(id) FROM deck_sessions')
  const id = typeof top === 'bigint' ? top + 1n : 1n

  await tables.runMany(
    insertInto('deck_data_centers', DATA_CENTER_COLUMNS),
    session.dataCenters.map((dc) => [
      id,
      BigInt(dc.id),
      dc.address,
      integer(dc.port),
      dc.authKey?.open() ?? null,
      flag(dc.home),
      integer(dc.flags ?? null),
      dc.salt?.open() ?? null,
      dc.timeOffset ?? null,
    ]),
  )
  const channelStates = await writeAll(
    tables,
    insertInto('deck_channel_states', ['session', 'position', 'channel_id', 'pts', 'date', 'seq', 'qts']),
    session.channelStates,
    (row, position) => [id, position, int64(row.channelId), row.pts, row.date, row.seq, row.qts],
  )
  const parts = new Set<Field>()
  const peers = await writeAll(
    tables,
    insertInto('deck_peers', [
      'session',
      'position',
      'kind',
      'type',
      'id',
      'marked_id',
      'access_hash',
      'usernames',
      'phone',
      'name',
      'updated_at',
      'name_sort',
      'search',
      'is_min',
      'native_library',
      'native_bytes',
    ]),
    session.peers,
    (peer, position) => {
      notePeerParts(peer, parts)
      return [id, position, ...peerCells(peer)]
    },
  )
  for (const sql of CREATE_INDEXES) await tables.run(sql)
  const sentFiles = await writeAll(
    tables,
    insertInto('deck_sent_files', ['session', 'position', 'md5', 'size', 'type', 'id', 'access_hash']),
    session.sentFiles,
    (file, position) => [id, position, file.md5, int64(file.size), file.type, int64(file.id), int64(file.accessHash)],
  )
  const minContexts = await writeAll(
    tables,
    insertInto('deck_min_contexts', [
      'session',
      'position',
      'peer_kind',
      'peer_id',
      'chat_kind',
      'chat_id',
      'message_id',
    ]),
    session.minContexts,
    (row, position) => [
      id,
      position,
      row.peerKind,
      int64(row.peerId),
      row.chatKind,
      int64(row.chatId),
      BigInt(row.messageId),
    ],
  )
  const { account, updateState } = session
  await tables.run(insertInto('deck_sessions', SESSION_COLUMNS), [
    id,
    key,
    options.options.get('name') ?? null,
    flag(session.test),
    account ? int64(account.id) : null,
    flag(account?.isBot ?? null),
    account?.username ?? null,
    account?.phone ?? null,
    integer(session.apiId),
    flag(updateState !== null),
    updateState?.pts ?? null,
    updateState?.qts ?? null,
    updateState?.date ?? null,
    updateState?.seq ?? null,
    session.takeoutId === null ? null : int64(session.takeoutId),
    session.temporaryKey?.open() ?? null,
    session.savedAt,
    channelStates,
    peers,
    sentFiles,
    account?.extraUsernames ? JSON.stringify(account.extraUsernames) : null,
    flag(account?.isPremium ?? null),
    session.futureAuthToken?.open() ?? null,
    session.server ?? null,
    minContexts,
    [...parts].join(' '),
  ])
}

/** What a peer has beside id and access hash, in the words of the loss report. */
function notePeerParts(peer: Peer, parts: Set<Field>): void {
  if (peer.type !== null) parts.add('peer-types')
  if (peer.name !== null) parts.add('peer-names')
  if (peer.usernames.length > 0) parts.add('peer-usernames')
  if (peer.usernames.length > 1) parts.add('peer-extra-usernames')
  if (peer.phone !== null) parts.add('peer-phones')
  if (peer.updatedAt !== null) parts.add('peer-dates')
  if (peer.isMin === true) parts.add('peer-min-marks')
  if (peer.native !== undefined) parts.add('peer-objects')
}

/** Brings tables of an earlier version up to this one. */
async function addColumns(tables: TablesWriter): Promise<void> {
  const schema = await tables.schema()
  for (const { table, column, sql } of ADDED_COLUMNS) {
    const known = schema.tables.get(table)?.columns.some(({ name }) => name === column)
    if (known !== true) await tables.run(sql)
  }
}

export async function removeSession(tables: TablesWriter, key: string): Promise<void> {
  const schema = await tables.schema()
  for (const table of CHILD_TABLES) {
    // Version 1 has fewer.
    if (!schema.tables.has(table)) continue
    await tables.run(`DELETE FROM ${table} WHERE session IN (SELECT id FROM deck_sessions WHERE key = ?)`, [key])
  }
  await tables.run('DELETE FROM deck_sessions WHERE key = ?', [key])
}

function peerCells(peer: Peer): Cell[] {
  const marked = markedId(peer.kind, peer.id)
  return [
    peer.kind,
    peer.type,
    int64(peer.id),
    BigInt.asIntN(64, marked) === marked ? marked : null,
    peer.accessHash === null ? null : int64(peer.accessHash),
    JSON.stringify(peer.usernames),
    peer.phone,
    peer.name,
    peer.updatedAt,
    peer.name === null ? null : foldPeerText(peer.name),
    foldPeerText([peer.name, ...peer.usernames, peer.phone].filter((text) => text).join('\n')),
    flag(peer.isMin ?? null),
    peer.native?.library ?? null,
    peer.native?.bytes ?? null,
  ]
}

/** @returns how many rows came, which is what counts: a collection's own count may be an estimate */
async function writeAll<T>(
  tables: TablesWriter,
  sql: string,
  collection: Collection<T>,
  cellsOf: (row: T, position: bigint) => Cell[],
): Promise<bigint> {
  let position = 0n
  for await (const batch of collection.batches()) {
    const rows: Cell[][] = []
    for (const row of batch) {
      rows.push(cellsOf(row, position))
      position += 1n
    }
    await tables.runMany(sql, rows)
  }
  return position
}

function insertInto(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
}

function flag(value: boolean | null): bigint | null {
  return value === null ? null : BigInt(value)
}

function integer(value: number | null): bigint | null {
  return value === null ? null : BigInt(Math.trunc(value))
}
