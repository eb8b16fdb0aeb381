import type { Peer, PeerKind } from '../domain/peer.ts'
import type { Problem } from '../domain/problem.ts'
import type { Field, Session } from '../domain/session.ts'
import type { TablesReader, TablesSchema, TablesWriter } from './media.ts'

/** How sure a format is that something is its own. Two `exact` claims on one input are a defect (a test says so). */
export interface Detection {
  readonly certainty: 'exact' | 'plausible'
  /** A phrase a person can read: "353 characters, version 1, DC 2 at 149.154.167.51". Never part of the input itself. */
  readonly reason: string
  /** The variant recognised, when the format has several. */
  readonly variant: string | null
}

/** One shape of a format: a schema version or a string layout. */
export interface Variant {
  readonly id: string
  /** "7 (1.17 to 1.44)" */
  readonly label: string
  /** Library that writes it, lower case: "kurigram". */
  readonly library: string
  readonly carries: ReadonlySet<Field>
  /** Fields it cannot be written without. */
  readonly requires: readonly Field[]
  readonly writable: boolean
}

/** A value that the person may set when writing: `--set name=value` on the command line. */
export interface WriteOption {
  readonly name: string
  readonly label: string
  readonly help: string
  readonly kind: 'flag' | 'text' | 'number'
}

interface FormatBase {
  /** `library.shape` */
  readonly id: string
  /** Lower-case library id: "telethon" */
  readonly library: string
  /** "Telethon SQLite" */
  readonly label: string
  /** One or two sentences: who writes it, what it is good for. */
  readonly help: string
  readonly variants: readonly Variant[]
  readonly defaultVariant: string
  readonly options?: readonly WriteOption[]
}

/** A session as it was found, before anything is converted. */
export interface Decoded {
  readonly session: Session
  readonly info: FormatInfo
  readonly problems: readonly Problem[]
}

export interface FormatInfo {
  readonly formatId: string
  readonly variant: string
  /** Lower-case library that wrote it, as far as the shape tells. */
  readonly library: string
  /** The number the library stored (a schema version), or the layout's name for strings. */
  readonly formatVersion: number | string | null
}

export interface EncodeOptions {
  readonly variant: string
  /** Values for the format's {@link WriteOption}s. */
  readonly options: ReadonlyMap<string, string>
  /** Unix seconds, for stamps a library writes at save time. */
  readonly nowSeconds: number
}

/** A whole session in one line of text. */
export interface TextFormat extends FormatBase {
  readonly medium: 'text'
  /** `text` is already cleaned (see `clean-text.ts`). Quick, never throws. */
  detect(text: string): Detection | null
  /** @throws AppError format.malformed, format.unsupported-version */
  decode(text: string): Decoded
  /** Absent: not exportable. @throws AppError format.missing-field, format.not-writable */
  encode?(session: Session, options: EncodeOptions): string
}

/** A whole session in one file of bytes (JSON, binary). */
export interface FileFormat extends FormatBase {
  readonly medium: 'file'
  readonly extension: string
  detect(bytes: Uint8Array): Detection | null
  decode(bytes: Uint8Array): Decoded
  encode?(session: Session, options: EncodeOptions): Promise<Uint8Array>
}

/** What the list needs of one session in a store, read without touching its peers. */
export interface StoredSession {
  /** Names the session within its place; '' where the place holds one. */
  readonly key: string
  readonly name: string | null
  readonly decoded: Decoded
}

export type PeerSort = 'id' | 'name' | 'updated'

/**
 * A page of peers. `search` matches name, usernames and phone as a substring and any form of id exactly.
 * `after` is opaque: what the previous page returned.
 */
export interface PeerQuery {
  readonly search: string
  readonly kind: PeerKind | 'bot' | null
  readonly sort: PeerSort
  readonly direction: 'asc' | 'desc'
  readonly offset: number
  readonly limit: number
}

export interface PeerPage {
  readonly peers: readonly Peer[]
  /** Null when counting would cost more than the page. */
  readonly total: number | null
  readonly more: boolean
}

/** Sessions in tables: one or many in one place. `key` is a {@link StoredSession.key}. */
export interface TablesFormat extends FormatBase {
  readonly medium: 'tables'
  readonly extension: string
  /** Columns that hold secrets, for the raw view: `table.column`. */
  readonly secretColumns: ReadonlySet<string>
  detect(schema: TablesSchema): Detection | null
  /** Every session in the place. Uses `scan` and `count` only, so that the quick reader can serve it. */
  list(tables: TablesReader): Promise<readonly StoredSession[]>
  peers?(tables: TablesReader, key: string, query: PeerQuery): Promise<PeerPage>
  /** Creates the tables where they are missing and writes one session. */
  write?(tables: TablesWriter, key: string, session: Session, options: EncodeOptions): Promise<void>
  remove?(tables: TablesWriter, key: string): Promise<void>
}

export type Format = TextFormat | FileFormat | TablesFormat
