import type { Peer, PeerKind, PeerType } from '../../domain/peer.ts'
import { type Collection, collectionOf } from '../../domain/session.ts'
import { columnsOf, hasColumns, integerOf } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { Row, TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { pageOfPeers } from '../peer-pages.ts'
import { needleOf, type SqlCondition } from '../peer-search.ts'
import { userIdFrom } from '../stored-place.ts'
import type { V2Variant } from './layout.ts'

/** ASCII codes of the column `ty`. Ids are bare: a user and a group of one number overwrite each other. */
const TYPES: ReadonlyMap<bigint, { readonly kind: PeerKind; readonly type: PeerType }> = new Map([
  [85n, { kind: 'user', type: 'user' }],
  [66n, { kind: 'user', type: 'bot' }],
  [71n, { kind: 'chat', type: 'group' }],
  [67n, { kind: 'channel', type: 'channel' }],
  [77n, { kind: 'channel', type: 'supergroup' }],
  [69n, { kind: 'channel', type: 'gigagroup' }],
])

const CODES = [...TYPES.keys()].join(', ')
const IS_PEER = `id > 0 AND ty IN (${CODES})`

function hashColumn(variant: V2Variant): string {
  return variant === '8-dev' ? 'hash' : 'access_hash'
}

function peerFrom([id, hash, ty]: Row): Peer | null {
  const place = TYPES.get(integerOf(ty) ?? 0n)
  const bare = integerOf(id)
  if (place === undefined || bare === null) return null
  return {
    ...place,
    id: bare,
    accessHash: integerOf(hash),
    usernames: [],
    phone: null,
    name: null,
    updatedAt: null,
  }
}

function entityColumns(schema: TablesSchema, variant: V2Variant): string | null {
  const hash = columnsOf(schema, 'entity').includes('hash') ? 'hash' : hashColumn(variant)
  return hasColumns(schema, 'entity', ['id', hash, 'ty']) ? hash : null
}

/** User id in row 0, which the migration took over from Telethon 1. */
export async function selfMarker(
  tables: TablesReader,
  schema: TablesSchema,
  variant: V2Variant,
): Promise<bigint | null> {
  const hash = entityColumns(schema, variant)
  if (hash === null) return null
  const [row] = await tables.scan({ table: 'entity', columns: [hash], whereKey: 0n, limit: 1 })
  return userIdFrom(integerOf(row?.[0]))
}

export async function developmentPeers(
  tables: TablesReader,
  schema: TablesSchema,
  variant: V2Variant,
): Promise<Collection<Peer>> {
  const hash = entityColumns(schema, variant)
  if (hash === null) return collectionOf([])
  const count = await tables.count('entity')
  if (count === 0) return collectionOf([])
  const marker = await tables.scan({ table: 'entity', columns: ['id'], whereKey: 0n, limit: 1 })
  return pagedCollection(
    tables,
    count - marker.length,
    { columns: `${hash}, ty`, table: 'entity', key: 'id', where: 'id <> 0' },
    (rows) => rows.flatMap((row) => peerFrom(row) ?? []),
  )
}

export async function developmentPeersPage(
  tables: TablesReader,
  schema: TablesSchema,
  variant: V2Variant,
  query: PeerQuery,
): Promise<PeerPage> {
  const hash = entityColumns(schema, variant)
  const needle = needleOf(query.search)
  // Names, usernames and phones are not stored: only ids can be found.
  if (hash === null || (needle !== null && needle.ids.length === 0)) return { peers: [], total: 0, more: false }
  const where: SqlCondition[] = [{ sql: IS_PEER, parameters: [] }]
  if (needle !== null) {
    const ids = needle.ids.map((id) => bareOf(id))
    where.push({ sql: `id IN (${ids.map(() => '?').join(', ')})`, parameters: ids })
  }
  if (query.kind !== null) where.push({ sql: `ty IN (${codesOf(query.kind).join(', ')})`, parameters: [] })
  const page = await pageOfPeers(tables, {
    columns: `id, ${hash}, ty`,
    table: 'entity',
    key: 'id',
    where,
    order: { id: 'id', name: 'id', updated: 'id' },
    query,
    countAll: async () => Number((await tables.query(`SELECT count(*) FROM entity WHERE ${IS_PEER}`))[0]?.[0] ?? 0n),
  })
  return { ...page, peers: page.rows.flatMap((row) => peerFrom(row) ?? []) }
}

function codesOf(kind: NonNullable<PeerQuery['kind']>): readonly bigint[] {
  if (kind === 'bot') return [66n]
  return [...TYPES].filter(([, place]) => place.kind === kind && place.type !== 'bot').map(([code]) => code)
}

const CHANNEL_MARK = 1_000_000_000_000n

function bareOf(id: bigint): bigint {
  if (id >= 0n) return id
  return -id > CHANNEL_MARK ? -id - CHANNEL_MARK : -id
}
