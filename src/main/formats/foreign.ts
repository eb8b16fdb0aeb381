import { AppError } from '../domain/errors.ts'
import { columnsOf, hasColumns } from './cells.ts'
import type { TablesSchema } from './media.ts'

/**
 * Things that are sessions, or nearly, but not ones this release reads. Each explanation ends in an `AppError` whose
 * reason is a phrase for a sentence of the form "it is … ". Null: nothing we know.
 */

const NOT_YET = 'reading it is not supported yet'

/** Tables no format claims. */
export function explainForeignTables(schema: TablesSchema): AppError<'format.unrecognized'> {
  return unrecognized(tablesReason(schema) ?? 'its tables are not those of a session')
}

function tablesReason(schema: TablesSchema): string | null {
  const { tables } = schema
  const has = (...names: string[]): boolean => names.every((name) => tables.has(name))
  if (tables.size === 0) {
    return schema.wal
      ? 'it is a database in WAL mode whose “-wal” file is missing: everything is in there, so copy both files together'
      : 'it is a database without tables'
  }
  if (has('version', 'datacenter', 'user', 'state', 'channelstate'))
    return `it is a Telethon 2 session (schema 10); ${NOT_YET}`
  if (has('version', 'datacenter', 'session', 'channel', 'entity')) {
    return `it is a session of the abandoned development line of Telethon 2 (schema 8); ${NOT_YET}`
  }
  const shared = sharedTelethonStore(schema)
  if (shared !== null) return shared
  if (columnsOf(schema, 'sessions').includes('session_name')) {
    return `it is a store of several Kurigram sessions; ${NOT_YET}`
  }
  if (has('mtcute_migrations')) return `it is an mtcute session; ${NOT_YET}`
  if (hasColumns(schema, 'kv', ['key', 'value']) && has('auth_keys', 'entities')) {
    return `it is a session of an early mtcute release; ${NOT_YET}`
  }
  if (hasColumns(schema, 'kv', ['k']) && has('data_version'))
    return 'it is a Deno key-value store, as MTKruto uses one; ' + NOT_YET
  if (has('dc_home', 'dc_option')) return `it is a grammers session; ${NOT_YET}`
  return null
}

/** A table of the SQLAlchemy store or of the Matrix bridge, whatever its prefix. */
function sharedTelethonStore(schema: TablesSchema): string | null {
  for (const table of schema.tables.values()) {
    if (!table.name.endsWith('sessions')) continue
    if (!hasColumns(schema, table.name, ['session_id', 'dc_id', 'server_address', 'port', 'auth_key'])) continue
    const keys = table.columns.filter((column) => column.primaryKey > 0).map((column) => column.name)
    return keys.length === 1 && table.name === 'telethon_sessions'
      ? `it is the session store of the Matrix bridge for Telegram; ${NOT_YET}`
      : `it is a store of several Telethon sessions (SQLAlchemy); ${NOT_YET}`
  }
  return null
}

/** The first bytes (all of them, for small files) of a file that is no database and that no format claims. */
export function explainForeignBytes(bytes: Uint8Array): AppError<'format.unrecognized'> {
  return unrecognized(bytesReason(bytes))
}

function bytesReason(bytes: Uint8Array): string {
  if (bytes.byteLength === 0) return 'it is empty'
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4096))
  if (head.startsWith('SQLite')) return 'it is a SQLite database that was cut short'
  if (bytes.every((byte) => byte === 0)) return 'it holds nothing but zeros'
  if (bytes[0] === 0x80 && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5) return pickleReason(head)
  if (head.startsWith('TDF$')) return `it is a file of Telegram Desktop; ${NOT_YET}`
  const text = head.replace(/^\u00ef\u00bb\u00bf/, '').trimStart()
  if (text.startsWith('{')) return jsonReason(text)
  if (head.startsWith('\u00ce\u00b8\u003e\u00a7')) return `it is a grammers session; ${NOT_YET}`
  // oxlint-disable-next-line no-control-regex
  return /[\x00-\x08\x0e-\x1f]/.test(head) ? 'its content is of no known kind' : 'its text is not a session'
}

/** Looked at as text only: a pickle is a program and is never run. */
function pickleReason(head: string): string {
  return /tl\.session|crypto\.auth_key/.test(head)
    ? 'it is a Python pickle of an early Telethon release (0.10 or older), which can run code when opened and is therefore never opened'
    : 'it is a Python pickle, which can run code when opened and is therefore never opened'
}

function jsonReason(text: string): string {
  const names = (...keys: string[]): boolean => keys.every((key) => text.includes(`"${key}"`))
  if (names('server_address', 'port', 'salt')) return `it is a JSON session of Telethon 0.10 to 0.15; ${NOT_YET}`
  if (names('dc_id', 'test_mode', 'auth_key')) return `it is a JSON session of Pyrogram 0.4 to 0.14; ${NOT_YET}`
  if (names('Version', 'Data')) return `it looks like a gotd session; ${NOT_YET}`
  if (names('home_dc_id', 'dcs')) return `it is a ferogram session; ${NOT_YET}`
  return 'it is JSON, but not a session of a known kind'
}

/** Text that no format claims; cleaned already. Never repeats any of it. */
export function explainForeignText(text: string): AppError<'format.unrecognized'> {
  return unrecognized(textReason(text))
}

function textReason(text: string): string {
  const length = `it has ${text.length} characters`
  if (text === '') return 'it is empty'
  if (!/^[A-Za-z0-9+/_=-]+$/.test(text)) return 'it holds characters that no session string has'
  if (/^1B(?:v[EXq]?)/.test(text) && text.length > 400) return `it looks like a gogram string; ${NOT_YET}`
  if (text.startsWith('1') && text.length > 300) {
    return `${length} and begins like a Telethon string, which has 353 or 369. Part of it is missing or doubled, or it is a GramJS string (${NOT_YET})`
  }
  if (text.length >= 300 && text.length < 500) {
    return `${length}; a Pyrogram string has 351, 356 or 362. Part of it is missing or doubled, or it is of a library that is not supported yet`
  }
  return `${length} and fits no known kind of string`
}

function unrecognized(reason: string): AppError<'format.unrecognized'> {
  return new AppError('format.unrecognized', { reason })
}
