import type { TablesFormat } from '../format.ts'
import { ID, isMtpylon, listMtpylon } from './tables-read.ts'
import { mtpylonShared } from './tables-shared.ts'
import { removeMtpylon, writeMtpylon } from './tables-write.ts'

/**
 * Upstream: the sample application of mtpylon, `backend/auth_key_manager/models.py` and `backend/users/models.py`; read
 * at 414ba12. The library itself keeps nothing.
 *
 * | table | columns |
 * |---|---|
 * | auth_key_items | id, auth_key_id (64 bits of SHA-1, big-endian, signed), auth_key |
 * | auth_keys | id, auth_key_id, user_id: a login; a key without one is anonymous |
 * | users | id, nickname, password (never read) |
 *
 * Removing a session deletes its rows of `auth_keys` and `auth_key_items`.
 */
export const mtpylonTables: TablesFormat = {
  id: ID,
  library: 'mtpylon',
  label: 'mtpylon tables',
  help: 'The tables of a server made with mtpylon, as its sample application lays them out: keys of its clients and who is logged in. They are for that server alone, never for Telegram.',
  medium: 'tables',
  extension: '.db',
  server: 'mtpylon',
  detection: 'The tables `auth_key_items` and `auth_keys`.',
  variants: [
    {
      id: '1',
      label: '1 (sample application of 2021)',
      library: 'mtpylon',
      carries: new Set(['auth-key', 'user-id', 'account-username']),
      requires: ['auth-key'],
      writable: true,
    },
  ],
  defaultVariant: '1',
  secretColumns: new Set(['auth_key_items.auth_key', 'users.password']),
  detect(schema) {
    return isMtpylon(schema)
      ? { certainty: 'exact', reason: 'tables of a mtpylon server: keys and logins', variant: '1' }
      : null
  },
  list: listMtpylon,
  write: (tables, _key, session) => writeMtpylon(tables, session),
  remove: removeMtpylon,
  shared: mtpylonShared,
}
