import { AppError } from '../../domain/errors.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, whereNeedle } from '../peer-search.ts'
import { peerFromRow } from './peers.ts'
import { hasTable, parseKey, sqlName, type Store, storesIn } from './store-tables.ts'

/** A page of the entities of one session. @throws AppError session.not-found */
export async function storePeers(
  tables: TablesReader,
  kind: Store['kind'],
  key: string,
  query: PeerQuery,
): Promise<PeerPage> {
  const schema = await tables.schema()
  const place = parseKey(storesIn(schema, kind), key)
  if (place === null) throw new AppError('session.not-found', {})
  return peersOfSession(tables, schema, place, query)
}

/** A page of the entities of one session of a store. */
export async function peersOfSession(
  tables: TablesReader,
  schema: TablesSchema,
  { store, sessionId }: { readonly store: Store; readonly sessionId: string },
  query: PeerQuery,
): Promise<PeerPage> {
  // The library never stores whether a user is a bot.
  if (!hasTable(schema, store, 'entities') || query.kind === 'bot') return { peers: [], total: 0, more: false }
  const table = sqlName(tables.dialect, store, 'entities')
  const needle = needleOf(query.search)
  const phone = tables.dialect === 'sqlite' ? 'phone' : `CAST(phone AS ${tables.dialect === 'mysql' ? 'CHAR' : 'TEXT'})`
  const page = await pageOfPeers(tables, {
    columns: 'id, hash, username, phone, name, NULL',
    table,
    where: [
      { sql: 'session_id = ? AND id <> 0', parameters: [sessionId] },
      ...(needle === null
        ? []
        : [
            whereNeedle(needle, {
              id: 'id',
              names: ['name', 'username'],
              usernames: ['username'],
              phone,
              dialect: tables.dialect,
            }),
          ]),
      ...(query.kind === 'user' ? [userRange('id')] : []),
      ...(query.kind === 'chat' ? [chatRange('id')] : []),
      ...(query.kind === 'channel' ? [channelRange('id')] : []),
    ],
    order: { id: 'id', name: "coalesce(nullif(name, ''), username)", updated: 'id' },
    query,
    countAll: async () => {
      const sql = `SELECT count(*) FROM ${table} WHERE session_id = ? AND id <> 0`
      return Number((await tables.query(sql, [sessionId]))[0]?.[0] ?? 0n)
    },
  })
  const peers = page.rows.flatMap((row) => peerFromRow(row) ?? [])
  return { peers, total: page.total, more: page.more }
}
