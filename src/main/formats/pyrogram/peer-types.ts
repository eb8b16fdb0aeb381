import { fromMarkedId, markedId, type Peer, type PeerKind, type PeerType } from '../../domain/peer.ts'
import type { PyrogramShape } from './schema.ts'

const KINDS: Readonly<Record<PeerType, PeerKind>> = {
  user: 'user',
  bot: 'user',
  group: 'chat',
  channel: 'channel',
  supergroup: 'channel',
  gigagroup: 'channel',
  forum: 'channel',
  direct: 'channel',
  community: 'channel',
}

/** A word of the `type` column, null for one we do not know. */
export function peerTypeOf(word: string | null): PeerType | null {
  return word !== null && Object.hasOwn(KINDS, word) ? (word as PeerType) : null
}

/**
 * The word to write. Where the source does not tell bots from users or channels from supergroups, the plain word is
 * taken: the libraries make the same InputPeer of both, and correct the word when they see the peer again.
 */
export function typeWordOf(peer: Pick<Peer, 'type' | 'kind'>, shape: PyrogramShape): PeerType {
  const type = peer.type ?? (peer.kind === 'chat' ? 'group' : peer.kind)
  if (type === 'gigagroup') return 'supergroup'
  // Words of Kurigram 2.2 make every other library raise.
  const newWord = type === 'forum' || type === 'direct' || type === 'community'
  if (!newWord || shape.address) return type
  return type === 'direct' ? 'channel' : 'supergroup'
}

/** Kind and bare id of a stored peer. In schema 1 a short channel id reads as a basic group's, so the type decides. */
export function peerIdOf(
  stored: bigint,
  type: PeerType | null,
  marking: PyrogramShape['marking'],
): { kind: PeerKind; id: bigint } {
  if (marking === 'arithmetic' || stored >= 0n) return fromMarkedId(stored)
  const digits = String(-stored)
  const isChannel = type === null ? digits.startsWith('100') && digits.length >= 12 : KINDS[type] === 'channel'
  if (!isChannel || !digits.startsWith('100') || digits.length === 3) return { kind: 'chat', id: -stored }
  return { kind: 'channel', id: BigInt(digits.slice(3)) }
}

export function storedIdOf(kind: PeerKind, id: bigint, marking: PyrogramShape['marking']): bigint {
  return marking === 'concatenated' && kind === 'channel' ? BigInt(`-100${id}`) : markedId(kind, id)
}
