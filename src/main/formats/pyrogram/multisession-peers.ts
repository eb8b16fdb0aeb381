import { fromMarkedId, type Peer } from '../../domain/peer.ts'
import { type Collection, collectionOf } from '../../domain/session.ts'
import { hasColumns, integerOf, numberOf, textOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, whereNeedle } from '../peer-search.ts'
import { peerTypeOf } from './peer-types.ts'

const COLUMNS = ['id', 'access_hash', 'type', 'phone_number', 'last_update_on']
const PAGE_ROWS = 1000

/** A page of the peers of one session. */
export async function multisessionPeers(tables: TablesReader, key: string, query: PeerQuery): Promise<PeerPage> {
  const schema = await tables.schema()
  if (!hasColumns(schema, 'peers', ['session_name', ...COLUMNS])) return { peers: [], total: 0, more: false }
  const needle = needleOf(query.search)
  const hasNames = hasColumns(schema, 'usernames', ['session_name', 'id', 'username'])
  const first = hasNames
    ? '(SELECT min(u.username) FROM usernames u WHERE u.session_name = peers.session_name AND u.id = peers.id)'
    : 'id'
  const moreUsernames = {
    column: 'u.username',
    idsWhere: (condition: string): string =>
      `EXISTS (SELECT 1 FROM usernames u WHERE u.session_name = peers.session_name AND u.id = peers.id AND ${condition})`,
  }
  const phone = 'phone_number'
  const page = await pageOfPeers(tables, {
    columns: COLUMNS.join(', '),
    table: 'peers',
    where: [
      { sql: 'session_name = ?', parameters: [key] },
      ...(needle === null
        ? []
        : [
            whereNeedle(needle, {
              id: 'id',
              // Where there are no names at all, a text is looked for among the phones.
              names: hasNames ? [] : [phone],
              usernames: hasNames ? [] : [phone],
              phone,
              dialect: tables.dialect,
              ...(hasNames ? { moreUsernames } : {}),
            }),
          ]),
      ...(query.kind === 'user' ? [userRange('id')] : []),
      ...(query.kind === 'bot' ? [{ sql: "type = 'bot'", parameters: [] }] : []),
      ...(query.kind === 'chat' ? [chatRange('id')] : []),
      ...(query.kind === 'channel' ? [channelRange('id')] : []),
    ],
    order: { id: 'id', name: first, updated: 'last_update_on' },
    query,
    countAll: async () => {
      const [row] = await tables.query('SELECT count(*) FROM peers WHERE session_name = ?', [key])
      return Number(row?.[0] ?? 0n)
    },
  })
  const peers = await withUsernames(tables, schema, key, page.rows)
  return { peers, total: page.total, more: page.more }
}

/** All peers of one session, in the order of their ids. */
export function multisessionPeersOf(
  tables: TablesReader,
  schema: TablesSchema,
  name: string,
  count: number,
): Collection<Peer> {
  if (count === 0 || !hasColumns(schema, 'peers', COLUMNS)) return collectionOf([])
  return {
    count,
    async *batches() {
      let after = -(2n ** 63n)
      for (;;) {
        const sql = `SELECT ${COLUMNS.join(', ')} FROM peers WHERE session_name = ? AND id > ? ORDER BY id LIMIT ${PAGE_ROWS}`
        const rows: readonly Row[] = await tables.query(sql, [name, after])
        const peers = await withUsernames(tables, schema, name, rows)
        if (peers.length > 0) yield peers
        if (rows.length < PAGE_ROWS) return
        after = integerOf(rows.at(-1)?.[0]) ?? after
      }
    },
  }
}

async function withUsernames(
  tables: TablesReader,
  schema: TablesSchema,
  name: string,
  rows: readonly Row[],
): Promise<readonly Peer[]> {
  const ids = rows.flatMap(([id]) => integerOf(id) ?? [])
  const usernames = new Map<bigint, string[]>()
  if (ids.length > 0 && hasColumns(schema, 'usernames', ['session_name', 'id', 'username'])) {
    const places = ids.map(() => '?').join(', ')
    const sql = `SELECT id, username FROM usernames WHERE session_name = ? AND id IN (${places}) ORDER BY id, username`
    for (const [id, username] of await tables.query(sql, [name, ...ids])) {
      const owner = integerOf(id)
      const text = textOf(username)
      if (owner !== null && text !== null) usernames.set(owner, [...(usernames.get(owner) ?? []), text])
    }
  }
  return rows.flatMap((row) => peerFrom(row, usernames) ?? [])
}

/** @param row {@link COLUMNS} */
function peerFrom(row: Row, usernames: ReadonlyMap<bigint, readonly string[]>): Peer | null {
  const stored = integerOf(row[0])
  if (stored === null) return null
  return {
    ...fromMarkedId(stored),
    type: peerTypeOf(textOf(row[2])),
    accessHash: integerOf(row[1]),
    usernames: usernames.get(stored) ?? [],
    phone: textOf(row[3]),
    name: null,
    updatedAt: numberOf(row[4]) || null,
  }
}
