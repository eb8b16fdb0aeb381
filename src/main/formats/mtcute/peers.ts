import type { Peer } from '../../domain/peer.ts'
import { type Collection, collectionOf } from '../../domain/session.ts'
import { columnsOf, hasColumns } from '../cells.ts'
import type { PeerPage, PeerQuery } from '../format.ts'
import type { TablesReader, TablesSchema } from '../media.ts'
import { pagedCollection } from '../paged.ts'
import { channelRange, chatRange, pageOfPeers, userRange } from '../peer-pages.ts'
import { needleOf, type SqlCondition, whereNeedle } from '../peer-search.ts'
import { peerFromRow } from './peer-rows.ts'

/** Where peers lie, and what the columns are called. */
interface PeerTable {
  readonly table: string
  /** SQL list after the id: hash, usernames, updated, phone, complete, isMin. */
  readonly columns: string
  readonly usernames: string
  /** SQL of one username to sort by. */
  readonly username: string
  readonly complete: string
}

/** Null where the table lacks what a peer needs. */
export function peerTableOf(schema: TablesSchema, shape: 'new' | 'legacy'): PeerTable | null {
  if (shape === 'legacy') {
    if (!hasColumns(schema, 'entities', ['id', 'hash', 'username', 'phone', 'updated', 'full'])) return null
    const columns = 'hash, username, updated, phone, "full", 0'
    return { table: 'entities', columns, usernames: 'username', username: 'username', complete: '"full"' }
  }
  if (!hasColumns(schema, 'peers', ['id', 'hash', 'usernames', 'updated', 'phone', 'complete'])) return null
  const isMin = columnsOf(schema, 'peers').includes('isMin') ? 'isMin' : '0'
  const username = "CASE WHEN json_valid(usernames) THEN json_extract(usernames, '$[0]') END"
  const columns = `hash, usernames, updated, phone, complete, ${isMin}`
  return { table: 'peers', columns, usernames: 'usernames', username, complete: 'complete' }
}

export async function peersCollection(tables: TablesReader, place: PeerTable | null): Promise<Collection<Peer>> {
  const count = place === null ? 0 : await tables.count(place.table)
  if (place === null || count === 0) return collectionOf([])
  return pagedCollection(tables, count, { columns: place.columns, table: place.table, key: 'id' }, (rows) =>
    rows.flatMap((row) => peerFromRow(row) ?? []),
  )
}

export async function mtcutePeers(tables: TablesReader, place: PeerTable | null, query: PeerQuery): Promise<PeerPage> {
  if (place === null) return { peers: [], total: 0, more: false }
  const needle = needleOf(query.search)
  const where: SqlCondition[] = [...kindConditions(query, place)]
  if (needle !== null) {
    const found = whereNeedle(needle, {
      id: 'id',
      names: [place.usernames],
      usernames: [place.usernames],
      phone: 'phone',
    })
    where.push(needle.text === null ? found : either(found, nameCondition(place.complete, needle.text)))
  }
  const page = await pageOfPeers(tables, {
    columns: `id, ${place.columns}`,
    table: place.table,
    key: 'id',
    where,
    order: { id: 'id', name: nameOrder(place), updated: 'updated' },
    query,
    countAll: () => tables.count(place.table),
  })
  return { peers: page.rows.flatMap((row) => peerFromRow(row) ?? []), total: page.total, more: page.more }
}

function either(a: SqlCondition, b: SqlCondition): SqlCondition {
  return { sql: `(${a.sql} OR ${b.sql})`, parameters: [...a.parameters, ...b.parameters] }
}

/** Names lie behind 28 bytes of a user or channel and 16 of a basic group, and are no longer than this. */
const NAME_BYTES = 400

/**
 * Names stand within packed objects only, first and last name apart: the bytes of each word are looked for in SQL, in the
 * few ways that names are written. Reading every object to fold all cases would take minutes for a million peers.
 */
function nameCondition(complete: string, text: string): SqlCondition {
  const parameters: Uint8Array[] = []
  const words = text.split(/\s+/).filter((word) => word !== '')
  const sql = words.map((word) => {
    const spellings = spellingsOf(word)
    parameters.push(...spellings.map((one) => new TextEncoder().encode(one)))
    return `(${spellings.map(() => `instr(substr(${complete}, 1, ${NAME_BYTES}), ?) > 0`).join(' OR ')})`
  })
  return { sql: `(${sql.join(' AND ')})`, parameters }
}

function spellingsOf(word: string): readonly string[] {
  const lower = word.toLowerCase()
  const [first = '', ...rest] = lower
  return [...new Set([word, lower, first.toUpperCase() + rest.join(''), word.toUpperCase()])]
}

/** The first letters of the name within the object; the first username of a peer without one. */
function nameOrder({ complete, username }: PeerTable): string {
  const start = 'CASE WHEN id < 0 AND id > -1000000000000 THEN 18 ELSE 30 END'
  const name = `nullif(lower(CAST(substr(${complete}, ${start}, 24) AS TEXT)), '')`
  return `coalesce(${name}, ${username})`
}

/** Bit 14 of a user's flags, four bytes into the object. */
function isBot(complete: string): string {
  return `(length(${complete}) > 8 AND instr('4567CDEF', substr(hex(substr(${complete}, 6, 1)), 1, 1)) > 0)`
}

function kindConditions({ kind }: PeerQuery, { complete }: PeerTable): SqlCondition[] {
  switch (kind) {
    case null:
      return []
    case 'bot':
      return [userRange('id'), { sql: isBot(complete), parameters: [] }]
    case 'user':
      return [userRange('id'), { sql: `${isBot(complete)} IS NOT 1`, parameters: [] }]
    case 'chat':
      return [chatRange('id')]
    case 'channel':
      return [channelRange('id')]
  }
}
