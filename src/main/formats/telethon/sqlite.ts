import { columnsOf } from '../cells.ts'
import type { TablesFormat, WriteOption } from '../format.ts'
import { ipv6Option, keepTakeoutOption } from '../write-options.ts'
import { isTelethon, layoutOf } from './layout.ts'
import { telethonPeers } from './peers.ts'
import { readTelethon } from './read.ts'
import { telethonVariants } from './variants.ts'
import { writeTelethon } from './write.ts'

const oldSqliteOption: WriteOption = {
  name: 'old-sqlite',
  label: 'For hosts with SQLite older than 3.8.2',
  help: 'They cannot open tables WITHOUT ROWID, which versions 1 to 3 have by default. Versions 4 to 7 are written without them in any case.',
  kind: 'flag',
}

/**
 * Upstream: `telethon/sessions/sqlite.py`; read at 1.37.0, every release from 0.16 on checked by its files.
 *
 * | table | columns (version that added them) |
 * |---|---|
 * | version | version |
 * | sessions | dc_id, server_address, port, auth_key, takeout_id (5), tmp_auth_key (8) |
 * | entities | id (marked), hash, username, phone, name, date (7); row 0 names the account (1.28) |
 * | sent_files (2) | md5_digest, file_size, type, id, hash (3; 2 has file_id, part_count) |
 * | update_state (4) | id (0 or a bare channel id), pts, qts, date, seq |
 */
export const telethonSqlite: TablesFormat = {
  id: 'telethon.sqlite',
  library: 'telethon',
  label: 'Telethon SQLite',
  help: 'The “.session” file of Telethon 1. Version 7 suits every release from 1.17 on.',
  medium: 'tables',
  extension: '.session',
  variants: telethonVariants,
  defaultVariant: '7',
  options: [ipv6Option, keepTakeoutOption, oldSqliteOption],
  // A temporary key can end up under the name of the takeout id.
  secretColumns: new Set(['sessions.auth_key', 'sessions.tmp_auth_key', 'sessions.takeout_id']),
  detection: 'Its tables and their columns, among them `server_address` and no account.',
  detect(schema) {
    if (!isTelethon(schema)) return null
    const { version } = layoutOf(schema, [])
    const isSure = schema.tables.has('version')
    const rowless = [...schema.tables.values()].some((table) => table.withoutRowid) ? ', WITHOUT ROWID' : ''
    const dated = columnsOf(schema, 'entities').includes('date') ? ', dated entities' : ''
    return {
      certainty: 'exact',
      reason: `Telethon tables with the columns of version ${version}${dated}${rowless}${isSure ? '' : ', but no version table'}`,
      // 5 and 6 differ in nothing but the number, which is a row.
      variant: version === '5' ? null : version,
    }
  },
  list: async (tables) => [await readTelethon(tables)],
  peers: (tables, _key, query) => telethonPeers(tables, query),
  write: (tables, _key, session, options) => writeTelethon(tables, session, options),
}
