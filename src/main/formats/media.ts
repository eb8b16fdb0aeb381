/** A cell at the border: integers are bigint, fractions number, blobs bytes. */
export type Cell = bigint | number | string | Uint8Array | null
export type Row = readonly Cell[]

export interface ColumnInfo {
  readonly name: string
  /** Declared type in upper case, '' when none. */
  readonly type: string
  readonly notNull: boolean
  /** 0 = not part of the primary key, else its 1-based position. */
  readonly primaryKey: number
}

export interface TableInfo {
  readonly name: string
  readonly columns: readonly ColumnInfo[]
  readonly withoutRowid: boolean
}

/** Names of tables and indexes with their columns: what detection of a tables format looks at. */
export interface TablesSchema {
  readonly tables: ReadonlyMap<string, TableInfo>
  readonly indexes: ReadonlySet<string>
  /** True when the database says it is in WAL mode (SQLite header bytes 18 and 19 are 2). */
  readonly wal: boolean
  /** `PRAGMA user_version`; absent for engines that have none. */
  readonly userVersion?: number
}

/** Simple reads that any engine can do, also one that parses pages itself. */
export interface ScanRequest {
  readonly table: string
  readonly columns: readonly string[]
  /** Integer primary key (or rowid) equality. */
  readonly whereKey?: bigint
  readonly limit?: number
}

/** Read access to tables. No call leaves a statement, cursor or transaction open behind it. */
export interface TablesReader {
  readonly dialect: 'sqlite' | 'postgres' | 'mysql'
  schema(): Promise<TablesSchema>
  /** Rows in primary key (or rowid) order. */
  scan(request: ScanRequest): Promise<readonly Row[]>
  count(table: string): Promise<number>
  /**
   * SQL with `?` placeholders, all rows at once: page with a key, never read without a limit.
   * @throws AppError request.unsupported on an engine without SQL
   */
  query(sql: string, parameters?: readonly Cell[]): Promise<readonly Row[]>
  /** Present where deep pages of a long order are served quicker than by LIMIT and OFFSET. Same rows as those. */
  page?(request: PageRequest): Promise<readonly Row[]>
  /**
   * Present where whole tables are read quicker than by `query`: all rows in the order of `key`, some at a time, each
   * with its key first. Null where this must be asked for by `query`: the key is no rowid, a column is not there.
   */
  rows?(table: string, key: string, columns: readonly string[]): AsyncIterable<readonly Row[]> | null
}

/** A page of `SELECT columns FROM from WHERE where ORDER BY orderBy`; all parts are SQL. */
export interface PageRequest {
  readonly columns: string
  readonly from: string
  /** '' for all rows. */
  readonly where: string
  /** For the placeholders of `where`. */
  readonly parameters: readonly Cell[]
  readonly orderBy: string
  /** A column of integers, never null, unique among the rows of `where`. */
  readonly key: string
  readonly offset: number
  readonly limit: number
}

/** Write access within one transaction that the backend owns: it commits when the callback resolves. */
export interface TablesWriter extends TablesReader {
  run(sql: string, parameters?: readonly Cell[]): Promise<void>
  /** One prepared statement, many rows. */
  runMany(sql: string, rows: readonly (readonly Cell[])[]): Promise<void>
}

/** A value of a key: bytes of a string, fields of a hash, `null` when there is none, or a word for another type. */
export type KeyValue =
  | { readonly type: 'string'; readonly bytes: Uint8Array }
  | { readonly type: 'hash'; readonly fields: ReadonlyMap<string, Uint8Array> }
  | { readonly type: 'other'; readonly name: string }
  | null

/** Read access to keys and their values (Redis). Keys are UTF-8 text; one that is not is left out of a scan. */
export interface KeyValueReader {
  /**
   * Keys that match a glob pattern (`*`, `?`, `[ab]`, `\\` escapes), by pages of a cursor: a key that came or went
   * meanwhile may be missing, none comes twice unless `mayRepeat`: a server that moves its keys just then tells some again,
   * and to know them means to keep them all. Never blocks the server.
   */
  scan(
    pattern: string,
    signal?: AbortSignal,
    options?: { readonly mayRepeat?: boolean },
  ): AsyncIterable<readonly string[]>
  /** Values in the order of their keys. */
  get(keys: readonly string[]): Promise<readonly KeyValue[]>
  /** Members of a set in no order; null when there is none. */
  members(key: string): Promise<readonly string[] | null>
}

/**
 * Write access within one transaction: what was read through it is watched, changes are sent together when the callback
 * resolves, and nothing is written when a watched key changed meanwhile (source.changed).
 */
export interface KeyValueWriter extends KeyValueReader {
  put(key: string, bytes: Uint8Array): void
  putFields(key: string, fields: ReadonlyMap<string, Uint8Array>): void
  addMember(key: string, member: string): void
  removeMember(key: string, member: string): void
  remove(key: string): void
}

/**
 * A value of a document. Integers are bigint, fractions number, bytes bytes, dates Unix seconds, an ObjectId
 * `{ $oid: '24 hex digits' }`; any other type is `{ $other: 'Decimal128' }` and cannot be written.
 */
export type DocumentValue =
  | bigint
  | number
  | string
  | boolean
  | Uint8Array
  | null
  | readonly DocumentValue[]
  | { readonly [name: string]: DocumentValue }
export type Document = Readonly<Record<string, DocumentValue>>

/** Which documents of a collection; all parts apply. */
export interface DocumentsFilter {
  /** Equality by field; null also stands for a field that is not there. */
  readonly match?: Document
  /** A field that is one of these. */
  readonly within?: { readonly field: string; readonly values: readonly DocumentValue[] }
  /** Not the one with this `_id`. */
  readonly except?: DocumentValue
  /** Any of these: substrings of fields, case ignored; integers that equal `_id`. At least one is given. */
  readonly search?: {
    readonly contains: readonly { readonly field: string; readonly text: string }[]
    readonly ids: readonly bigint[]
  }
  /** Values of a field, ends included; null leaves an end open. Values of another type are left out. */
  readonly range?: { readonly field: string; readonly from: DocumentValue; readonly to: DocumentValue }
}

export interface DocumentsRequest extends DocumentsFilter {
  /** `database.collection` */
  readonly collection: string
  /** Only documents whose `_id` comes after this one; with the default order. */
  readonly after?: DocumentValue
  /** Defaults to `_id`, ascending; equal ones come in the order of `_id`. */
  readonly sort?: { readonly field: string; readonly direction: 'asc' | 'desc' }
  readonly skip?: number
  readonly limit: number
  /** Only these fields and `_id`. */
  readonly fields?: readonly string[]
}

/**
 * Read access to collections of documents (MongoDB), each named `database.collection`: a name of a database has no dot.
 * No cursor stays open between two calls.
 */
export interface DocumentsReader {
  /** Only databases whose names begin so are shown. */
  readonly prefix: string
  /** Names in order; of one database, or of all that the user may see and that are not the server's own. */
  collections(database?: string): Promise<readonly string[]>
  find(request: DocumentsRequest): Promise<readonly Document[]>
  count(collection: string, filter?: DocumentsFilter): Promise<number>
}

/**
 * Write access: within one transaction where the server has them, else checked and rolled back by the backend. What was
 * removed may still be found until the end.
 */
export interface DocumentsWriter extends DocumentsReader {
  /** A document without `_id` gets one. */
  insert(collection: string, documents: readonly Document[]): Promise<void>
  remove(collection: string, match: Document): Promise<void>
}
