import type { PeerPage, PeerQuery } from '../format.ts'
import type { TablesReader } from '../media.ts'
import { pageOfPeers } from '../peer-pages.ts'
import { needleOf, type SqlCondition, whereNeedle } from '../peer-search.ts'
import { peerFrom } from './rows.ts'

/** Text of a peer as searches and sorts compare it, in every script. */
export function foldPeerText(text: string): string {
  return text.normalize('NFKC').toLowerCase()
}

/** A page of one session's peers. `count` is how many there are in all. */
export async function peerPage(
  tables: TablesReader,
  session: bigint,
  count: number,
  columns: string,
  query: PeerQuery,
): Promise<PeerPage> {
  const where: SqlCondition[] = [{ sql: 'session = ?', parameters: [session] }]
  if (query.kind === 'bot') where.push({ sql: `type = 'bot'`, parameters: [] })
  else if (query.kind === 'user') where.push({ sql: `kind = 'user' AND type IS NOT 'bot'`, parameters: [] })
  else if (query.kind !== null) where.push({ sql: 'kind = ?', parameters: [query.kind] })
  const needle = needleOf(foldPeerText(query.search))
  if (needle) {
    // `search` holds name, usernames and phone folded already.
    where.push(whereNeedle(needle, { id: 'marked_id', names: ['search'], usernames: ['usernames'], phone: 'phone' }))
  }
  const { rows, total, more } = await pageOfPeers(tables, {
    columns,
    table: 'deck_peers',
    where,
    order: { id: 'marked_id', name: 'name_sort', updated: 'updated_at' },
    query,
    countAll: async () => count,
  })
  return { peers: rows.map(peerFrom), total, more }
}
