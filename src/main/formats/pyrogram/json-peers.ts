import { isJsonObject, type JsonObject, type JsonValue } from '../../bytes/json.ts'
import type { AppError } from '../../domain/errors.ts'
import type { Peer } from '../../domain/peer.ts'

type Malformed = (reason: string) => AppError<'format.malformed'>

/** The three maps of a JSON session: hashes by marked id, and ids by username and by phone. */
export function jsonPeers(object: JsonObject, malformed: Malformed): Peer[] {
  const usernames = wordsByPeer(mapIn(object, 'peers_by_username', malformed))
  const phones = wordsByPeer(mapIn(object, 'peers_by_phone', malformed))
  return Object.entries(mapIn(object, 'peers_by_id', malformed)).map(([marked, value]) => {
    const accessHash = value === null ? null : int64From(value)
    const place = /^-?[1-9]\d{0,17}$/.test(marked) ? peerIdOf(marked, accessHash) : null
    if (place === null || (value !== null && accessHash === null)) {
      throw malformed('“peers_by_id” holds something that is no id and access hash')
    }
    return {
      ...place,
      // Neither bots nor supergroups are told apart.
      type: null,
      accessHash,
      usernames: (usernames.get(marked) ?? []).map((name) => name.toLowerCase()),
      phone: phones.get(marked)?.[0] ?? null,
      name: null,
      updatedAt: null,
    }
  })
}

/** A channel's marked id is "-100" and its digits; a basic group has no hash, whatever its digits. */
function peerIdOf(marked: string, accessHash: bigint | null): Pick<Peer, 'kind' | 'id'> {
  if (!marked.startsWith('-')) return { kind: 'user', id: BigInt(marked) }
  if (accessHash !== null && /^-100[1-9]/.test(marked)) return { kind: 'channel', id: BigInt(marked.slice(4)) }
  return { kind: 'chat', id: BigInt(marked.slice(1)) }
}

/** Usernames or phones by the marked id they lead to. */
function wordsByPeer(map: JsonObject): ReadonlyMap<string, readonly string[]> {
  const words = new Map<string, string[]>()
  for (const [word, peer] of Object.entries(map)) {
    if (word === '' || (typeof peer !== 'number' && typeof peer !== 'bigint')) continue
    const known = words.get(String(peer))
    if (known) known.push(word)
    else words.set(String(peer), [word])
  }
  return words
}

function mapIn(object: JsonObject, name: string, malformed: Malformed): JsonObject {
  const map = object[name] ?? null
  if (map === null) return {}
  if (!isJsonObject(map)) throw malformed(`“${name}” is no object`)
  return map
}

function int64From(value: JsonValue): bigint | null {
  const integer =
    typeof value === 'bigint' ? value : typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null
  return integer === null || BigInt.asIntN(64, integer) !== integer ? null : integer
}
