import { fromMarkedId, type Peer, type PeerType } from '../../domain/peer.ts'
import type { Collection } from '../../domain/session.ts'
import { tlPeerFrom } from '../tl-peers.ts'
import { type Coded, type CodedObject, isCodedObject } from './coded.ts'
import { type KeySet, type StoreEntry, under } from './entries.ts'
import { lazily } from './lazy.ts'
import { unpackRuns } from './rle.ts'

/** Peers of a storage; reads a value for each. */
export function peersOf(entries: readonly StoreEntry[], set: KeySet): Collection<Peer> {
  if (set === 'B') return lazily(under(entries, 'peers'), peerOfB)
  const rows = lazily(under(entries, 'cache.peer'), peerOfA)
  return {
    count: rows.count,
    async *batches() {
      const names = await usernamesByPeer(under(entries, 'cache.username'))
      for await (const batch of rows.batches()) {
        yield batch.map((peer) => {
          const more = names.get(`${peer.kind} ${peer.id}`) ?? []
          return { ...peer, usernames: [...new Set([...peer.usernames, ...more])] }
        })
      }
    },
  }
}

/** The object has its id marked; up to 0.89 the two values of a row are hard to tell apart. */
async function peerOfB(entry: StoreEntry): Promise<Peer | null> {
  const place = placeOf(entry.key[1])
  const [object, hash] = await entry.readPair()
  if (place === null || !isCodedObject(object) || typeof hash !== 'bigint') return null
  const text = (name: string): string | null => textOf(object.get(name))
  const name = [text('firstName'), text('lastName')].filter((part) => part !== null).join(' ')
  const also = object.get('also')
  const usernames = [text('username'), ...(Array.isArray(also) ? also.map(textOf) : [])]
  return {
    ...place,
    type: typeOf(object),
    // The library's own word for none.
    accessHash: hash === 0n ? null : BigInt.asIntN(64, hash),
    usernames: [...new Set(usernames.flatMap((one) => one?.toLowerCase() ?? []))],
    phone: text('phoneNumber'),
    name: name === '' ? text('title') : name,
    updatedAt: null,
  }
}

/** A packed TL object, and when it was met. */
async function peerOfA(entry: StoreEntry): Promise<Peer | null> {
  const place = placeOf(entry.key[1])
  const [packed, date] = await entry.readPair()
  if (place === null || !(packed instanceof Uint8Array)) return null
  const object = tlPeerFrom(unpackRuns(packed), place.kind)
  if (object === null || object.id !== place.id) return null
  const { type, accessHash, name, username, phone } = object
  const seconds = date instanceof Date ? date.getTime() / 1000 : Number.NaN
  return {
    ...place,
    type,
    accessHash,
    usernames: username === null ? [] : [username],
    phone,
    name,
    updatedAt: Number.isFinite(seconds) && seconds > 0 ? seconds : null,
  }
}

/** Usernames by peer, in the order they were met. */
async function usernamesByPeer(entries: readonly StoreEntry[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const rows: { readonly peer: string; readonly username: string; readonly metAt: number }[] = []
  const read = lazily(entries, async (entry) => {
    const [id, date] = await entry.readPair()
    const place = placeOf(id)
    const username = textOf(entry.key[1])
    if (place === null || username === null) return null
    const metAt = date instanceof Date ? date.getTime() : 0
    return { peer: `${place.kind} ${place.id}`, username: username.toLowerCase(), metAt }
  })
  for await (const batch of read.batches()) rows.push(...batch)
  const names = new Map<string, string[]>()
  for (const { peer, username } of rows.toSorted((a, b) => a.metAt - b.metAt)) {
    names.set(peer, [...(names.get(peer) ?? []), username])
  }
  return names
}

function typeOf(object: CodedObject): PeerType | null {
  switch (textOf(object.get('type')) ?? '') {
    case 'private':
      return object.get('isBot') === true ? 'bot' : 'user'
    case 'group':
      return 'group'
    case 'channel':
      return 'channel'
    case 'supergroup':
      if (object.get('isForum') === true) return 'forum'
      return object.get('isDirectMessagesChat') === true ? 'direct' : 'supergroup'
    default:
      return null
  }
}

function placeOf(id: Coded | undefined): Pick<Peer, 'kind' | 'id'> | null {
  if (typeof id !== 'number' || !Number.isSafeInteger(id) || id === 0) return null
  return fromMarkedId(BigInt(id))
}

function textOf(value: Coded | undefined): string | null {
  return typeof value === 'string' && value !== '' ? value : null
}
