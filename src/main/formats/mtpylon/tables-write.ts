import { AppError } from '../../domain/errors.ts'
import { keyIdOf } from '../../domain/key-id.ts'
import { type Account, homeOf, type Session } from '../../domain/session.ts'
import { integerOf } from '../cells.ts'
import type { TablesWriter } from '../media.ts'
import { requireKey } from '../write-checks.ts'
import { bigintFromKeyId } from './key.ts'
import { ID } from './tables-read.ts'

/** No password has this hash: such a user comes in by the key alone. */
const NO_PASSWORD = '!'
const MAX_POSTGRES_INTEGER = 2n ** 31n - 1n

/** What SQLAlchemy makes of the sample's models. Its sequences give the ids on PostgreSQL. */
function createStatements({ dialect }: Pick<TablesWriter, 'dialect'>): ReadonlyMap<string, readonly string[]> {
  const bytes = dialect === 'postgres' ? 'BYTEA' : dialect === 'mysql' ? 'VARBINARY(256)' : 'BLOB'
  const text = dialect === 'mysql' ? 'VARCHAR(255)' : 'VARCHAR'
  const table = (name: string, lines: readonly string[]): string =>
    `CREATE TABLE ${name} (\n${lines.map((line) => `\t${line}`).join(', \n')}\n)`
  const sequence = (name: string): string[] => (dialect === 'postgres' ? [`CREATE SEQUENCE ${name}`] : [])
  const id = dialect === 'mysql' ? 'id INTEGER NOT NULL AUTO_INCREMENT' : 'id INTEGER NOT NULL'
  return new Map([
    [
      'auth_key_items',
      [
        ...sequence(SEQUENCES.auth_key_items),
        table('auth_key_items', [
          id,
          'auth_key_id BIGINT NOT NULL',
          `auth_key ${bytes} NOT NULL`,
          'PRIMARY KEY (id)',
          'UNIQUE (auth_key_id)',
        ]),
      ],
    ],
    [
      'users',
      [
        ...sequence(SEQUENCES.users),
        table('users', [
          id,
          `nickname ${text} NOT NULL`,
          `password ${text} NOT NULL`,
          'PRIMARY KEY (id)',
          'UNIQUE (nickname)',
        ]),
      ],
    ],
    [
      'auth_keys',
      [
        ...sequence(SEQUENCES.auth_keys),
        table('auth_keys', [
          id,
          'auth_key_id BIGINT NOT NULL',
          'user_id INTEGER NOT NULL',
          'PRIMARY KEY (id)',
          'UNIQUE (auth_key_id)',
          'FOREIGN KEY(user_id) REFERENCES users (id)',
        ]),
      ],
    ],
  ])
}

const SEQUENCES = {
  auth_key_items: 'auth_key_item_id_seq',
  users: 'user_id_seq',
  auth_keys: 'auth_key_id_seq',
} as const

/** Adds a key, and its login when the session has an account. */
export async function writeMtpylon(tables: TablesWriter, session: Session): Promise<void> {
  const authKey = requireKey(homeOf(session))
  const schema = await tables.schema()
  for (const [name, statements] of createStatements(tables)) {
    if (schema.tables.has(name)) continue
    for (const statement of statements) await tables.run(statement)
  }
  const keyId = bigintFromKeyId(keyIdOf(authKey))
  // Replaced, so that writing a session twice leaves one.
  await forget(tables, keyId)
  await insert(tables, 'auth_key_items', ['auth_key_id', 'auth_key'], [keyId, authKey.open()])
  if (session.account === null) return
  await ensureUser(tables, session.account)
  await insert(tables, 'auth_keys', ['auth_key_id', 'user_id'], [keyId, session.account.id])
}

/** Ends the login and forgets the key: the client's next message closes its connection. The user's row stays. */
export async function removeMtpylon(tables: TablesWriter, key: string): Promise<void> {
  if (!/^[0-9a-f]{16}$/.test(key)) throw new AppError('session.not-found', {})
  await forget(tables, bigintFromKeyId(key))
}

async function forget(tables: TablesWriter, keyId: bigint): Promise<void> {
  await tables.run('DELETE FROM auth_keys WHERE auth_key_id = ?', [keyId])
  await tables.run('DELETE FROM auth_key_items WHERE auth_key_id = ?', [keyId])
}

/** @throws AppError format.not-writable where the database has another user of that id or nickname */
async function ensureUser(tables: TablesWriter, account: Account): Promise<void> {
  const nickname = account.username ?? `user-${account.id}`
  const rows = await tables.query('SELECT id, nickname FROM users WHERE id = ? OR nickname = ?', [account.id, nickname])
  const isSame = rows.some(([id, name]) => integerOf(id) === account.id && (account.username ?? name) === name)
  if (isSame) return
  if (rows.length > 0) {
    throw new AppError('format.not-writable', {
      format: ID,
      reason: 'the database has another user with that id or nickname',
    })
  }
  if (account.id < 0n || (tables.dialect !== 'sqlite' && account.id > MAX_POSTGRES_INTEGER)) {
    throw new AppError('format.not-writable', { format: ID, reason: 'the user id is too long for its column' })
  }
  await tables.run('INSERT INTO users (id, nickname, password) VALUES (?, ?, ?)', [account.id, nickname, NO_PASSWORD])
}

type Table = keyof typeof SEQUENCES

/** SQLite and MySQL number rows by themselves; on PostgreSQL the server's own sequence does, or it would collide. */
async function insert(
  tables: TablesWriter,
  table: Table,
  columns: readonly string[],
  cells: readonly (bigint | Uint8Array)[],
): Promise<void> {
  const isNumbered = tables.dialect === 'postgres'
  const names = isNumbered ? ['id', ...columns] : columns
  const values = [...(isNumbered ? [`nextval('${SEQUENCES[table]}')`] : []), ...columns.map(() => '?')]
  await tables.run(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${values.join(', ')})`, cells)
}
