import type { Field } from '../../domain/session.ts'
import type { TablesFormat, Variant, WriteOption } from '../format.ts'
import { ipv6Option } from '../write-options.ts'
import { storePeers } from './store-peers.ts'
import { readStores, variantOf } from './store-read.ts'
import { sharedStore } from './store-shared.ts'
import { storesIn } from './store-tables.ts'
import { removeFromStore, removeShared, writeShared, writeStore } from './store-write.ts'

const ID = 'telethon.sqlalchemy'

export const storeFields: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'user-id',
  'peers',
  'peer-names',
  'peer-usernames',
  'peer-phones',
  'sent-files',
]
export const storeStateFields: readonly Field[] = [
  'update-state',
  'update-state-qts-seq',
  'channel-states',
  'channel-state-dates',
]

function variant(id: string, label: string, carries: readonly Field[], writable: boolean): Variant {
  const requires = writable ? (['auth-key', 'dc', 'address'] as const) : []
  return { id, label, library: 'telethon', carries: new Set(carries), requires, writable }
}

const prefixOption: WriteOption = {
  name: 'prefix',
  label: 'Prefix of the tables',
  help: 'What the names of new tables begin with, where the program was told one. A store that is there already keeps its own.',
  kind: 'text',
}

/**
 * Upstream: `alchemysession` of telethon-session-sqlalchemy, 0.2.16 and its first release. Any prefix can stand before the
 * names.
 *
 * | table | columns |
 * |---|---|
 * | version | version: 1, 2, or 3 for a store that was upgraded |
 * | sessions | session_id, dc_id, server_address, port, auth_key |
 * | entities | session_id, id (marked), hash, username, phone, name |
 * | sent_files | session_id, md5_digest, file_size, type, id, hash |
 * | update_state (2) | session_id, entity_id (0 or a bare channel id), pts, qts, date, seq, unread_count |
 */
export const telethonSqlalchemy: TablesFormat = {
  id: ID,
  library: 'telethon',
  label: 'Telethon SQLAlchemy store',
  help: 'A database of telethon-session-sqlalchemy: many Telethon sessions in one place, each under its own id.',
  medium: 'tables',
  extension: '.sqlite',
  variants: [
    variant('2', '2 and 3 (0.2)', [...storeFields, ...storeStateFields], true),
    variant('1', '1 (first release)', storeFields, false),
  ],
  defaultVariant: '2',
  detection:
    'A table of sessions with the columns of Telethon, whose keys are `session_id` and `dc_id`; any prefix may stand before its name.',
  options: [ipv6Option, prefixOption],
  secretColumns: new Set(['sessions.auth_key', 'telethon_sessions.auth_key']),
  detect(schema) {
    const [store] = storesIn(schema, 'sqlalchemy')
    if (store === undefined) return null
    const prefix = store.prefix === '' ? '' : `, their names beginning with “${store.prefix.slice(0, 40)}”`
    return {
      certainty: 'exact',
      reason: `tables of a SQLAlchemy store of Telethon sessions${prefix}`,
      variant: variantOf(schema, store),
    }
  },
  list: (tables) => readStores(tables, ID, 'sqlalchemy'),
  peers: (tables, key, query) => storePeers(tables, 'sqlalchemy', key, query),
  write: writeStore,
  remove: removeFromStore,
  shared: { ...sharedStore('sqlalchemy', ID), write: writeShared, remove: removeShared },
}
