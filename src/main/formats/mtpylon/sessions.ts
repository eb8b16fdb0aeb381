import { fromHex, toHex } from '../../bytes/hex.ts'
import { AppError } from '../../domain/errors.ts'
import { bytesOf, hasColumns, integerOf, numberOf } from '../cells.ts'
import type { StoredSession, TablesFormat } from '../format.ts'
import type { Cell, Row, TablesReader, TablesSchema, TablesWriter } from '../media.ts'
import { rawOwnRows } from '../raw-rows.ts'
import { CONNECTION_HELP, connectionVariants, parseConnectionKey, storedConnection } from './connection.ts'

const ID = 'mtpylon.sessions'
const TABLE = 'mtpylon_sessions'
const COLUMNS = ['auth_key_id', 'session_id', 'created_at', 'last_seen_at', 'ended_at']
const PAGE_ROWS = 500
const MAX_ROWS = 100_000

const has = (schema: TablesSchema): boolean => hasColumns(schema, TABLE, COLUMNS)

/**
 * The table of `resources/mtpylon/session_deck_mtpylon.py`: auth_key_id (8 bytes), session_id, created_at, last_seen_at,
 * ended_at. What has ended is not listed; removing a row sets when it ended.
 */
export const mtpylonSessions: TablesFormat = {
  id: ID,
  library: 'mtpylon',
  label: 'mtpylon sessions',
  help: CONNECTION_HELP,
  medium: 'tables',
  extension: '.sqlite',
  server: 'mtpylon',
  detection: `The table ${TABLE}.`,
  variants: connectionVariants,
  defaultVariant: '1',
  secretColumns: new Set(),
  detect(schema) {
    return has(schema) ? { certainty: 'exact', reason: 'the sessions that a mtpylon server noted', variant: '1' } : null
  },
  async list(tables) {
    const rows = await tables.scan({ table: TABLE, columns: COLUMNS, limit: MAX_ROWS })
    return rows.flatMap((row) => (row[4] === null ? (storedFrom(row) ?? []) : []))
  },
  remove: endConnection,
  shared: {
    async survey(tables) {
      if (!has(await tables.schema())) return []
      const [row] = await tables.query(`SELECT count(*) FROM ${TABLE} WHERE ended_at IS NULL`)
      return [{ prefix: '', sessions: numberOf(row?.[0]) }]
    },
    async *pages(tables, prefix, signal) {
      if (prefix !== '' || !has(await tables.schema())) return
      const select = `SELECT ${COLUMNS.join(', ')} FROM ${TABLE} WHERE ended_at IS NULL`
      const order = `ORDER BY auth_key_id, session_id LIMIT ${PAGE_ROWS}`
      let [where, after]: [string, readonly Cell[]] = ['', []]
      for (;;) {
        signal.throwIfAborted()
        const rows: readonly Row[] = await tables.query(`${select}${where} ${order}`, after)
        const sessions = rows.flatMap((row) => storedFrom(row) ?? [])
        if (sessions.length > 0) yield sessions
        if (rows.length < PAGE_ROWS) return
        const [keyId = null, sessionId = null] = rows.at(-1) ?? []
        where = ' AND (auth_key_id > ? OR (auth_key_id = ? AND session_id > ?))'
        after = [keyId, keyId, sessionId]
      }
    },
    async read(tables, key) {
      const parameters = parametersOf(key)
      if (parameters === null || !has(await tables.schema())) return null
      const [row] = await tables.query(`SELECT ${COLUMNS.join(', ')} FROM ${TABLE} WHERE ${ONE}`, parameters)
      return row === undefined ? null : storedFrom(row)
    },
    remove: endConnection,
    async raw(tables, key) {
      const parameters = parametersOf(key)
      const schema = await tables.schema()
      if (parameters === null || !has(schema)) return null
      return rawOwnRows(tables, schema, [{ table: TABLE, where: ONE, parameters }])
    },
    keyFor: (_prefix, name) => name,
  },
}

const ONE = 'auth_key_id = ? AND session_id = ? AND ended_at IS NULL'

/** The bot's next question whether the session is there is answered with no. @throws AppError session.not-found */
async function endConnection(tables: TablesWriter, key: string): Promise<void> {
  const parameters = parametersOf(key)
  if (parameters === null || !(await isThere(tables, parameters))) throw new AppError('session.not-found', {})
  const now = BigInt(Math.floor(Date.now() / 1000))
  await tables.run(`UPDATE ${TABLE} SET ended_at = ? WHERE ${ONE}`, [now, ...parameters])
}

async function isThere(tables: TablesReader, parameters: readonly Cell[]): Promise<boolean> {
  return (await tables.query(`SELECT session_id FROM ${TABLE} WHERE ${ONE}`, parameters)).length > 0
}

function parametersOf(key: string): readonly Cell[] | null {
  const parsed = parseConnectionKey(key)
  const keyId = parsed && fromHex(parsed.keyId)
  return parsed && keyId ? [keyId, parsed.sessionId] : null
}

const KEY_ID_BYTE_LENGTH = 8

function storedFrom([keyId, session, createdAt, lastSeenAt]: Row): StoredSession | null {
  const bytes = bytesOf(keyId)
  const sessionId = integerOf(session)
  if (bytes?.byteLength !== KEY_ID_BYTE_LENGTH || sessionId === null) return null
  return storedConnection(ID, {
    keyId: toHex(bytes),
    sessionId,
    createdAt: numberOf(createdAt),
    lastSeenAt: numberOf(lastSeenAt),
  })
}
