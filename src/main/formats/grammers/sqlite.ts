import { hasColumns } from '../cells.ts'
import type { TablesFormat } from '../format.ts'
import { carriedByAll } from './carries.ts'
import { grammersPeers } from './peers.ts'
import { expectedColumns, USER_VERSION } from './schema.ts'
import { ID, readGrammers } from './sqlite-read.ts'
import { writeGrammers } from './sqlite-write.ts'

/**
 * Upstream: `grammers-session/src/storages/sqlite.rs`; read at 0.11.0. One schema since 0.8.0, whatever the engine.
 *
 * | table | columns |
 * |---|---|
 * | dc_home | dc_id: one row, none means DC 2 |
 * | dc_option | dc_id, ipv4, ipv6 (both with port), auth_key |
 * | peer_info | peer_id (marked), hash, subtype (1 oneself, 2 bot, 4 megagroup, 8 broadcast, 12 gigagroup, 16 community) |
 * | update_state | pts, qts, date, seq: one row |
 * | channel_state | peer_id (bare id of a channel), pts |
 */
export const grammersSqlite: TablesFormat = {
  id: ID,
  library: 'grammers',
  label: 'grammers SQLite',
  help: 'The “.session” file of grammers 0.8 and later: data centres with their keys, the account, peers and update states.',
  medium: 'tables',
  extension: '.session',
  detection: 'Its five tables and their columns.',
  variants: [
    {
      id: '1',
      label: '1 (0.8 and later)',
      library: 'grammers',
      carries: new Set([...carriedByAll, 'peers', 'peer-types']),
      requires: ['auth-key', 'dc', 'address'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  secretColumns: new Set(['dc_option.auth_key']),
  detect(schema) {
    for (const [table, columns] of expectedColumns) {
      if (!hasColumns(schema, table, columns)) return null
    }
    const version = schema.userVersion ?? USER_VERSION
    return { certainty: 'exact', reason: `grammers tables, version ${version}`, variant: '1' }
  },
  list: async (tables) => [await readGrammers(tables)],
  peers: (tables, _key, query) => grammersPeers(tables, query),
  write: (tables, _key, session, options) => writeGrammers(tables, session, options),
}
