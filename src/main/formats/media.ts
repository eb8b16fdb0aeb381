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
