import type { TablesFormat } from '../format.ts'
import { storeFields, storeStateFields } from './sqlalchemy.ts'
import { storePeers } from './store-peers.ts'
import { readStores } from './store-read.ts'
import { sharedStore } from './store-shared.ts'
import { storesIn } from './store-tables.ts'

const ID = 'telethon.mautrix'

/**
 * Upstream: `mautrix_telegram/db` of mautrix-telegram, 0.11 (2022) to the last Python bridge; read in source. The tables of
 * the SQLAlchemy store under the prefix `telethon_`, with one data centre to a session and no version of their own.
 *
 * Read only: the bridge owns them, and its successor takes them over by itself.
 */
export const telethonMautrix: TablesFormat = {
  id: ID,
  library: 'telethon',
  label: 'Matrix bridge store (mautrix-telegram)',
  help: 'The database of the Python bridge between Matrix and Telegram: a Telethon session for each of its users, and one for the bot. Read only.',
  medium: 'tables',
  extension: '.db',
  variants: [
    {
      id: 'bridge',
      label: 'since 2022',
      library: 'telethon',
      carries: new Set([...storeFields, ...storeStateFields]),
      requires: [],
      writable: false,
    },
  ],
  defaultVariant: 'bridge',
  detection: 'A table of sessions with the columns of Telethon, whose only key is `session_id`.',
  secretColumns: new Set(['telethon_sessions.auth_key']),
  detect(schema) {
    if (storesIn(schema, 'mautrix').length === 0) return null
    return { certainty: 'exact', reason: 'tables of the Matrix bridge for Telegram', variant: 'bridge' }
  },
  list: (tables) => readStores(tables, ID, 'mautrix'),
  peers: (tables, key, query) => storePeers(tables, 'mautrix', key, query),
  shared: sharedStore('mautrix', ID),
}
