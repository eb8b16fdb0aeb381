import type { PeerKind, PeerType } from '../domain/peer.ts'

/** What the first fields of a TL `User` or `Chat` tell. */
export interface TlPeer {
  readonly id: bigint
  readonly type: PeerType
  readonly accessHash: bigint | null
  readonly name: string | null
  readonly username: string | null
  readonly phone: string | null
}

/** Objects of groups that removed the account: short ones of their own. Both numbers are in use since layer 133. */
const CHAT_FORBIDDEN = 0x6592a1a7
const CHANNEL_FORBIDDEN = 0x17d493d5

const isSet = (flags: number, bit: number): boolean => (flags & (1 << bit)) !== 0

/**
 * Reads the leading fields of a TL object, whatever the API layer that wrote it: constructor numbers change with the
 * layer, the first fields stay where they are. The caller compares the id with the one it knows.
 * @returns null when it ends too early
 */
export function tlPeerFrom(bytes: Uint8Array, kind: PeerKind): TlPeer | null {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  try {
    if (kind === 'user') return userFrom(buffer)
    return kind === 'chat' ? chatFrom(buffer) : channelFrom(buffer)
  } catch (error) {
    // What a buffer throws beyond its end.
    if (error instanceof RangeError) return null
    throw error
  }
}

function userFrom(buffer: Buffer): TlPeer {
  const flags = buffer.readUInt32LE(4)
  const id = buffer.readBigInt64LE(12)
  const hasHash = isSet(flags, 0)
  const accessHash = hasHash ? buffer.readBigInt64LE(20) : null
  const texts = textsFrom(buffer, hasHash ? 28 : 20)
  const text = (bit: number): string | null => (isSet(flags, bit) ? texts() || null : null)
  const first = text(1)
  const last = text(2)
  return {
    id,
    type: isSet(flags, 14) ? 'bot' : 'user',
    accessHash,
    name: first === null || last === null ? (first ?? last) : `${first} ${last}`,
    username: text(3)?.toLowerCase() ?? null,
    phone: text(4),
  }
}

function chatFrom(buffer: Buffer): TlPeer {
  const start = buffer.readUInt32LE(0) === CHAT_FORBIDDEN ? 4 : 8
  const name = textsFrom(buffer, start + 8)() || null
  return { ...nothing, id: buffer.readBigInt64LE(start), type: 'group', name }
}

function channelFrom(buffer: Buffer): TlPeer {
  const isForbidden = buffer.readUInt32LE(0) === CHANNEL_FORBIDDEN
  const flags = buffer.readUInt32LE(4)
  const start = isForbidden ? 8 : 12
  const hasHash = isForbidden || isSet(flags, 13)
  const texts = textsFrom(buffer, start + (hasHash ? 16 : 8))
  return {
    ...nothing,
    id: buffer.readBigInt64LE(start),
    type: channelTypeOf(flags),
    accessHash: hasHash ? buffer.readBigInt64LE(start + 8) : null,
    name: texts() || null,
    username: !isForbidden && isSet(flags, 6) ? texts().toLowerCase() || null : null,
  }
}

/** TL strings one after the other; made for millions of them. @throws RangeError at the end of the buffer */
function textsFrom(buffer: Buffer, start: number): () => string {
  let at = start
  return () => {
    const first = buffer.readUInt8(at)
    const head = first < 254 ? 1 : 4
    const byteLength = first < 254 ? first : buffer.readUIntLE(at + 1, 3)
    const from = at + head
    if (from + byteLength > buffer.byteLength) throw new RangeError('a text ends behind the object')
    at += Math.ceil((head + byteLength) / 4) * 4
    return buffer.toString('utf8', from, from + byteLength)
  }
}

function channelTypeOf(flags: number): PeerType {
  if (isSet(flags, 30)) return 'forum'
  if (isSet(flags, 26)) return 'gigagroup'
  return isSet(flags, 8) ? 'supergroup' : 'channel'
}

const nothing = { accessHash: null, username: null, phone: null }
