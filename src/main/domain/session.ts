import type { Peer, PeerKind } from './peer.ts'
import type { Secret } from './secret.ts'

/**
 * One way to a data centre that a session knows; a DC can have several (IPv4, IPv6, media). `address` is an IP literal
 * without brackets, a host name where a library keeps one, or null where the format implies it.
 */
export interface DataCenter {
  readonly id: number
  readonly address: string | null
  readonly port: number | null
  readonly authKey: Secret | null
  /** The account's own DC. At most one is home; none when the format does not tell. */
  readonly home: boolean
  /** Bits of Telegram's `dcOption` ({@link DC_FLAGS}). Absent where the format has none. */
  readonly flags?: number
  /** Server salt: 8 bytes, little-endian. Absent where none is stored; 0 counts as none. */
  readonly salt?: Secret
  /** Seconds the server's clock is ahead of ours. Absent where none is stored. */
  readonly timeOffset?: number
}

/** The flag bits of Telegram's `dcOption`, which several libraries store as they are. */
export const DC_FLAGS = { ipv6: 1, media: 2, obfuscatedOnly: 4, cdn: 8, static: 16, thisPortOnly: 32 } as const

/** The signed-in account. Null and absent members are not stored by the format. */
export interface Account {
  readonly id: bigint
  readonly isBot: boolean | null
  readonly username: string | null
  readonly phone: string | null
  /** Beside `username`: lower case, without @, never empty. */
  readonly extraUsernames?: readonly string[]
  readonly isPremium?: boolean
}

/** The account's update counters. `date` is Unix seconds, fractional where the library wrote it so. */
export interface UpdateState {
  readonly pts: number | null
  readonly qts: number | null
  readonly date: number | null
  readonly seq: number | null
}

/** A channel's own update counter. `channelId` is bare. */
export interface ChannelState {
  readonly channelId: bigint
  readonly pts: number | null
  readonly date: number | null
  readonly seq: number | null
  readonly qts: number | null
}

/** A cached upload: 16 bytes of MD5, the remote file's id and access hash. */
export interface SentFile {
  readonly md5: Uint8Array
  readonly size: bigint
  readonly type: 'document' | 'photo'
  readonly id: bigint
  readonly accessHash: bigint
}

/**
 * Where a peer was seen of which only a "min" form is known: its message there stands in for an access hash. Ids are
 * bare; the kind of the chat is null where the library keeps a number alone.
 */
export interface MinContext {
  readonly peerKind: PeerKind
  readonly peerId: bigint
  readonly chatKind: PeerKind | null
  readonly chatId: bigint
  readonly messageId: number
}

/**
 * Rows that may be many. `batches` can be called more than once and starts anew each time; it holds no cursor between
 * two batches, so a bot that owns the place is never locked out by a slow reader.
 */
export interface Collection<T> {
  readonly count: number
  batches(): AsyncIterable<readonly T[]>
}

/** One authorisation in the app's own neutral form. Every conversion goes through it. */
export interface Session {
  readonly dataCenters: readonly DataCenter[]
  /** Null where the format does not say and the address is not a known one. */
  readonly test: boolean | null
  readonly account: Account | null
  readonly apiId: number | null
  readonly updateState: UpdateState | null
  readonly takeoutId: bigint | null
  readonly temporaryKey: Secret | null
  /** Unix seconds of the library's own "last saved" stamp (Pyrogram's date). */
  readonly savedAt: number | null
  readonly channelStates: Collection<ChannelState>
  readonly peers: Collection<Peer>
  /** Which parts any of the peers has (`peer-names` …), where that is known without reading them all. */
  readonly peerParts?: readonly Field[]
  readonly sentFiles: Collection<SentFile>
  readonly minContexts: Collection<MinContext>
  /** From `auth.logOut`: lets the account sign in again without a code. Absent where none is stored. */
  readonly futureAuthToken?: Secret
  /**
   * Settings that no field has a place for, as their format packs them. Only that format reads them, when the session goes
   * back into a file of it unchanged; they never hold a key.
   */
  readonly settings?: { readonly formatId: string; readonly content: Secret }
  /** Whose servers made the key. Absent: Telegram's. A key of others must never be sent to Telegram. */
  readonly server?: 'mtpylon'
}

/** Everything a format can carry from one library to another; the vocabulary of the loss report. */
export const fields = [
  'dc',
  'address',
  'test-mode',
  'dc-flags',
  'auth-key',
  'temporary-key',
  'salts',
  'time-offsets',
  'user-id',
  'is-bot',
  'account-username',
  'account-extra-usernames',
  'account-phone',
  'account-premium',
  'api-id',
  'update-state',
  'update-state-qts-seq',
  'channel-states',
  'channel-state-dates',
  'peers',
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-extra-usernames',
  'peer-phones',
  'peer-dates',
  'peer-min-marks',
  'peer-objects',
  'min-contexts',
  'sent-files',
  'takeout-id',
  'saved-at',
  'future-auth-token',
  'other-data-centers',
  'other-keys',
] as const
export type Field = (typeof fields)[number]

/** A collection over rows already in memory. */
export function collectionOf<T>(rows: readonly T[]): Collection<T> {
  return {
    count: rows.length,
    async *batches() {
      if (rows.length > 0) yield rows
    },
  }
}

/** Shared: a session is made for each string of a long list. */
const nothing: Collection<never> = collectionOf([])

export function emptySession(): Session {
  return {
    dataCenters: [],
    test: null,
    account: null,
    apiId: null,
    updateState: null,
    takeoutId: null,
    temporaryKey: null,
    savedAt: null,
    channelStates: nothing,
    peers: nothing,
    sentFiles: nothing,
    minContexts: nothing,
  }
}

/** The DC the account lives in: the one marked home, else the only one with a key (also when known by two addresses). */
export function homeOf(session: Pick<Session, 'dataCenters'>): DataCenter | null {
  const marked = session.dataCenters.find((dc) => dc.home)
  if (marked) return marked
  const [first, ...others] = session.dataCenters.filter((dc) => dc.authKey !== null)
  const key = first?.authKey
  return first && key && others.every((dc) => dc.id === first.id && dc.authKey?.equals(key)) ? first : null
}

/** All rows of a collection. Only for small ones and tests. */
export async function collect<T>(collection: Collection<T>): Promise<T[]> {
  const rows: T[] = []
  for await (const batch of collection.batches()) rows.push(...batch)
  return rows
}
