import type { TablesFormat, Variant } from '../format.ts'
import { rawOwnRows } from '../raw-rows.ts'
import { multisessionPeers } from './multisession-peers.ts'
import { isMultisession, MULTISESSION_ID, multisessionPages, readMultisession } from './multisession-read.ts'

const variant: Variant = {
  id: '1',
  label: '1',
  library: 'kurigram',
  carries: new Set([
    'dc',
    'test-mode',
    'auth-key',
    'user-id',
    'is-bot',
    'api-id',
    'saved-at',
    'update-state',
    'update-state-qts-seq',
    'channel-states',
    'channel-state-dates',
    'peers',
    'peer-types',
    'peer-usernames',
    'peer-extra-usernames',
    'peer-phones',
    'peer-dates',
  ]),
  requires: [],
  writable: false,
}

/**
 * Upstream: the storage “postgres multisession” that Kurigram's users hand on, in several hands (asyncpg, SQLAlchemy,
 * SQLModel) with the same columns; read in source, never run.
 *
 * | table | columns |
 * |---|---|
 * | sessions | session_name, dc_id, api_id, test_mode, auth_key, date, user_id, is_bot |
 * | peers | session_name, id (marked), access_hash, type, phone_number, last_update_on |
 * | usernames | session_name, id, username |
 * | update_state | session_name, id (0 or a marked channel id), pts, qts, date, seq |
 *
 * Read only: the hands differ in their constraints, and nobody keeps a version.
 */
export const pyrogramMultisession: TablesFormat = {
  id: MULTISESSION_ID,
  library: 'pyrogram',
  label: 'Kurigram store of many sessions',
  help: 'The tables of the “postgres multisession” storage for Pyrogram and Kurigram: many sessions in one database, each under its name. Read only.',
  medium: 'tables',
  extension: '.sqlite',
  variants: [variant],
  defaultVariant: '1',
  secretColumns: new Set(['sessions.auth_key']),
  detection: 'Its table of sessions, with `session_name`, `user_id` and `is_bot`.',
  detect(schema) {
    if (!isMultisession(schema)) return null
    return { certainty: 'exact', reason: 'tables of many Pyrogram sessions, told apart by their names', variant: '1' }
  },
  async list(tables) {
    const sessions = []
    for await (const page of multisessionPages(tables, new AbortController().signal)) sessions.push(...page)
    return sessions
  },
  peers: multisessionPeers,
  shared: {
    async survey(tables) {
      if (!isMultisession(await tables.schema())) return []
      return [{ prefix: '', sessions: await tables.count('sessions') }]
    },
    async *pages(tables, prefix, signal) {
      if (prefix === '' && isMultisession(await tables.schema())) yield* multisessionPages(tables, signal)
    },
    read: readMultisession,
    peers: multisessionPeers,
    async raw(tables, key) {
      const schema = await tables.schema()
      if (!isMultisession(schema)) return null
      const own = { where: 'session_name = ?', parameters: [key] }
      return rawOwnRows(tables, schema, [
        { table: 'sessions', ...own, secret: ['auth_key'] },
        ...['peers', 'usernames', 'update_state'].map((table) => ({ table, ...own })),
      ])
    },
    keyFor: (_prefix, name) => name,
  },
}
