import type { Peer } from '../../domain/peer.ts'
import { type Collection, collectionOf } from '../../domain/session.ts'
import { columnsOf, hasColumns, integerOf, numberOf, textOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, type SqlCondition, whereNeedle } from '../peer-search.ts'
import { layoutOf } from './layout.ts'
import { peerIdOf, peerTypeOf } from './peer-types.ts'
import { type PyrogramShape, shapes } from './schema.ts'
import { usernamesForBatches, usernamesOf } from './usernames.ts'

/** Columns of `peers` after the key, as {@link peerFromRow} takes them. */
function peerColumns(schema: TablesSchema): string {
  const username = columnsOf(schema, 'peers').includes('username') ? 'username' : 'NULL'
  return `access_hash, type, phone_number, last_update_on, ${username}`
}

const NEEDED = ['id', 'access_hash', 'type', 'phone_number', 'last_update_on']

/** @param row id, access_hash, type, phone_number, last_update_on, username */
function peerFromRow(row: Row, marking: PyrogramShape['marking'], more: readonly string[]): Peer | null {
  const stored = integerOf(row[0])
  if (stored === null) return null
  const type = peerTypeOf(textOf(row[2]))
  const first = textOf(row[5])
  const updatedAt = numberOf(row[4])
  return {
    ...peerIdOf(stored, type, marking),
    type,
    accessHash: integerOf(row[1]),
    usernames: first === null ? more : [first, ...more.filter((name) => name !== first)],
    phone: textOf(row[3]),
    name: null,
    updatedAt: updatedAt === 0 ? null : updatedAt,
  }
}

export async function peersCollection(
  tables: TablesReader,
  schema: TablesSchema,
  marking: PyrogramShape['marking'],
): Promise<Collection<Peer>> {
  if (!hasColumns(schema, 'peers', NEEDED)) return collectionOf([])
  const count = await tables.count('peers')
  if (count === 0) return collectionOf([])
  const source = { columns: peerColumns(schema), table: 'peers', key: 'id' }
  return {
    count,
    async *batches() {
      const usernames = await usernamesForBatches(tables, schema)
      yield* pagedCollection(tables, count, source, async (rows) => {
        const more = await usernames(rows)
        return rows.flatMap((row) => peerFromRow(row, marking, more.get(integerOf(row[0]) ?? 0n) ?? []) ?? [])
      }).batches()
    },
  }
}

export async function pyrogramPeers(tables: TablesReader, query: PeerQuery): Promise<PeerPage> {
  const schema = await tables.schema()
  if (!hasColumns(schema, 'peers', NEEDED)) return { peers: [], total: 0, more: false }
  const versionRows = hasColumns(schema, 'version', ['number'])
    ? await tables.scan({ table: 'version', columns: ['number'], limit: 1 })
    : []
  const { marking } = shapes[layoutOf(schema, versionRows).variant]
  const inPeers = columnsOf(schema, 'peers').includes('username')
  const more = moreUsernames(schema)
  const needle = needleOf(query.search)
  const where: SqlCondition[] = [...kindConditions(query, marking)]
  if (needle !== null) {
    const ids = marking === 'concatenated' ? concatenatedIds(query.search, needle.ids) : needle.ids
    const columns = inPeers ? ['username'] : []
    where.push(
      whereNeedle(
        { ...needle, ids },
        {
          id: 'id',
          names: columns,
          usernames: columns,
          phone: 'phone_number',
          ...(more ? { moreUsernames: more } : {}),
        },
      ),
    )
  }
  const name = inPeers
    ? more?.owner === 'id'
      ? `coalesce(username, ${firstUsername})`
      : 'username'
    : more
      ? firstUsername
      : 'id'
  const page = await pageOfPeers(tables, {
    columns: `id, ${peerColumns(schema)}`,
    table: 'peers',
    key: 'id',
    where,
    order: { id: 'id', name, updated: 'last_update_on' },
    query,
    countAll: () => tables.count('peers'),
  })
  const names = await usernamesOf(
    tables,
    schema,
    page.rows.flatMap((row) => integerOf(row[0]) ?? []),
  )
  const peers = page.rows.flatMap((row) => peerFromRow(row, marking, names.get(integerOf(row[0]) ?? 0n) ?? []) ?? [])
  return { peers, total: page.total, more: page.more }
}

/** No format of the family stores names: the first username stands in for one when sorting. */
const firstUsername = '(SELECT u.username FROM usernames u WHERE u.id = peers.id ORDER BY u.rowid LIMIT 1)'

function moreUsernames(
  schema: TablesSchema,
): { owner: string; column: string; idsWhere: (condition: string) => string } | null {
  const columns = columnsOf(schema, 'usernames')
  if (columns.includes('peer_id')) {
    return { owner: 'peer_id', column: 'usernames.id', idsWhere: (sql) => idIn('peer_id', sql) }
  }
  if (columns.includes('username')) {
    return { owner: 'id', column: 'usernames.username', idsWhere: (sql) => idIn('id', sql) }
  }
  return null
}

function idIn(owner: string, condition: string): string {
  return `peers.id IN (SELECT usernames.${owner} FROM usernames WHERE ${condition})`
}

function kindConditions(query: PeerQuery, marking: PyrogramShape['marking']): SqlCondition[] {
  if (query.kind === null) return []
  if (query.kind === 'bot') return [{ sql: "type = 'bot'", parameters: [] }]
  if (query.kind === 'user') return [userRange('id'), { sql: "type IS NOT 'bot'", parameters: [] }]
  if (marking === 'concatenated') {
    const group = query.kind === 'chat' ? "type = 'group'" : "type <> 'group'"
    return [{ sql: `id < 0 AND ${group}`, parameters: [] }]
  }
  return [query.kind === 'chat' ? chatRange('id') : channelRange('id')]
}

/** In schema 1 the marked id of a channel is "-100" and its digits, whatever their number. */
function concatenatedIds(search: string, ids: readonly bigint[]): readonly bigint[] {
  const bare = /^\d{1,16}$/.exec(search.trim())?.[0]
  return bare === undefined ? ids : [...ids, BigInt(`-100${bare}`)]
}
