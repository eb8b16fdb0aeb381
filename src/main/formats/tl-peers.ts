import { byteReader } from '../bytes/reader.ts'
import { readTlString } from '../bytes/tl.ts'
import { isAppError } from '../domain/errors.ts'
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
  try {
    if (kind === 'user') return userFrom(bytes)
    return kind === 'chat' ? chatFrom(bytes) : channelFrom(bytes)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

function userFrom(bytes: Uint8Array): TlPeer {
  const reader = byteReader(bytes)
  reader.u32le()
  const flags = reader.u32le()
  reader.u32le()
  const id = reader.i64le()
  const text = (bit: number): string | null => (isSet(flags, bit) ? readTlString(reader) || null : null)
  const accessHash = isSet(flags, 0) ? reader.i64le() : null
  const first = text(1)
  const last = text(2)
  const name = [first, last].filter((part) => part !== null).join(' ')
  return {
    id,
    type: isSet(flags, 14) ? 'bot' : 'user',
    accessHash,
    name: name === '' ? null : name,
    username: text(3)?.toLowerCase() ?? null,
    phone: text(4),
  }
}

function chatFrom(bytes: Uint8Array): TlPeer {
  const reader = byteReader(bytes)
  if (reader.u32le() !== CHAT_FORBIDDEN) reader.u32le()
  const id = reader.i64le()
  return { ...nothing, id, type: 'group', name: readTlString(reader) || null }
}

function channelFrom(bytes: Uint8Array): TlPeer {
  const reader = byteReader(bytes)
  const isForbidden = reader.u32le() === CHANNEL_FORBIDDEN
  const flags = reader.u32le()
  if (!isForbidden) reader.u32le()
  const id = reader.i64le()
  const accessHash = isForbidden || isSet(flags, 13) ? reader.i64le() : null
  const name = readTlString(reader) || null
  const username = !isForbidden && isSet(flags, 6) ? readTlString(reader).toLowerCase() || null : null
  return { ...nothing, id, type: channelTypeOf(flags), accessHash, name, username }
}

function channelTypeOf(flags: number): PeerType {
  if (isSet(flags, 30)) return 'forum'
  if (isSet(flags, 26)) return 'gigagroup'
  return isSet(flags, 8) ? 'supergroup' : 'channel'
}

const nothing = { accessHash: null, username: null, phone: null }
