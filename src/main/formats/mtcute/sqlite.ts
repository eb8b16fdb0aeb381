import type { Field } from '../../domain/session.ts'
import { columnsOf } from '../cells.ts'
import type { TablesFormat, Variant } from '../format.ts'
import { isLegacyInside, readMtcute } from './read.ts'
import { mtcutePeers, peerTableOf } from './peers.ts'
import type { MtcuteVariant } from './schema.ts'
import { writeMtcute } from './write.ts'

const labels: Readonly<Record<MtcuteVariant, string>> = {
  '1': 'peers 1 (0.7 to 0.16)',
  '2': 'peers 2 (0.17 and later)',
}

function variantOf(id: MtcuteVariant): Variant {
  const carries: Field[] = [
    'dc',
    'address',
    'auth-key',
    'salts',
    'user-id',
    'is-bot',
    'account-username',
    'account-extra-usernames',
    'account-premium',
    'update-state',
    'update-state-qts-seq',
    'channel-states',
    'peers',
    'peer-usernames',
    'peer-extra-usernames',
    'peer-phones',
    'peer-dates',
    'peer-objects',
    'min-contexts',
    'other-keys',
  ]
  // Before, the address alone tells test servers, and nothing marks a min peer.
  if (id === '2') carries.push('test-mode', 'peer-min-marks')
  return {
    id,
    label: labels[id],
    library: 'mtcute',
    carries: new Set(carries),
    // One value tells them all; without the mark of a bot it is left out, and the library asks Telegram when it starts.
    onlyWith: {
      'user-id': 'is-bot',
      'account-username': 'is-bot',
      'account-extra-usernames': 'is-bot',
      'account-premium': 'is-bot',
    },
    requires: ['auth-key', 'dc', 'address'],
    writable: true,
  }
}

/**
 * Upstream: `@mtcute/core` storage/sqlite; read at 0.12.2, 0.17.1, 0.29.7, 0.30.3.
 *
 * | table | columns |
 * |---|---|
 * | mtcute_migrations | repo, version: auth_keys 1, kv 1, ref_messages 1, peers 1 or 2 |
 * | auth_keys | dc, key |
 * | temp_auth_keys | dc, idx, key, expires (ms) |
 * | key_value | key, value: dc_main, dc_media, current_user, updates_…, updates_channel:N, salts:N |
 * | message_refs | peer_id, chat_id (both marked), msg_id |
 * | peers | id (marked), hash ("low\|high"), usernames (JSON), updated (ms), phone, complete (TL object), isMin (2) |
 */
export const mtcuteSqlite: TablesFormat = {
  id: 'mtcute.sqlite',
  library: 'mtcute',
  label: 'mtcute SQLite',
  help: 'The storage of mtcute 0.7 and later. Names of peers lie within objects that mtcute alone can pack, so peers of other libraries come without; of the salts kept for later one is taken, the one that counts now.',
  medium: 'tables',
  extension: '.session',
  variants: (['1', '2'] as const).map(variantOf),
  defaultVariant: '2',
  detection: 'The table `mtcute_migrations`.',
  secretColumns: new Set(['auth_keys.key', 'temp_auth_keys.key', 'key_value.value']),
  detect(schema) {
    if (!schema.tables.has('mtcute_migrations')) return null
    const variant = schema.tables.has('peers') && !columnsOf(schema, 'peers').includes('isMin') ? '1' : '2'
    return { certainty: 'exact', reason: `mtcute tables, ${labels[variant]}`, variant }
  },
  list: async (tables) => [await readMtcute(tables)],
  async peers(tables, _key, query) {
    const schema = await tables.schema()
    const shape = (await isLegacyInside(tables, schema)) ? 'legacy' : 'new'
    return mtcutePeers(tables, peerTableOf(schema, shape), query)
  },
  write: (tables, _key, session, options) => writeMtcute(tables, session, options),
}
