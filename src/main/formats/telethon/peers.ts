import { fromMarkedId, markedId, type Peer } from '../../domain/peer.ts'
import { integerOf, numberOf, textOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { columnsOf } from '../cells.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, whereNeedle } from '../peer-search.ts'

/** Row 0 is the self marker of 1.28 and later, not a peer. */
export const NOT_SELF_MARKER = 'id <> 0'

/** Columns of `entities` after the key, as {@link peerFromRow} takes them. */
export function peerColumns(schema: TablesSchema): string {
  return `hash, username, phone, name, ${columnsOf(schema, 'entities').includes('date') ? 'date' : 'NULL'}`
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
  if (!schema.tables.has('entities') || query.kind === 'bot') return { peers: [], total: 0, more: false }
  const needle = needleOf(query.search)
  const conditions = [{ sql: NOT_SELF_MARKER, parameters: [] }]
  const where = [
    ...conditions,
    ...(needle === null
      ? []
      : [whereNeedle(needle, { id: 'id', names: ['name', 'username'], usernames: ['username'], phone: 'phone' })]),
    ...(query.kind === 'user' ? [userRange('id')] : []),
    ...(query.kind === 'chat' ? [chatRange('id')] : []),
    ...(query.kind === 'channel' ? [channelRange('id')] : []),
  ]
  const date = columnsOf(schema, 'entities').includes('date')
  const page = await pageOfPeers(tables, {
    columns: `id, ${peerColumns(schema)}`,
    table: 'entities',
    key: 'id',
    where,
    order: { id: 'id', name: "coalesce(nullif(name, ''), username)", updated: date ? 'date' : 'id' },
    query,
    countAll: async () => (await tables.count('entities')) - ((await hasSelfMarker(tables)) ? 1 : 0),
  })
  return { ...page, peers: page.rows.flatMap((row) => peerFromRow(row) ?? []) }
}

async function hasSelfMarker(tables: TablesReader): Promise<boolean> {
  return (await tables.scan({ table: 'entities', columns: ['id'], whereKey: 0n, limit: 1 })).length > 0
}
