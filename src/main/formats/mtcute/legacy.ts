import type { Field } from '../../domain/session.ts'
import type { TablesFormat, Variant } from '../format.ts'
import { isLegacy, readLegacy } from './legacy-read.ts'
import { mtcutePeers, peerTableOf } from './peers.ts'

const CARRIES: readonly Field[] = [
  'dc',
  'address',
  'auth-key',
  'temporary-key',
  'user-id',
  'is-bot',
  'update-state',
  'update-state-qts-seq',
  'channel-states',
  'peers',
  'peer-types',
  'peer-names',
  'peer-usernames',
  'peer-phones',
  'peer-dates',
  'peer-objects',
  'other-data-centers',
  'other-keys',
]

function variantOf(id: '2' | '3' | '4' | '5'): Variant {
  return {
    id,
    label: `${id} (@mtcute/sqlite up to 0.6)`,
    library: 'mtcute',
    carries: new Set(id === '5' ? [...CARRIES, 'min-contexts'] : CARRIES),
    requires: ['auth-key', 'dc'],
    writable: false,
  }
}

/**
 * Upstream: `@mtcute/sqlite` 0.2.0.
 *
 * | table | columns |
 * |---|---|
 * | kv | key, value (JSON): ver, def_dc, self, pts, qts, date, seq |
 * | auth_keys | dc, key |
 * | temp_auth_keys (3) | dc, idx, key, expires |
 * | pts | channel_id (bare), pts |
 * | entities | id (marked), hash ("low\|high"), type, username, phone, updated (ms), full (TL object) |
 * | message_refs (5) | peer_id, chat_id, msg_id |
 */
export const mtcuteLegacy: TablesFormat = {
  id: 'mtcute.legacy',
  library: 'mtcute',
  label: 'mtcute SQLite (old)',
  help: 'The storage of mtcute up to 0.6. Releases from 0.29 on do not convert it and forget where the account lives: export it as mtcute SQLite.',
  medium: 'tables',
  extension: '.session',
  variants: (['2', '3', '4', '5'] as const).map(variantOf),
  defaultVariant: '5',
  detection: 'The tables `kv`, `auth_keys` and `entities`, and no `mtcute_migrations`.',
  secretColumns: new Set(['auth_keys.key', 'temp_auth_keys.key']),
  detect(schema) {
    if (!isLegacy(schema) || schema.tables.has('mtcute_migrations')) return null
    return { certainty: 'exact', reason: 'tables of mtcute before 0.7', variant: null }
  },
  list: async (tables) => [await readLegacy(tables, await tables.schema())],
  peers: async (tables, _key, query) => mtcutePeers(tables, peerTableOf(await tables.schema(), 'legacy'), query),
}
