import { fromMarkedId, type Peer } from '../../domain/peer.ts'
import type { Collection } from '../../domain/session.ts'
import { collectionOf } from '../../domain/session.ts'
import { columnsOf, hasColumns, integerOf, wholeNumberOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { pageOfPeers } from '../peer-pages.ts'
import { needleOf, type SqlCondition } from '../peer-search.ts'
import { peerFrom } from './session-from.ts'
import { channelKindFrom } from './stored.ts'

const NEEDED = ['id', 'access_hash', 'is_channel']

/** Columns of `peers` after the id, as {@link peerFromRow} takes them; 0 or NULL where the shape has none. */
function peerColumns(schema: TablesSchema): string {
  return ['access_hash', ...formColumns(schema), columnOr(schema, 'channel_kind', 'NULL')].join(', ')
}

/** is_channel, is_chat, is_community */
function formColumns(schema: TablesSchema): readonly [channel: string, chat: string, community: string] {
  return ['is_channel', columnOr(schema, 'is_chat', '0'), columnOr(schema, 'is_community', '0')]
}

function columnOr(schema: TablesSchema, name: string, otherwise: string): string {
  return columnsOf(schema, 'peers').includes(name) ? name : otherwise
}

/** @param row id, access_hash, is_channel, is_chat, is_community, channel_kind */
function peerFromRow(row: Row): Peer | null {
  const id = integerOf(row[0])
  if (id === null) return null
  const [isChannel, isChat, isCommunity] = row.slice(2, 5).map((cell) => (integerOf(cell) ?? 0n) !== 0n)
  const form = isCommunity === true ? 'community' : isChat === true ? 'chat' : isChannel === true ? 'channel' : 'user'
  const channelKind = channelKindFrom(wholeNumberOf(row[5]))
  return peerFrom({ id, accessHash: integerOf(row[1]) ?? 0n, form, channelKind })
}

export async function peersCollection(tables: TablesReader, schema: TablesSchema): Promise<Collection<Peer>> {
  if (!hasColumns(schema, 'peers', NEEDED)) return collectionOf([])
  const source = { columns: peerColumns(schema), table: 'peers', key: 'id' }
  const count = await tables.count('peers')
  return count === 0
    ? collectionOf([])
    : pagedCollection(tables, count, source, (rows) => rows.flatMap((row) => peerFromRow(row) ?? []))
}

/** Ids are all there is to search for: the library stores neither names nor phones, nor who is a bot. */
export async function ferogramPeers(tables: TablesReader, query: PeerQuery): Promise<PeerPage> {
  const schema = await tables.schema()
  const nothing: PeerPage = { peers: [], total: 0, more: false }
  if (!hasColumns(schema, 'peers', NEEDED) || query.kind === 'bot') return nothing
  const where: SqlCondition[] = query.kind === null ? [] : [kindCondition(schema, query.kind)]
  const needle = needleOf(query.search)
  if (needle !== null) {
    const condition = idCondition(schema, needle.ids)
    if (condition === null) return nothing
    where.push(condition)
  }
  const page = await pageOfPeers(tables, {
    columns: `id, ${peerColumns(schema)}`,
    table: 'peers',
    key: 'id',
    where,
    order: { id: 'id', name: 'id', updated: 'id' },
    query,
    countAll: () => tables.count('peers'),
  })
  return { ...page, peers: page.rows.flatMap((row) => peerFromRow(row) ?? []) }
}

function kindCondition(schema: TablesSchema, kind: Peer['kind']): SqlCondition {
  const [channel, chat, community] = formColumns(schema)
  const sql = {
    user: `${channel} = 0 AND ${chat} = 0 AND ${community} = 0`,
    chat: `${chat} <> 0 AND ${community} = 0`,
    channel: `((${channel} <> 0 AND ${chat} = 0) OR ${community} <> 0)`,
  }[kind]
  return { sql, parameters: [] }
}

/** Stored ids are bare: a marked one that was looked for names the kind as well. */
function idCondition(schema: TablesSchema, ids: readonly bigint[]): SqlCondition | null {
  if (ids.length === 0) return null
  const conditions = ids.map((marked) => {
    const { kind, id } = fromMarkedId(marked)
    return { sql: `(id = ? AND ${kindCondition(schema, kind).sql})`, id }
  })
  return { sql: `(${conditions.map(({ sql }) => sql).join(' OR ')})`, parameters: conditions.map(({ id }) => id) }
}
