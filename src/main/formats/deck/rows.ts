import { AppError } from '../../domain/errors.ts'
import type { Peer } from '../../domain/peer.ts'
import type { ChannelState, MinContext, SentFile } from '../../domain/session.ts'
import type { Cell, Row } from '../media.ts'

/** Columns of `deck_peers` in the order {@link peerFrom} reads them. */
const PEER_COLUMNS_1 = 'kind, type, id, access_hash, usernames, phone, name, updated_at'
const PEER_COLUMNS = `${PEER_COLUMNS_1}, is_min, native_library, native_bytes`
export const MIN_CONTEXT_COLUMNS = 'peer_kind, peer_id, chat_kind, chat_id, message_id'

/** {@link PEER_COLUMNS} as far as a version has them. */
export function peerColumnsOf(version: number): string {
  return version === 1 ? PEER_COLUMNS_1 : PEER_COLUMNS
}

export const CHANNEL_STATE_COLUMNS = 'channel_id, pts, date, seq, qts'
export const SENT_FILE_COLUMNS = 'md5, size, type, id, access_hash'

const PEER_KINDS: ReadonlySet<string> = new Set<Peer['kind']>(['user', 'chat', 'channel'])
const PEER_TYPES: ReadonlySet<string> = new Set<NonNullable<Peer['type']>>([
  'user',
  'bot',
  'group',
  'channel',
  'supergroup',
  'forum',
  'direct',
  'gigagroup',
  'community',
])

export function peerFrom(row: Row): Peer {
  const [kind, type, id, accessHash, usernames, phone, name, updatedAt, isMin, library, native] = row
  return {
    kind: oneOf<Peer['kind']>(kind, PEER_KINDS),
    type: type == null ? null : oneOf<NonNullable<Peer['type']>>(type, PEER_TYPES),
    id: bigintFrom(id),
    accessHash: accessHash == null ? null : bigintFrom(accessHash),
    usernames: namesFrom(usernames),
    phone: textFrom(phone),
    name: textFrom(name),
    updatedAt: numberFrom(updatedAt),
    ...(isMin === 1n && { isMin: true as const }),
    ...(typeof library === 'string' &&
      native instanceof Uint8Array && { native: { library, bytes: Uint8Array.from(native) } }),
  }
}

export function minContextFrom([peerKind, peerId, chatKind, chatId, messageId]: Row): MinContext {
  return {
    peerKind: oneOf<Peer['kind']>(peerKind, PEER_KINDS),
    peerId: bigintFrom(peerId),
    chatKind: chatKind == null ? null : oneOf<Peer['kind']>(chatKind, PEER_KINDS),
    chatId: bigintFrom(chatId),
    messageId: numberFrom(messageId) ?? 0,
  }
}

export function channelStateFrom([channelId, pts, date, seq, qts]: Row): ChannelState {
  return {
    channelId: bigintFrom(channelId),
    pts: numberFrom(pts),
    date: numberFrom(date),
    seq: numberFrom(seq),
    qts: numberFrom(qts),
  }
}

export function sentFileFrom([md5, size, type, id, accessHash]: Row): SentFile {
  if (!(md5 instanceof Uint8Array)) throw damaged()
  return {
    md5: Uint8Array.from(md5),
    size: bigintFrom(size),
    type: type === 'photo' ? 'photo' : 'document',
    id: bigintFrom(id),
    accessHash: bigintFrom(accessHash),
  }
}

export function numberFrom(cell: Cell | undefined): number | null {
  if (cell == null) return null
  if (typeof cell === 'bigint' || typeof cell === 'number') return Number(cell)
  throw damaged()
}

export function bigintFrom(cell: Cell | undefined): bigint {
  if (typeof cell === 'bigint') return cell
  if (typeof cell === 'number' && Number.isInteger(cell)) return BigInt(cell)
  throw damaged()
}

export function textFrom(cell: Cell | undefined): string | null {
  return cell == null ? null : String(cell)
}

export function booleanFrom(cell: Cell | undefined): boolean | null {
  return cell == null ? null : numberFrom(cell) !== 0
}

/** An integer as SQLite can hold it. @throws AppError format.not-writable beyond a signed 64-bit one */
export function int64(value: bigint): bigint {
  if (BigInt.asIntN(64, value) === value) return value
  throw new AppError('format.not-writable', { format: 'deck.sqlite', reason: 'an id does not fit 64 bits' })
}

export function damaged(): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: 'deck.sqlite', reason: 'a cell is not of its kind' })
}

export function namesFrom(cell: Cell | undefined): string[] {
  try {
    const names: unknown = JSON.parse(String(cell))
    if (Array.isArray(names) && names.every((name) => typeof name === 'string')) return names
  } catch {
    // Told below, like any other cell that is not of its kind.
  }
  throw damaged()
}

function oneOf<T extends string>(cell: Cell | undefined, known: ReadonlySet<string>): T {
  if (typeof cell === 'string' && known.has(cell)) return cell as T
  throw damaged()
}
