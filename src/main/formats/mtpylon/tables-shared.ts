import { integerOf } from '../cells.ts'
import type { SharedStore, StoredSession } from '../format.ts'
import type { Row, TablesReader, TablesSchema, TablesWriter } from '../media.ts'
import { rawOwnRows } from '../raw-rows.ts'
import { bigintFromKeyId } from './key.ts'
import { isMtpylon, sessionFromCells } from './tables-read.ts'
import { removeMtpylon, writeMtpylon } from './tables-write.ts'

const PAGE_ROWS = 500

/** Rows of a key with its login and its user; of a login whose key is gone, the same with nothing for the key. */
function statements(schema: TablesSchema): { readonly keys: string; readonly orphans: string } {
  const hasUsers = schema.tables.has('users')
  const nickname = hasUsers ? 'u.nickname' : 'NULL'
  const users = hasUsers ? ' LEFT JOIN users u ON u.id = k.user_id' : ''
  return {
    keys: `SELECT i.id, i.auth_key_id, i.auth_key, k.user_id, ${nickname} FROM auth_key_items i LEFT JOIN auth_keys k ON k.auth_key_id = i.auth_key_id${users} WHERE`,
    orphans: `SELECT k.id, k.auth_key_id, NULL, k.user_id, ${nickname} FROM auth_keys k LEFT JOIN auth_key_items i ON i.auth_key_id = k.auth_key_id${users} WHERE i.id IS NULL AND`,
  }
}

/** The sample application's tables in a database server. They have no prefix, and a session's key is the id of its key. */
export const mtpylonShared: SharedStore<TablesReader, TablesWriter> = {
  async survey(tables) {
    if (!isMtpylon(await tables.schema())) return []
    return [{ prefix: '', sessions: await tables.count('auth_key_items') }]
  },
  async *pages(tables, prefix, signal) {
    const schema = await tables.schema()
    if (prefix !== '' || !isMtpylon(schema)) return
    const { keys, orphans } = statements(schema)
    yield* pagesOf(tables, `${keys} i.id > ? ORDER BY i.id`, signal)
    yield* pagesOf(tables, `${orphans} k.id > ? ORDER BY k.id`, signal)
  },
  async read(tables, key) {
    const schema = await tables.schema()
    if (!/^[0-9a-f]{16}$/.test(key) || !isMtpylon(schema)) return null
    const { keys, orphans } = statements(schema)
    const keyId = bigintFromKeyId(key)
    const [row = (await tables.query(`${orphans} k.auth_key_id = ?`, [keyId]))[0]] = await tables.query(
      `${keys} i.auth_key_id = ?`,
      [keyId],
    )
    return row === undefined ? null : sessionOf(row)
  },
  async raw(tables, key) {
    const schema = await tables.schema()
    if (!/^[0-9a-f]{16}$/.test(key) || !isMtpylon(schema)) return null
    const parameters = [bigintFromKeyId(key)]
    const login = { where: 'auth_key_id = ?', parameters }
    return rawOwnRows(tables, schema, [
      { table: 'auth_key_items', ...login, secret: ['auth_key'] },
      { table: 'auth_keys', ...login },
      {
        table: 'users',
        where: 'id IN (SELECT user_id FROM auth_keys WHERE auth_key_id = ?)',
        parameters,
        secret: ['password'],
      },
    ])
  },
  write: (tables, _key, session) => writeMtpylon(tables, session),
  remove: removeMtpylon,
  /** The key of a session is not chosen: it follows from its auth key. */
  keyFor: (_prefix, name) => name,
}

async function* pagesOf(
  tables: TablesReader,
  sql: string,
  signal: AbortSignal,
): AsyncIterable<readonly StoredSession[]> {
  let after = -(2n ** 31n)
  for (;;) {
    signal.throwIfAborted()
    const rows: readonly Row[] = await tables.query(`${sql} LIMIT ${PAGE_ROWS}`, [after])
    const sessions = rows.flatMap((row) => sessionOf(row) ?? [])
    if (sessions.length > 0) yield sessions
    const last = integerOf(rows.at(-1)?.[0])
    if (rows.length < PAGE_ROWS || last === null) return
    after = last
  }
}

/** @param row id, auth_key_id, auth_key, user_id, nickname */
function sessionOf(row: Row): StoredSession | null {
  return sessionFromCells({ keyId: row[1], authKey: row[2], userId: row[3], nickname: row[4] })
}
