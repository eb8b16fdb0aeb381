import type { TablesFormat } from '../format.ts'
import { isPyrogram, layoutOf } from './layout.ts'
import { pyrogramPeers } from './peers.ts'
import { readPyrogram } from './read.ts'
import { shapes } from './schema.ts'
import { pyrogramVariants } from './variants.ts'
import { writePyrogram } from './write.ts'

/** Shapes that the columns alone cannot tell from another. */
const ALIKE: ReadonlyMap<string, string> = new Map([
  ['2', '1 or 2'],
  ['K7', 'Kurigram 7 or wzgram 8'],
])

/**
 * Upstream: `pyrogram/storage/sqlite_storage.py`; read at Pyrogram 2.0.106, Hydrogram 0.2, Kurigram 2.0.106 to 2.2.15,
 * Pyrofork 2.3.19 and 2.3.69, PyrogramMod 2.4.1, PyroTGFork 2.1.33, wzgram.
 *
 * | table | columns |
 * |---|---|
 * | version | number (no proof of the shape: three shapes say 4) |
 * | sessions | dc_id, api_id (3), test_mode, auth_key, date, user_id, is_bot; K7 adds server_address, port |
 * | peers | id (marked), access_hash, type (a word), username (not K), phone_number, last_update_on |
 * | usernames (K) | id, username · (F) id = username, peer_id, last_update_on |
 * | update_state (K5, F4, M4) | id (0 or a marked channel id), pts, qts, date, seq |
 */
export const pyrogramSqlite: TablesFormat = {
  id: 'pyrogram.sqlite',
  library: 'pyrogram',
  label: 'Pyrogram SQLite',
  help: 'The “.session” file of Pyrogram and its forks. Version 3 is opened by nearly all of them; 7 is Kurigram’s own, 4 Pyrofork’s or PyrogramMod’s.',
  medium: 'tables',
  extension: '.session',
  variants: pyrogramVariants,
  defaultVariant: '3',
  secretColumns: new Set(['sessions.auth_key']),
  detection: 'Its tables and their columns, among them `user_id` and `is_bot`.',
  detect(schema) {
    if (!isPyrogram(schema)) return null
    // The number is a row: between 1 and 2, and 7 and 8, the columns alone cannot tell.
    const { variant } = layoutOf(schema, [])
    const { library } = shapes[variant]
    const alike = ALIKE.get(variant)
    return {
      certainty: 'exact',
      reason: `Pyrogram tables in the shape of ${alike ?? `${library} ${variant}`}`,
      variant: alike === undefined ? variant : null,
    }
  },
  list: async (tables) => [await readPyrogram(tables)],
  peers: (tables, _key, query) => pyrogramPeers(tables, query),
  write: (tables, _key, session, options) => writePyrogram(tables, session, options),
}
