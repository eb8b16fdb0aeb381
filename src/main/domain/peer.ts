/** What a peer is to the protocol: decides which InputPeer it becomes. */
export type PeerKind = 'user' | 'chat' | 'channel'

/** What a library knows beyond the kind; null where its format does not say. */
export type PeerType =
  | 'user'
  | 'bot'
  | 'group'
  | 'channel'
  | 'supergroup'
  | 'gigagroup'
  | 'forum'
  | 'direct'
  | 'community'

/** A cached user, basic group or channel (Telethon: entity). `id` is bare, never marked. */
export interface Peer {
  readonly kind: PeerKind
  readonly type: PeerType | null
  readonly id: bigint
  /** Null where none is stored. Basic groups have none: 0 in most formats. */
  readonly accessHash: bigint | null
  /** Lower case, without @, the main one first. */
  readonly usernames: readonly string[]
  /** Digits without +. */
  readonly phone: string | null
  readonly name: string | null
  /** Unix seconds of the last write of the row. */
  readonly updatedAt: number | null
  /** Known only in "min" form: the access hash (if any) is valid together with a message that showed the peer. */
  readonly isMin?: true
  /** The whole object as one library packs it; worth keeping for that library alone. */
  readonly native?: { readonly library: string; readonly bytes: Uint8Array }
}

const CHANNEL_MARK = 1_000_000_000_000n

/** Bot-API style marked id: user id, basic group -id, channel -(10^12 + id). */
export function markedId(kind: PeerKind, id: bigint): bigint {
  if (kind === 'user') return id
  return kind === 'chat' ? -id : -(CHANNEL_MARK + id)
}

/** Reverses {@link markedId}. Ids below -10^12 are channels, other negative ids basic groups. */
export function fromMarkedId(marked: bigint): { kind: PeerKind; id: bigint } {
  if (marked >= 0n) return { kind: 'user', id: marked }
  const positive = -marked
  return positive > CHANNEL_MARK ? { kind: 'channel', id: positive - CHANNEL_MARK } : { kind: 'chat', id: positive }
}
