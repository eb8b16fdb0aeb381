import type { Secret } from '../../domain/secret.ts'

/**
 * A ferogram session as the library itself holds it (`PersistedSession` of ferogram-session 0.6.6): the binary file, the
 * native string and the JSON are three spellings of it, the tables of the SQL backends a fourth.
 */
export interface StoredFerogram {
  readonly homeDcId: number
  readonly dcs: readonly StoredDc[]
  /** Null where the version has none. */
  readonly state: StoredState | null
  readonly channels: readonly StoredChannel[]
  readonly peers: readonly StoredPeer[]
  readonly minPeers: readonly StoredMinPeer[]
  readonly token: Secret | null
}

export interface StoredDc {
  readonly id: number
  /** As it stands in the file: "149.154.167.51:443", "[2001:67c:4e8:f002::a]:443". */
  readonly address: string
  /** False when bytes of the address were no UTF-8 and were replaced. */
  readonly isWholeAddress: boolean
  readonly authKey: Secret | null | 'damaged'
  readonly salt: bigint
  /** Seconds. */
  readonly timeOffset: number
  /** Null where the version has none. */
  readonly flags: number | null
}

export interface StoredState {
  readonly pts: number
  readonly qts: number
  readonly date: number
  readonly seq: number
}

export interface StoredChannel {
  readonly id: bigint
  readonly pts: number
}

export interface StoredPeer {
  readonly id: bigint
  readonly accessHash: bigint
  readonly form: 'user' | 'channel' | 'chat' | 'community'
  readonly channelKind: ChannelKind | null
}

/** Broadcast, megagroup, gigagroup. */
export type ChannelKind = 0 | 1 | 2

export function channelKindFrom(value: number | null): ChannelKind | null {
  return value === 0 || value === 1 || value === 2 ? value : null
}

export interface StoredMinPeer {
  readonly userId: bigint
  readonly peerId: bigint
  readonly messageId: number
}

/** What one version of the library has a place for. */
export interface FerogramShape {
  readonly states: boolean
  readonly flags: boolean
  readonly chats: boolean
  readonly channelKinds: boolean
  readonly communities: boolean
  readonly minPeers: boolean
  readonly token: boolean
}

/** @param version of the binary format: 1 to 8 */
export function shapeOf(version: number): FerogramShape {
  return {
    states: version >= 2,
    flags: version >= 3,
    minPeers: version >= 4,
    chats: version >= 5,
    channelKinds: version >= 6,
    token: version >= 7,
    communities: version >= 8,
  }
}
