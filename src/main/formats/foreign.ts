import { AppError } from '../domain/errors.ts'
import { columnsOf, hasColumns } from './cells.ts'
import type { TablesSchema } from './media.ts'

/**
 * Things that are sessions, or nearly, but not ones this release reads. A thing we know is named by its kind, a phrase for
 * "this is …"; of anything else there is a reason, a phrase for "this is not a session: …".
 */
interface KnownKind {
  readonly kind: string
  /** Why it is not read, when that is more than that it comes with a later release. */
  readonly reason?: string
}

/** Tables no format claims. */
export function explainForeignTables(schema: TablesSchema): AppError<'format.unrecognized'> {
  return unrecognized(tablesKind(schema) ?? tablesReason(schema))
}

function tablesReason(schema: TablesSchema): string {
  if (schema.tables.size > 0) return 'it is a SQLite database of another program'
  return schema.wal
    ? 'it is a database in WAL mode whose “-wal” file is missing: everything is in there, so copy both files together'
    : 'it is a SQLite database without tables'
}

function tablesKind(schema: TablesSchema): KnownKind | null {
  const { tables } = schema
  const has = (...names: string[]): boolean => names.every((name) => tables.has(name))
  if (
    hasColumns(schema, 'version', ['version']) &&
    hasColumns(schema, 'entities', ['id', 'hash']) &&
    !has('sessions')
  ) {
    return {
      kind: 'a Telethon session without its table “sessions”',
      reason: 'the login was in there, so nothing can be read from it; restore it from a backup',
    }
  }
  if (columnsOf(schema, 'sessions').includes('session_name')) return { kind: 'a store of several Kurigram sessions' }
  if (has('dc_home', 'dc_option')) return { kind: 'a grammers session', reason: 'some of its tables are missing' }
  return null
}

/** The first bytes (all of them, for small files) of a file that is no database and that no format claims. */
export function explainForeignBytes(bytes: Uint8Array): AppError<'format.unrecognized'> {
  return unrecognized(whatBytesAre(bytes))
}

function whatBytesAre(bytes: Uint8Array): KnownKind | string {
  if (bytes.byteLength === 0) return 'it is empty'
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
  if (head.startsWith('SQLite')) return 'it is a SQLite database that was cut short'
  if (bytes.every((byte) => byte === 0)) return 'it holds nothing but zeros'
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return pickle()
  if (head.startsWith('TDF$')) {
    return 'it is one file of a Telegram Desktop folder and holds no login by itself: open the whole folder (“tdata”)'
  }
  const text = head.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (text.startsWith('{')) return json(text)
  if (head.startsWith('\u00ce\u00b8\u003e\u00a7')) return { kind: 'a grammers session', reason: CUT }
  // oxlint-disable-next-line no-control-regex
  return /[\x00-\x08\x0e-\x1f]/.test(head) ? 'its content is of no known kind' : 'its text is not a session'
}

/** Looked at as text only: a pickle is a program and is never run. */
function pickle(): KnownKind {
  return { kind: 'a Python pickle', reason: 'a pickle can run code when it is opened, so it is never opened' }
}

const CUT = 'part of it is missing or damaged, so it cannot be read'

function json(text: string): KnownKind | string {
  const names = (...keys: string[]): boolean => keys.every((key) => text.includes(`"${key}"`))
  if (names('server_address', 'port', 'salt')) return { kind: 'a JSON session of Telethon 0.10 to 0.15', reason: CUT }
  if (names('dc_id', 'test_mode', 'auth_key')) return { kind: 'a JSON session of Pyrogram 0.4 to 0.14', reason: CUT }
  if (names('Version', 'Data', 'AuthKey')) {
    return { kind: 'JSON as gotd keeps a session in it', reason: CUT }
  }
  return 'it is JSON, but not a session of a known kind'
}

/** Text that no format claims; cleaned already. Never repeats any of it. */
export function explainForeignText(text: string): AppError<'format.unrecognized'> {
  return unrecognized(whatTextIs(text))
}

function whatTextIs(text: string): KnownKind | string {
  const found = `${text.length} found`
  if (text === '') return 'it is empty'
  if (!/^[A-Za-z0-9+/_=-]+$/.test(text)) return 'it holds characters that no session string has'
  if (/^1Bv[EXq]/.test(text) && text.length > 400) {
    return {
      kind: 'what looks like a gogram string',
      reason: /^1Bv[EX]/.test(text)
        ? 'part of it is missing'
        : 'it is of early 2023, which gogram itself cannot read any more',
    }
  }
  const missing = text.length < 351 ? 'part of it is missing' : 'part of it is missing or doubled'
  if (/^1[A-Za-z0-9]/.test(text)) {
    return `it begins like a Telethon string: 353 or 369 characters expected, ${found}; or like one of GramJS, which has 361 to 401; ${missing}`
  }
  if (text.length < 351) return `the shortest session string has 351 characters, ${found}; ${missing}`
  if (text.length < 500) {
    return `a Pyrogram string has 351, 356 or 362 characters, ${found}; ${missing}, or it is of a library that is not supported yet`
  }
  return `it has ${text.length} characters and fits no known kind of string`
}

function unrecognized(what: KnownKind | string): AppError<'format.unrecognized'> {
  return new AppError('format.unrecognized', typeof what === 'string' ? { reason: what } : { ...what })
}
