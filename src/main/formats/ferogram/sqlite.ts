import type { TablesFormat } from '../format.ts'
import { ferogramPeers } from './sqlite-peers.ts'
import { readFerogram, SQLITE_ID } from './sqlite-read.ts'
import { ferogramShared } from './sqlite-shared.ts'
import { isFerogram, sqliteShapeOf, sqliteVariants } from './sqlite-schema.ts'
import { writeFerogram } from './sqlite-write.ts'

/**
 * Upstream: `ferogram-session/src/lib.rs`, `SqliteBackend` (rusqlite) and `LibSqlBackend`; read at 0.6.6, files of 0.3.7,
 * 0.5.0, 0.5.2, 0.6.4 and 0.6.5 checked. A local libSQL file has the same tables and is an ordinary SQLite file.
 *
 * | table | columns (release that added them) |
 * |---|---|
 * | meta | key, value: `home_dc_id`; `future_auth_token`, a blob (0.6.4). Empty: no session |
 * | dcs | dc_id, flags, addr, auth_key, first_salt, time_offset |
 * | update_state | id = 1, pts, qts, date, seq |
 * | channel_pts | channel_id, pts |
 * | peers | id (bare), access_hash, is_channel, is_chat (0.4.1), channel_kind (0.5.2), is_community (0.6.5) |
 * | min_peers (0.4.1) | user_id, peer_id, msg_id |
 *
 * Opening a file adds the columns it lacks at the end: columns are taken by name.
 */
export const ferogramSqlite: TablesFormat = {
  id: SQLITE_ID,
  library: 'ferogram',
  label: 'ferogram SQLite',
  help: 'The database of ferogram with the feature “sqlite-session” or “libsql-session”. Every release opens older shapes (libSQL: from 0.4.1 on). A user, channel and basic group with one number share one row: the basic group gives way. The shape of 0.1.0 leaves out basic groups.',
  medium: 'tables',
  extension: '.db',
  variants: sqliteVariants,
  defaultVariant: '0.6.5',
  detection: 'Its tables `meta` and `dcs` and their columns.',
  // The value column holds the token for signing in again.
  secretColumns: new Set(['dcs.auth_key', 'dcs.first_salt', 'meta.value']),
  detect(schema) {
    if (!isFerogram(schema)) return null
    const variant = sqliteShapeOf(schema)
    return { certainty: 'exact', reason: `ferogram tables in the shape of ${variant}`, variant }
  },
  list: async (tables) => [await readFerogram(tables)],
  peers: (tables, _key, query) => ferogramPeers(tables, query),
  write: (tables, _key, session, options) => writeFerogram(tables, session, options),
  shared: ferogramShared,
}
