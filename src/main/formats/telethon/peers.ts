import { fromMarkedId, markedId, type Peer } from '../../domain/peer.ts'
import { integerOf, numberOf, textOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader } from '../media.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, whereNeedle } from '../peer-search.ts'
import { type EntityColumns, entityColumnsOf } from './entity-columns.ts'

/** Row 0 is the self marker of 1.28 and later, not a peer. */
export function isPeer(columns: EntityColumns): string {
  return columns.id === 'id' ? 'id <> 0' : 'hash <> 0'
}

/** Columns of `entities` after the key, as {@link entityRow} takes them. */
export function peerColumns({ id, hash, username, phone, name, date }: EntityColumns): string {
  return `${id === 'id' ? hash : id}, ${username}, ${phone}, ${name}, ${date}`
}

/** A row of the key and {@link peerColumns} as {@link peerFromRow} takes it. */
export function entityRow(row: Row, columns: EntityColumns): Row {
  return columns.id === 'id' ? row : [row[1] ?? null, row[0] ?? null, ...row.slice(2)]
}

/** @param row id, hash, username, phone, name, date */
export function peerFromRow(row: Row): Peer | null {
  const marked = integerOf(row[0])
  if (marked === null) return null
  const { kind, id } = fromMarkedId(marked)
  const username = textOf(row[2])
  return {
    kind,
    type: null,
    id,
    accessHash: integerOf(row[1]),
    usernames: username === null ? [] : [username],
    phone: textOf(row[3]),
    name: textOf(row[4]),
    updatedAt: numberOf(row[5]),
  }
}

/** The row Telethon would write; `nowSeconds` stands in for no date of its own. */
export function rowFromPeer(
  peer: Peer,
): readonly [id: bigint, hash: bigint, ...rest: (string | number | bigint | null)[]] {
  return [
    markedId(peer.kind, peer.id),
    // NOT NULL in the file; a hash of 0 is what the library writes for basic groups.
    peer.accessHash ?? 0n,
    peer.usernames[0] ?? null,
    // Bound as text like the library does: the column turns plain digits into an integer.
    peer.phone,
    peer.name,
    peer.updatedAt === null ? null : wholeOrReal(peer.updatedAt),
  ]
}

/** Whole numbers as INTEGER, fractions as REAL: what Python's driver makes of them. */
export function wholeOrReal(value: number): bigint | number {
  return Number.isSafeInteger(value) ? BigInt(value) : value
}

export async function telethonPeers(tables: TablesReader, query: PeerQuery): Promise<PeerPage> {
  const schema = await tables.schema()
  // The library never stores whether a user is a bot.
  const columns = query.kind === 'bot' ? null : await entityColumnsOf(tables, schema)
  if (columns === null) return { peers: [], total: 0, more: false }
  const { id, name, username, phone, date } = columns
  const needle = needleOf(query.search)
  const where = [
    { sql: isPeer(columns), parameters: [] },
    ...(needle === null ? [] : [whereNeedle(needle, { id, names: [name, username], usernames: [username], phone })]),
    ...(query.kind === 'user' ? [userRange(id)] : []),
    ...(query.kind === 'chat' ? [chatRange(id)] : []),
    ...(query.kind === 'channel' ? [channelRange(id)] : []),
  ]
  const page = await pageOfPeers(tables, {
    columns: `id, ${peerColumns(columns)}`,
    table: 'entities',
    key: 'id',
    where,
    order: { id, name: `coalesce(nullif(${name}, ''), ${username})`, updated: date === 'NULL' ? id : date },
    query,
    countAll: async () => (await tables.count('entities')) - ((await hasSelfMarker(tables)) ? 1 : 0),
  })
  return { ...page, peers: page.rows.flatMap((row) => peerFromRow(entityRow(row, columns)) ?? []) }
}

async function hasSelfMarker(tables: TablesReader): Promise<boolean> {
  return (await tables.scan({ table: 'entities', columns: ['id'], whereKey: 0n, limit: 1 })).length > 0
}
