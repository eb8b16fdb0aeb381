import Database from 'better-sqlite3'
import type { Cell, Row, ScanRequest, TableInfo, TablesReader, TablesSchema, TablesWriter } from '../formats/media.ts'
import { AppError } from '../domain/errors.ts'
import { withSqliteErrors } from './sqlite-errors.ts'

/**
 * SQLite through better-sqlite3 (one N-API build for Node and Electron). Open only files of our own with it (private
 * snapshots, new files): SQLite locks what it opens, and the driver trims spaces off file names.
 */
export interface SqliteReader extends TablesReader {
  close(): void
}

export interface SqliteWriter extends TablesWriter {
  /** Ends the transaction and keeps what was written. A second call starts from a new transaction. */
  commit(): void
  /** The whole database as the bytes of a rollback-mode file; commits first. */
  serialize(): Uint8Array
  /** Rolls back what was not committed. */
  close(): void
}

/**
 * Opens a private file read-only. `file` is the name to use in errors (the original of a snapshot).
 * @throws AppError source.not-found, format.unrecognized, format.malformed
 */
export function readSqliteFile(path: string, file: string = path): SqliteReader {
  return readerOver(() => new Database(path, { readonly: true, fileMustExist: true, timeout: 0 }), file, null)
}

/**
 * A database in memory from the bytes of a file. A WAL mark is cleared in the copy, for SQLite refuses WAL in memory:
 * give bytes that need no `-wal`.
 * @throws AppError format.unrecognized, format.malformed
 */
export function readSqliteBytes(bytes: Uint8Array, file: string | null = null): SqliteReader {
  const wal = bytes[READ_FORMAT] === WAL_FORMAT
  return readerOver(() => new Database(imageOf(bytes), { readonly: true, timeout: 0 }), file, wal)
}

/** Creates a file (refusing one that exists is the caller's part: write to a fresh temporary name). */
export function createSqliteFile(path: string): SqliteWriter {
  return writerOver(() => new Database(path, { timeout: 0 }), path)
}

/** An empty database in memory, or one that starts from the bytes of a file. */
export function createSqliteMemory(bytes: Uint8Array | null = null, file: string | null = null): SqliteWriter {
  return writerOver(() => new Database(bytes === null ? ':memory:' : imageOf(bytes)), file)
}

/** Lets `work` fill a new database (or change a copy of `start`) and answers the bytes of the file. */
export async function sqliteBytes(
  work: (tables: TablesWriter) => Promise<void>,
  start: Uint8Array | null = null,
): Promise<Uint8Array> {
  const writer = createSqliteMemory(start)
  try {
    await work(writer)
    return writer.serialize()
  } finally {
    writer.close()
  }
}

/**
 * An empty private file to be filled: without a journal beside it and without a sync. Whoever opens it syncs it when it
 * is whole.
 */
export function openUnjournaled(path: string): SqliteWriter {
  return writerOver(() => new Database(path, { timeout: 0, fileMustExist: true }), path, unjournaled)
}

/** Pages of a file being filled that stay in memory; what is sorted for an index takes as much again, several times. */
const FILL_CACHE_KIB = 8 * 1024

function unjournaled(db: Handle): void {
  db.pragma('journal_mode = off')
  db.pragma('synchronous = off')
  db.pragma('locking_mode = exclusive')
  db.pragma(`cache_size = -${FILL_CACHE_KIB}`)
  // Rows sorted for an index do not fit in memory; what goes beside has no name in any folder.
  db.pragma('temp_store = file')
}

/**
 * Case folding for searches. SQL calls it `deck_fold(text)`. It runs JavaScript for every row (about 1 µs): for ASCII
 * needles use LIKE, which folds ASCII by itself; for others a GLOB whose letters are classes (`[иИ]`) is quicker.
 */
export function deckFold(text: string): string {
  return text.toLowerCase()
}

/** SQLite identifiers, quoted. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

const WRITE_FORMAT = 18
const READ_FORMAT = 19
const WAL_FORMAT = 2

function imageOf(bytes: Uint8Array): Buffer {
  const isWal = bytes[WRITE_FORMAT] === WAL_FORMAT || bytes[READ_FORMAT] === WAL_FORMAT
  // The driver makes a copy of its own; only what is changed is copied here.
  if (!isWal) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const image = Buffer.from(bytes)
  if (image[WRITE_FORMAT] === WAL_FORMAT) image[WRITE_FORMAT] = 1
  if (image[READ_FORMAT] === WAL_FORMAT) image[READ_FORMAT] = 1
  return image
}

type Handle = Database.Database

function readerOver(open: () => Handle, file: string | null, wal: boolean | null): SqliteReader {
  const db = withSqliteErrors(file, () => prepared(open()))
  return { ...tablesOver(db, file, wal), close: () => void db.close() }
}

function writerOver(open: () => Handle, file: string | null, set: (db: Handle) => void = () => {}): SqliteWriter {
  const db = withSqliteErrors(file, () => {
    const handle = prepared(open())
    set(handle)
    return handle
  })
  const prepare = preparerOf(db)
  const begin = (): void => {
    if (!db.inTransaction) db.exec('BEGIN IMMEDIATE')
  }
  const commit = (): void => {
    if (db.inTransaction) withSqliteErrors(file, () => db.exec('COMMIT'))
  }
  return {
    ...tablesOver(db, file, null),
    run: async (sql, parameters = []) => {
      withSqliteErrors(file, () => {
        begin()
        prepare(sql).run(...parameters)
      })
    },
    runMany: async (sql, rows) => {
      withSqliteErrors(file, () => {
        begin()
        runRows(prepare, sql, rows)
      })
    },
    commit,
    serialize: () => {
      commit()
      return withSqliteErrors(file, () => db.serialize())
    },
    close: () => {
      if (db.inTransaction) db.exec('ROLLBACK')
      db.close()
    },
  }
}

type Preparer = (sql: string) => Database.Statement<unknown[]>

/** Statements are kept: what one holds is given back only when its object is collected, which rows do not hasten. */
function preparerOf(db: Handle): Preparer {
  const statements = new Map<string, Database.Statement<unknown[]>>()
  return (sql) => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = db.prepare<unknown[]>(sql)
      if (statements.size >= 64) statements.clear()
      statements.set(sql, statement)
    }
    return statement
  }
}

/** Rows that one statement inserts: each call of a statement costs as much as binding a row. */
const ROWS_AT_ONCE = 50
const ONE_ROW = /\sVALUES\s*(\((?:\s*\?\s*,)*\s*\?\s*\))$/i

function runRows(prepare: Preparer, sql: string, rows: readonly (readonly Cell[])[]): void {
  const values = ONE_ROW.exec(sql)?.[1]
  let at = 0
  if (values !== undefined && rows.length >= ROWS_AT_ONCE) {
    const many = prepare(sql + `, ${values}`.repeat(ROWS_AT_ONCE - 1))
    for (; at + ROWS_AT_ONCE <= rows.length; at += ROWS_AT_ONCE) many.run(rows.slice(at, at + ROWS_AT_ONCE).flat())
  }
  if (at === rows.length) return
  const one = prepare(sql)
  for (; at < rows.length; at += 1) one.run(...(rows[at] ?? []))
}

function prepared(db: Handle): Handle {
  db.defaultSafeIntegers(true)
  // A hostile file can hold views and triggers that call functions; none of ours may run from a schema.
  db.pragma('trusted_schema = off')
  db.pragma('cell_size_check = on')
  db.pragma('temp_store = memory')
  db.function('deck_fold', { deterministic: true, directOnly: true }, (text: unknown) =>
    typeof text === 'string' ? deckFold(text) : text,
  )
  return db
}

function tablesOver(db: Handle, file: string | null, wal: boolean | null): TablesReader {
  // Kept statements are reset after every call: they hold no lock, and save parsing while someone pages.
  const statements = new Map<string, Database.Statement<unknown[]>>()
  const all = (sql: string, parameters: readonly Cell[]): Row[] =>
    withSqliteErrors(file, () => {
      let statement = statements.get(sql)
      if (!statement) {
        statement = db.prepare<unknown[]>(sql)
        if (!statement.reader) {
          throw new AppError('request.unsupported', { reason: 'query takes statements that answer rows' })
        }
        statement.raw(true)
        if (statements.size >= 64) statements.clear()
        statements.set(sql, statement)
      }
      return (statement.all(...parameters) as Cell[][]).map(fromDriver)
    })
  return tablesFromQuery(all, { file, wal, isReadonly: db.readonly })
}

/** A reader over anything that runs SQLite's SQL and answers rows of cells. */
export function tablesFromQuery(
  all: (sql: string, parameters: readonly Cell[]) => Row[],
  options: { file: string | null; wal: boolean | null; isReadonly: boolean },
): TablesReader {
  let knownSchema: TablesSchema | null = null
  const schema = (): TablesSchema => {
    // A writer changes its schema under us; a reader's never changes.
    if (knownSchema && options.isReadonly) return knownSchema
    knownSchema = withSqliteErrors(options.file, () => readSchema(all, options.wal))
    return knownSchema
  }
  return {
    dialect: 'sqlite',
    schema: async () => schema(),
    scan: async (request) => all(...scanSql(request, schema().tables.get(request.table))),
    count: async (table) => Number(all(`SELECT count(*) FROM ${quoteName(table)}`, [])[0]?.[0] ?? 0n),
    query: async (sql, parameters = []) => all(sql, parameters),
  }
}

function scanSql(request: ScanRequest, table: TableInfo | undefined): [sql: string, parameters: Cell[]] {
  const parameters: Cell[] = []
  const key = table?.columns.filter((column) => column.primaryKey > 0) ?? []
  key.sort((a, b) => a.primaryKey - b.primaryKey)
  const order = table?.withoutRowid ? key.map((column) => quoteName(column.name)) : [rowidName(table)]
  let sql = `SELECT ${request.columns.map(quoteName).join(', ')} FROM ${quoteName(request.table)}`
  if (request.whereKey !== undefined) {
    sql += ` WHERE ${order[0] ?? 'rowid'} = ?`
    parameters.push(request.whereKey)
  }
  sql += ` ORDER BY ${order.join(', ')}`
  if (request.limit !== undefined) {
    sql += ' LIMIT ?'
    parameters.push(BigInt(request.limit))
  }
  return [sql, parameters]
}

function rowidName(table: TableInfo | undefined): string {
  const taken = new Set(table?.columns.map((column) => column.name.toLowerCase()))
  return ['rowid', '_rowid_', 'oid'].find((name) => !taken.has(name)) ?? 'rowid'
}

const SCHEMA_SQL = `
SELECT m.name, c.name, c.type, c."notnull", c.pk,
  (SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = m.name)
FROM sqlite_master m, pragma_table_info(m.name) c
WHERE m.type = 'table' AND m.sql NOT LIKE 'create virtual%' AND m.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY m.rowid, c.cid`

function readSchema(all: (sql: string, parameters: readonly Cell[]) => Row[], wal: boolean | null): TablesSchema {
  const tables = new Map<string, TableInfo & { columns: TableInfo['columns'][number][] }>()
  for (const [name, column, type, notNull, primaryKey, withoutRowid] of all(SCHEMA_SQL, [])) {
    const key = String(name)
    const table = tables.get(key) ?? { name: key, columns: [], withoutRowid: withoutRowid === 1n }
    table.columns.push({
      name: String(column),
      type: String(type ?? '').toUpperCase(),
      notNull: notNull === 1n,
      primaryKey: Number(primaryKey),
    })
    tables.set(key, table)
  }
  const indexes = all(`SELECT name FROM sqlite_master WHERE type = 'index'`, []).map(([name]) => String(name))
  return {
    tables,
    indexes: new Set(indexes),
    wal: wal ?? all('PRAGMA journal_mode', [])[0]?.[0] === 'wal',
    userVersion: Number(all('PRAGMA user_version', [])[0]?.[0] ?? 0n),
  }
}

function fromDriver(row: Cell[]): Row {
  for (let index = 0; index < row.length; index += 1) {
    const cell = row[index]
    if (cell instanceof Buffer) row[index] = new Uint8Array(cell.buffer, cell.byteOffset, cell.byteLength)
  }
  return row
}
