import { fromMarkedId, type Peer } from '../domain/peer.ts'
import type { Collection } from '../domain/session.ts'
import type { PeerPage, PeerQuery } from '../formats/format.ts'
import type { Window } from './session-store.ts'

/** A window of a collection that can only be read from its start. */
export async function pageOfCollection<T>(
  collection: Collection<T>,
  { offset, limit }: Window,
): Promise<{ total: number; rows: readonly T[] }> {
  const rows: T[] = []
  let seen = 0
  for await (const batch of collection.batches()) {
    if (seen + batch.length > offset) {
      rows.push(...batch.slice(Math.max(0, offset - seen), Math.max(0, offset - seen) + limit - rows.length))
    }
    seen += batch.length
    if (rows.length >= limit) break
  }
  return { total: collection.count, rows }
}

/** Peers of a format that cannot search by itself: few, read whole. */
export async function searchCollection(collection: Collection<Peer>, query: PeerQuery): Promise<PeerPage> {
  const found: Peer[] = []
  for await (const batch of collection.batches()) {
    for (const peer of batch) if (matches(peer, query)) found.push(peer)
  }
  const direction = query.direction === 'asc' ? 1 : -1
  found.sort((a, b) => direction * compare(a, b, query.sort))
  const peers = found.slice(query.offset, query.offset + query.limit)
  return { peers, total: found.length, more: query.offset + peers.length < found.length }
}

function matches(peer: Peer, { search, kind }: PeerQuery): boolean {
  const isBot = peer.type === 'bot'
  if (kind === 'bot' ? !isBot : kind !== null && (peer.kind !== kind || (kind === 'user' && isBot))) return false
  const needle = search.trim().toLowerCase().replace(/^@/, '')
  if (needle === '') return true
  const texts = [peer.name?.toLowerCase(), peer.phone, ...peer.usernames]
  if (texts.some((text) => text?.includes(needle))) return true
  if (!/^-?\d{1,19}$/.test(needle)) return false
  const wanted = BigInt(needle)
  if (wanted >= 0n) return peer.id === wanted
  const { kind: wantedKind, id } = fromMarkedId(wanted)
  return peer.kind === wantedKind && peer.id === id
}

function compare(a: Peer, b: Peer, sort: PeerQuery['sort']): number {
  if (sort === 'name') return (a.name ?? '\uffff').localeCompare(b.name ?? '\uffff')
  if (sort === 'updated') return (a.updatedAt ?? 0) - (b.updatedAt ?? 0)
  return a.id < b.id ? -1 : Number(a.id > b.id)
}
