import type { Peer, PeerKind } from '../domain/peer.ts'
import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'
import type { Field, Session } from '../domain/session.ts'
import type { FormatInfo, SessionFacts } from './facts.ts'
import type {
  DocumentsReader,
  DocumentsWriter,
  KeyValueReader,
  KeyValueWriter,
  TablesReader,
  TablesSchema,
  TablesWriter,
} from './media.ts'
import type { RawPart } from './raw-part.ts'

export type { FormatInfo } from './facts.ts'

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
  /** Fields it carries only where another is known: the user id only with the mark of a bot, say. */
  readonly onlyWith?: Readonly<Partial<Record<Field, Field>>>
  /** Fields it cannot be written without. */
  readonly requires: readonly Field[]
  readonly writable: boolean
}

/** A value that the person may set when writing: `--set name=value` on the command line. */
export interface WriteOption {
  readonly name: string
  readonly label: string
  readonly help: string
  /** A `secret` is typed where nobody sees it: never an argument, never shown again. */
  readonly kind: 'flag' | 'text' | 'number' | 'secret'
}

/** What opens a place that is protected by a passcode, a database key or the like. Kept in memory only. */
export interface Unlock {
  /** Null: nothing was given. */
  readonly passcode: Secret | null
}

/** How the word that opens a format is asked for. */
interface PasscodeQuestion {
  /** "Passcode", "API hash or session key" */
  readonly label: string
  /** Where a person finds it, in a sentence. */
  readonly help: string
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
  /** Present where a place of this format can be locked: `passcode.required` is then answered by asking this. */
  readonly passcode?: PasscodeQuestion
  /** Whose servers its keys belong to. Absent: Telegram's. Nothing is converted from one to the other. */
  readonly server?: Session['server'] | 'any'
  /** What tells it from all others, for the documentation: "Its tables and their columns." */
  readonly detection: string
  /** Warnings that follow from what is known before writing: a limit that is passed, a login of the wrong kind. */
  checkWrite?(facts: SessionFacts, variant: Variant): readonly Problem[]
  /** Why a session can never be written so, as far as the facts tell: "it holds 70,000 peers, …". Null: it can. */
  refuses?(facts: SessionFacts, variant: Variant): string | null
}

/** A session as it was found, before anything is converted. */
export interface Decoded {
  readonly session: Session
  readonly info: FormatInfo
  readonly problems: readonly Problem[]
}

export interface EncodeOptions {
  readonly variant: string
  /** Values for the format's {@link WriteOption}s. */
  readonly options: ReadonlyMap<string, string>
  /** Unix seconds, for stamps a library writes at save time. */
  readonly nowSeconds: number
  /**
   * Told of rows that cannot be written although the variant carries their field, once for each reason. `reason` goes
   * behind "12 peers were left out: " and says neither count nor field: "they have no access hash".
   */
  readonly onDropped?: (field: Field, count: number, reason: string) => void
}

/** A whole session in one line of text. */
export interface TextFormat extends FormatBase {
  readonly medium: 'text'
  /** `text` is already cleaned (see `clean-text.ts`). Quick, never throws. */
  detect(text: string): Detection | null
  /** @throws AppError format.malformed, format.unsupported-version */
  decode(text: string): Decoded
  /** Absent: not exportable. @throws AppError format.missing-field, format.not-writable */
  encode?(session: Session, options: EncodeOptions): string | Promise<string>
}

/**
 * A whole session in one file of bytes (JSON, binary). Never large: files above 8 MB are not even read.
 */
export interface FileFormat extends FormatBase {
  readonly medium: 'file'
  readonly extension: string
  /**
   * Whether a file that begins so ({@link PROMISING_BYTE_LENGTH} bytes, fewer when it is shorter) is worth reading whole,
   * whatever its name. Strict: it is asked of every file of a scan. Absent: only files named like sessions are read.
   */
  promising?(head: Uint8Array, sizeBytes: number): boolean
  /** Quick, never throws; a locked file is recognised by its frame. */
  detect(bytes: Uint8Array): Detection | null
  /**
   * `fileName` is the file's own, where it is known: for what the content leaves open, never for what it is.
   * @throws AppError format.malformed, format.unsupported-version, passcode.required, passcode.wrong
   */
  decode(bytes: Uint8Array, unlock: Unlock, fileName?: string): Promise<Decoded>
  encode?(session: Session, options: EncodeOptions): Promise<Uint8Array>
}

/** How much of a file {@link FileFormat.promising} is shown. */
export const PROMISING_BYTE_LENGTH = 512

/** What formats want of a folder that they claim. */
export interface FolderInterest {
  /** Whether a file has to do with the sessions, by its relative path; that of a folder ends with `/`. */
  matters(path: string): boolean
  /** What does not matter is looked at on its own. */
  readonly isShared: boolean
}

/** A regular file of a folder. `path` is relative, with `/` separators. */
export interface FolderEntry {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
}

/** A folder that a format claims, read through a consistent view as far as files allow. */
export interface FolderReader {
  /** The folder's own name. */
  readonly name: string
  /** Regular files of the folder and of the folders in it, two levels down, sorted by path. */
  readonly entries: readonly FolderEntry[]
  /** A whole file. @throws AppError session.not-found, source.denied, source.too-large above 8 MB */
  read(path: string): Promise<Uint8Array>
}

/** Sessions kept as a folder of files: one or several in one place. */
export interface FolderFormat extends FormatBase {
  readonly medium: 'folder'
  /** Whether a folder with these names in it (files and folders, its own level only) is worth opening. Quick, pure. */
  claims(names: readonly string[]): boolean
  /**
   * Whether a file of a claimed folder (its relative path; that of a folder ends with `/`) has to do with the sessions in
   * it. Absent: every one. What does not is not listed, watched or deleted: caches that change all the time.
   */
  concerns?(path: string): boolean
  /** Its files may lie among others: what does not concern it is looked at as it is in any folder. Absent: they do not. */
  readonly sharesFolder?: true
  /** Looks at names and at the first bytes of few files. Never throws. */
  detect(folder: FolderReader): Promise<Detection | null>
  /**
   * Every session in the folder; {@link StoredSession.key} is '' where there can be one only.
   * @throws AppError format.malformed, format.unsupported-version, passcode.required, passcode.wrong
   */
  list(folder: FolderReader, unlock: Unlock): Promise<readonly StoredSession[]>
  /** The files of a new folder by relative path. `name` is the session's, where the files carry it in their names. */
  encode?(
    session: Session,
    options: EncodeOptions & { readonly name: string },
  ): Promise<ReadonlyMap<string, Uint8Array>>
  /** Relative paths of the files that belong to one session alone; null: the whole folder is its. */
  filesOf?(folder: FolderReader, key: string): Promise<readonly string[] | null>
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
  /**
   * Present where the tables can lie in a database server, with many sessions in them: SQL with `?` placeholders that
   * every dialect understands. `detect`, `list`, `peers`, `write` and `remove` serve SQLite files.
   */
  readonly shared?: SharedStore<TablesReader, TablesWriter>
}

/** A place within a store that sessions of one format lie under: a table prefix, a hive prefix. '' for none. */
export interface StorePlace {
  readonly prefix: string
  /** Null when counting would cost more than listing. */
  readonly sessions: number | null
}

/**
 * Many sessions in a store that others share. A {@link StoredSession.key} names one within the whole store: prefix and
 * name, printable, never a secret.
 */
export interface SharedStore<Reader, Writer> {
  /** Where sessions of this format lie, judged by names and shapes. Reads no key. */
  survey(reader: Reader, signal: AbortSignal): Promise<readonly StorePlace[]>
  /** Sessions of a place by pages of some hundred, without their rows. A damaged one comes with its problem. */
  pages(reader: Reader, prefix: string, signal: AbortSignal): AsyncIterable<readonly StoredSession[]>
  /** Null when it is not there. */
  read(reader: Reader, key: string): Promise<StoredSession | null>
  peers?(reader: Reader, key: string, query: PeerQuery): Promise<PeerPage>
  write?(writer: Writer, key: string, session: Session, options: EncodeOptions): Promise<void>
  remove?(writer: Writer, key: string): Promise<void>
  /** What of the store is this session's, for the raw view; null when it is not there. Absent: it is not shown. */
  raw?(reader: Reader, key: string): Promise<readonly RawPart[] | null>
  /** The key a new session of that name gets in a place. */
  keyFor(prefix: string, name: string): string
}

/** Sessions in keys and values (Redis). */
export interface KeyValueFormat extends FormatBase, SharedStore<KeyValueReader, KeyValueWriter> {
  readonly medium: 'keyvalue'
}

/** Sessions in collections of documents (MongoDB). */
export interface DocumentsFormat extends FormatBase, SharedStore<DocumentsReader, DocumentsWriter> {
  readonly medium: 'documents'
}

/** Formats that a whole store can hold; those of tables live in SQL databases besides SQLite files. */
export type StoreFormat = KeyValueFormat | DocumentsFormat

export type Format = TextFormat | FileFormat | FolderFormat | TablesFormat

/** Whatever a session can be kept in: a file, a string, a folder or a store. */
export type AnyFormat = Format | StoreFormat

/** Ending of the files a format is written to, with its dot; '' for folders. */
export function extensionOf(format: Format): string {
  switch (format.medium) {
    case 'text':
      return '.txt'
    case 'folder':
      return ''
    case 'file':
    case 'tables':
      return format.extension
  }
}

/** Whether the app can write the format at all, whatever its medium. */
export function canWrite(format: Format): boolean {
  return format.medium === 'tables' ? format.write !== undefined : format.encode !== undefined
}
