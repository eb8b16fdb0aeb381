import type { TablesReader } from '../media.ts'
import { sqlName, type StoreTable } from './store-tables.ts'

type Dialect = TablesReader['dialect']

/** The number the package gives a new store; one it upgraded says 3. */
export const STORE_VERSION = 2
export const UPGRADED_VERSION = 3

/** SQLAlchemy's own statements, blanks included. MySQL cannot have sent_files: their key is a BLOB. */
export function createTable(dialect: Dialect, prefix: string, table: StoreTable): string | null {
  if (dialect === 'mysql' && table === 'sent_files') return null
  const definition = definitions(dialect === 'postgres' ? 'BYTEA' : 'BLOB')[table]
  const isPlain = dialect === 'sqlite' && /^[a-z_]*$/.test(prefix)
  const name = isPlain ? prefix + table : sqlName(dialect, { prefix }, table)
  return `CREATE TABLE ${name} (\n${definition.map((line) => `\t${line}`).join(', \n')}\n)`
}

/** Tables in the order the package makes them. */
export const storeTables: readonly StoreTable[] = ['version', 'sessions', 'entities', 'sent_files', 'update_state']

function definitions(binary: string): Readonly<Record<StoreTable, readonly string[]>> {
  const session = 'session_id VARCHAR(255) NOT NULL'
  return {
    version: ['version INTEGER NOT NULL', 'PRIMARY KEY (version)'],
    sessions: [
      session,
      'dc_id INTEGER NOT NULL',
      'server_address VARCHAR(255)',
      'port INTEGER',
      `auth_key ${binary}`,
      'PRIMARY KEY (session_id, dc_id)',
    ],
    entities: [
      session,
      'id BIGINT NOT NULL',
      'hash BIGINT NOT NULL',
      'username VARCHAR(32)',
      'phone BIGINT',
      'name VARCHAR(255)',
      'PRIMARY KEY (session_id, id)',
    ],
    sent_files: [
      session,
      `md5_digest ${binary} NOT NULL`,
      'file_size INTEGER NOT NULL',
      'type INTEGER NOT NULL',
      'id BIGINT',
      'hash BIGINT',
      'PRIMARY KEY (session_id, md5_digest, file_size, type)',
    ],
    update_state: [
      session,
      'entity_id BIGINT NOT NULL',
      'pts BIGINT',
      'qts BIGINT',
      'date BIGINT',
      'seq BIGINT',
      'unread_count INTEGER',
      'PRIMARY KEY (session_id, entity_id)',
    ],
  }
}
