import { fromMarkedId, markedId, type Peer, type PeerKind, type PeerType } from '../../domain/peer.ts'
import { integerOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Cell, Row, TablesReader } from '../media.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, type SqlCondition } from '../peer-search.ts'

/** Bits of `subtype`. */
export const SELF = 1n
export const BOT = 2n
const MEGAGROUP = 4n
const BROADCAST = 8n
const GIGAGROUP = MEGAGROUP | BROADCAST
/** Since 0.11. */
const COMMUNITY = 16n

/** @param row peer_id, hash, subtype */
export function peerFromRow(row: Row): Peer | null {
  const stored = integerOf(row[0])
  if (stored === null || stored === 0n) return null
  const { kind, id } = fromMarkedId(stored)
  return {
    kind,
    type: typeFrom(kind, integerOf(row[2])),
    id,
    accessHash: integerOf(row[1]),
    usernames: [],
    phone: null,
    name: null,
    updatedAt: null,
  }
}

function typeFrom(kind: PeerKind, subtype: bigint | null): PeerType | null {
  const has = (bits: bigint): boolean => subtype !== null && (subtype & bits) === bits
  if (kind === 'chat') return null
  // For a user, nothing means either "neither" or "not known".
  if (kind === 'user') return has(BOT) ? 'bot' : has(SELF) ? 'user' : null
  if (has(GIGAGROUP)) return 'gigagroup'
  if (has(BROADCAST)) return 'channel'
  if (has(MEGAGROUP)) return 'supergroup'
  return has(COMMUNITY) ? 'community' : null
}

const CHANNEL_SUBTYPES: Readonly<Partial<Record<PeerType, bigint>>> = {
  gigagroup: GIGAGROUP,
  channel: BROADCAST,
  supergroup: MEGAGROUP,
  forum: MEGAGROUP,
  community: COMMUNITY,
}

/** The bits of a type; null for none. */
function subtypeOf({ kind, type }: Pick<Peer, 'kind' | 'type'>): bigint | null {
  if (type === null || kind === 'chat') return null
  if (kind === 'user') return type === 'bot' ? BOT : null
  return CHANNEL_SUBTYPES[type] ?? null
}

/** Whether the library can take an id: it breaks off at one outside the ranges of the Bot API. */
export function isDialogId(kind: PeerKind, id: bigint): boolean {
  if (id < 1n) return false
  if (kind === 'user') return id < 2n ** 40n
  if (kind === 'chat') return id <= 999_999_999_999n
  // Behind the gap lie the ids of direct messages of a channel.
  return id <= 997_852_516_352n || (id >= 1_002_147_483_649n && id <= 3_000_000_000_000n)
}

/** The row of a peer. A hash that goes with a message (min) is of no use alone. */
export function rowFromPeer(peer: Peer): [id: bigint, hash: bigint | null, subtype: bigint | null] {
  return [markedId(peer.kind, peer.id), peer.isMin === true ? null : peer.accessHash, subtypeOf(peer)]
}

export async function grammersPeers(tables: TablesReader, query: PeerQuery): Promise<PeerPage> {
  const page = await pageOfPeers(tables, {
    columns: 'peer_id, hash, subtype',
    table: 'peer_info',
    key: 'peer_id',
    where: [...kindConditions(query.kind), ...searchConditions(query.search)],
    // Ids are all there is to sort by.
    order: { id: 'peer_id', name: 'peer_id', updated: 'peer_id' },
    query,
    countAll: () => tables.count('peer_info'),
  })
  return { ...page, peers: page.rows.flatMap((row) => peerFromRow(row) ?? []) }
}

function kindConditions(kind: PeerQuery['kind']): SqlCondition[] {
  const of = (sql: string): SqlCondition => ({ sql, parameters: [] })
  switch (kind) {
    case null:
      return []
    case 'bot':
      return [userRange('peer_id'), of('subtype & 2 <> 0')]
    case 'user':
      return [userRange('peer_id'), of('(subtype IS NULL OR subtype & 2 = 0)')]
    case 'chat':
      return [chatRange('peer_id')]
    case 'channel':
      return [channelRange('peer_id')]
  }
}

/** Only an id can be found: the library keeps no names. */
function searchConditions(search: string): SqlCondition[] {
  const needle = needleOf(search)
  if (needle === null) return []
  const ids: readonly Cell[] = needle.ids
  if (ids.length === 0) return [{ sql: '0 = 1', parameters: [] }]
  return [{ sql: `peer_id IN (${ids.map(() => '?').join(', ')})`, parameters: ids }]
}
