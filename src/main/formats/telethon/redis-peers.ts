import { AppError } from '../../domain/errors.ts'
import { markedId, type Peer } from '../../domain/peer.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { KeyValueReader } from '../media.ts'
import { type Needle, needleOf } from '../peer-search.ts'
import { baseOfKey, keysOf, parseRedisKey } from './redis-keys.ts'
import { peerOfValue } from './redis-read.ts'

const READ_AT_ONCE = 1000

/**
 * A page of the entities of one session. Redis knows no order: by id, their names are sorted and the page alone is read; a
 * search, and any other order, read them all.
 * @throws AppError session.not-found
 */
export async function redisPeers(reader: KeyValueReader, key: string, query: PeerQuery): Promise<PeerPage> {
  const base = baseOfKey(key)
  if (base === null) throw new AppError('session.not-found', {})
  // The library never stores whether a user is a bot.
  if (query.kind === 'bot') return { peers: [], total: 0, more: false }
  const ids = (await entityIds(reader, base)).filter((id) => query.kind === null || kindOf(id) === query.kind)
  const needle = needleOf(query.search)
  const isDescending = query.direction === 'desc'
  ids.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
  const read = async (some: readonly bigint[]): Promise<Peer[]> => {
    const values = await reader.get(some.map((id) => `${base}:entities:${id}`))
    return values.flatMap((value) => peerOfValue(value) ?? [])
  }
  if (needle === null && query.sort === 'id') {
    if (isDescending) ids.reverse()
    const page = ids.slice(query.offset, query.offset + query.limit)
    return { peers: await read(page), total: ids.length, more: ids.length > query.offset + query.limit }
  }
  const found: Peer[] = []
  for (let start = 0; start < ids.length; start += READ_AT_ONCE) {
    const peers = await read(ids.slice(start, start + READ_AT_ONCE))
    found.push(...peers.filter((peer) => needle === null || matches(peer, needle)))
  }
  const sorted = inOrder(found, query)
  const peers = sorted.slice(query.offset, query.offset + query.limit)
  return { peers, total: sorted.length, more: sorted.length > query.offset + query.limit }
}

async function entityIds(reader: KeyValueReader, base: string): Promise<bigint[]> {
  const ids: bigint[] = []
  for await (const page of reader.scan(keysOf(base, 'entities'))) {
    for (const text of page) {
      const key = parseRedisKey(text)
      if (key?.base === base && key.last !== '0') ids.push(BigInt(key.last))
    }
  }
  return ids
}

function kindOf(marked: bigint): Peer['kind'] {
  if (marked > 0n) return 'user'
  return marked < -1_000_000_000_000n ? 'channel' : 'chat'
}

function matches(peer: Peer, needle: Needle): boolean {
  const contains = (text: string | null, part: string | null): boolean =>
    text !== null && part !== null && text.toLowerCase().includes(part.toLowerCase())
  const username = needle.username ?? needle.text
  return (
    contains(peer.name, needle.text) ||
    peer.usernames.some((one) => contains(one, username)) ||
    contains(peer.phone, needle.phone) ||
    needle.ids.includes(markedId(peer.kind, peer.id))
  )
}

/** Those without a name or date come last either way; equal ones in the order of their ids. */
function inOrder(peers: readonly Peer[], { sort, direction }: PeerQuery): readonly Peer[] {
  const sign = direction === 'desc' ? -1 : 1
  if (sort === 'id') return sign === 1 ? peers : peers.toReversed()
  const valueOf = (peer: Peer): string | number | null =>
    sort === 'updated' ? peer.updatedAt : (peer.name ?? peer.usernames[0] ?? null)
  return peers.toSorted((a, b) => {
    const [one, other] = [valueOf(a), valueOf(b)]
    if (one === null || other === null) return one === other ? 0 : one === null ? 1 : -1
    return one < other ? -sign : one > other ? sign : 0
  })
}
