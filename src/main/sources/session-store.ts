import type { Problem } from '../domain/problem.ts'
import type { ChannelState, SentFile, Session } from '../domain/session.ts'
import type { AccountFacts, DataCenterFacts, SessionFacts } from '../formats/facts.ts'
import type { Decoded, EncodeOptions, PeerPage, PeerQuery } from '../formats/format.ts'
import type { TableInfo } from '../formats/media.ts'
import type { RawValue } from '../formats/raw-part.ts'

export interface AccountSummary extends AccountFacts {
  readonly id: string
}

export interface DataCenterSummary extends DataCenterFacts {
  readonly implied: boolean
  /** Seconds; null where none is stored. */
  readonly timeOffset?: number | null
}

/**
 * What the list knows of a session: everything but keys and rows. Plain data: it crosses from worker threads and is kept
 * in the catalog. Int64 as decimal text. Optional members are absent in summaries that an earlier release stored.
 */
export interface SessionSummary extends SessionFacts {
  /** The session's key within its source. */
  readonly key: string
  readonly name: string
  /** Absolute path of the file that holds it, null for built-in sources. */
  readonly path: string | null
  readonly keyId: string | null
  readonly dataCenters: readonly DataCenterSummary[]
  readonly account: AccountSummary | null
  /** Say why where nothing could be read. */
  readonly problems: readonly Problem[]
  /** What a place is that could not be opened without its passcode. */
  readonly locked?: { readonly formatId: string }
  /** Read with a passcode: opening it again takes that, too. */
  readonly isProtected?: true
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
  readonly rows: readonly (readonly RawValue[])[]
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
