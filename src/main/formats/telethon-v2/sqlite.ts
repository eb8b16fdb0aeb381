import type { TablesFormat } from '../format.ts'
import { developmentPeersPage } from './dev-peers.ts'
import { isDevelopment, variantOf } from './layout.ts'
import { readTelethonV2 } from './read.ts'
import { telethonV2Variants } from './variants.ts'
import { writeTelethonV2 } from './write.ts'

/**
 * Upstream: `client/src/telethon/_impl/session/storage/sqlite.py` of the v2 branch, read at 2.0.0a0; and
 * `telethon/_sessions/sqlite.py` of the development line before it.
 *
 * | table | columns |
 * |---|---|
 * | version | version: 10, which three layouts share |
 * | datacenter | id, ipv4_addr, ipv6_addr ("address:port" without brackets), auth |
 * | user | id, dc (the home), bot, username; no row when logged out |
 * | state | pts, qts, date, seq; one row or none |
 * | channelstate | id (bare), pts; only beside a row of `state` |
 */
export const telethonV2Sqlite: TablesFormat = {
  id: 'telethon-v2.sqlite',
  library: 'telethon',
  label: 'Telethon 2 SQLite',
  help: 'The “.session” file of Telethon 2 (2.0.0a0). Telethon 1 cannot open it, and Telethon 2 harms a file of Telethon 1 when it opens one: write this one instead.',
  medium: 'tables',
  extension: '.session',
  variants: telethonV2Variants,
  defaultVariant: '10',
  detection: 'The tables `datacenter` and `user` (`session` in the development line) and their columns.',
  secretColumns: new Set(['datacenter.auth']),
  detect(schema) {
    const variant = variantOf(schema)
    if (variant === null) return null
    const line = isDevelopment(variant) ? 'the development line of Telethon 2' : 'Telethon 2'
    return { certainty: 'exact', reason: `tables of ${line} in the layout ${variant}`, variant }
  },
  list: async (tables) => [await readTelethonV2(tables)],
  async peers(tables, _key, query) {
    const schema = await tables.schema()
    const variant = variantOf(schema)
    if (variant === null || !isDevelopment(variant)) return { peers: [], total: 0, more: false }
    return developmentPeersPage(tables, schema, variant, query)
  },
  write: (tables, _key, session, options) => writeTelethonV2(tables, session, options),
}
