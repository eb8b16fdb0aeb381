import type { Problem } from '../domain/problem.ts'
import type { ChannelState, SentFile, Session } from '../domain/session.ts'
import type { Decoded, EncodeOptions, FormatInfo, PeerPage, PeerQuery } from '../formats/format.ts'
import type { Cell, TableInfo } from '../formats/media.ts'

/** Optional members are absent in summaries that an earlier release stored. */
export interface AccountSummary {
  readonly id: string
  readonly isBot: boolean | null
  readonly username: string | null
  readonly phone: string | null
  /** Beside `username`. */
  readonly extraUsernames?: readonly string[]
  readonly isPremium?: boolean
}

/**
 * What the list knows of a session: everything but keys and rows. Plain data: it crosses from worker threads and is kept
 * in the catalog. Int64 as decimal text. Optional members are absent in summaries that an earlier release stored.
 */
export interface SessionSummary {
  /** The session's key within its source. */
  readonly key: string
  readonly name: string
  /** Absolute path of the file that holds it, null for built-in sources. */
  readonly path: string | null
  /** Null when nothing could be read: `problems` then says why. */
  readonly format: FormatInfo | null
  readonly keyId: string | null
  readonly dataCenters: readonly DataCenterSummary[]
  readonly test: boolean | null
  readonly account: AccountSummary | null
  readonly apiId: number | null
  readonly updateState: { pts: number | null; qts: number | null; date: number | null; seq: number | null } | null
  /** Null where the format cannot hold them. */
  readonly channelStates: number | null
  readonly peers: number | null
  readonly sentFiles: number | null
  readonly minContexts?: number | null
  readonly peerParts?: readonly string[]
  readonly hasTakeout: boolean | null
  readonly hasTemporaryKey: boolean
  readonly hasFutureAuthToken?: boolean
  readonly savedAt: number | null
  readonly problems: readonly Problem[]
  /** Whose servers made the key. Absent: Telegram's. */
  readonly server?: 'mtpylon'
  /** What a place is that could not be opened without its passcode. */
  readonly locked?: { readonly formatId: string }
  /** Read with a passcode: opening it again takes that, too. */
  readonly isProtected?: true
}

export interface DataCenterSummary {
  readonly id: number
  readonly address: string | null
  readonly port: number | null
  readonly hasKey: boolean
  readonly home: boolean
  /** Not stored: follows from the id. */
  readonly implied: boolean
  readonly keyId?: string | null
  /** Null where none are stored. */
  readonly flags?: number | null
  readonly hasSalt?: boolean
  readonly hasTimeOffset?: boolean
  /** Seconds; null where none is stored. */
  readonly timeOffset?: number | null
}

/** A whole session held open for a conversion, over a private snapshot. Call `close` in a `finally`. */
export interface OpenSession extends Decoded {
  close(): Promise<void>
}

export interface RawTable extends TableInfo {
  readonly rows: number
}

/** A page of a table; `secret` columns hold nothing but their byte length. */
export interface RawPage {
  readonly total: number
  readonly rows: readonly (readonly (Cell | { readonly secretByteLength: number })[])[]
}

export interface Window {
  readonly offset: number
  readonly limit: number
}

/**
 * What services see of an opened source. A file in a folder, an entry in the vault and a key in a shared store look
 * alike. Absent methods are absent abilities.
 * All throw AppError: session.not-found, source.not-found, source.denied, source.locked, source.changed,
 * protection.required, protection.locked, format.*
 */
export interface SessionStore {
  summary(key: string): Promise<SessionSummary>
  /** Reads a private snapshot; the original is neither changed nor kept open. */
  open(key: string): Promise<OpenSession>
  peers(key: string, query: PeerQuery): Promise<PeerPage>
  channelStates(key: string, window: Window): Promise<{ total: number; rows: readonly ChannelState[] }>
  sentFiles(key: string, window: Window): Promise<{ total: number; rows: readonly SentFile[] }>
  rawTables?(key: string): Promise<readonly RawTable[]>
  rawRows?(key: string, table: string, window: Window): Promise<RawPage>
  /** Adds a session; answers its key. The name is a wish: the store makes it fit and free. */
  add?(name: string, session: Session, target: WriteTarget): Promise<string>
  /** Moves to the trash; answers the trash id. */
  delete?(key: string): Promise<string>
}

export interface WriteTarget {
  readonly formatId: string
  readonly options: EncodeOptions
  /** Tried before, and the connection was lost: a session of that name with the same key is the one written then. */
  readonly resumes?: boolean
}
