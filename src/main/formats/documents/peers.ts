import type { PeerQuery, PeerSort } from '../format.ts'
import type { Document, DocumentsFilter, DocumentsReader, DocumentsRequest } from '../media.ts'
import { type Needle, needleOf } from '../peer-search.ts'

interface PeerFields {
  readonly names: readonly string[]
  readonly username: string
  readonly phone: string
  /** The field for each order. */
  readonly sort: Readonly<Record<PeerSort, string>>
}

export interface DocumentPage {
  readonly documents: readonly Document[]
  readonly total: number | null
  readonly more: boolean
}

export interface PeerDocuments {
  readonly collection: string
  readonly fields: PeerFields
  /** What every peer of the page fits, where the kind asked for is more than a range of ids. */
  readonly match?: Document
  /** The `_id` of a document that is no peer. */
  readonly except?: bigint
  /** What belongs to a search besides: ids of peers that have a matching username elsewhere. */
  readonly more?: (needle: Needle) => Promise<readonly bigint[]>
}

/** A page of peers whose `_id` is the marked id. */
export async function pageOfPeerDocuments(
  documents: DocumentsReader,
  { collection, fields, match, except, more }: PeerDocuments,
  query: PeerQuery,
): Promise<DocumentPage> {
  const needle = needleOf(query.search)
  const range = kindRange(query.kind)
  const search = needle && searchOf(needle, fields, (await more?.(needle)) ?? [])
  const filter: DocumentsFilter = {
    ...(match && { match }),
    ...(except !== undefined && { except }),
    ...(range && { range }),
    ...(search && { search }),
  }
  const request = { collection, ...filter, limit: query.limit + 1, skip: query.offset }
  const found = await inOrder(documents, request, query, fields)
  const page = found.slice(0, query.limit)
  const hasMore = found.length > query.limit
  if (needle === null && query.kind === null) {
    return { documents: page, total: await countAll(documents, collection, except), more: hasMore }
  }
  const reachedEnd = !hasMore && (page.length > 0 || query.offset === 0)
  return { documents: page, total: reachedEnd ? query.offset + page.length : null, more: hasMore }
}

async function countAll(documents: DocumentsReader, collection: string, except: bigint | undefined): Promise<number> {
  const all = await documents.count(collection)
  if (except === undefined || all === 0) return all
  const other = await documents.find({ collection, match: { _id: except }, limit: 1, fields: ['_id'] })
  return all - other.length
}

function searchOf(needle: Needle, fields: PeerFields, more: readonly bigint[]): NonNullable<DocumentsFilter['search']> {
  const contains: { field: string; text: string }[] = []
  if (needle.text !== null) {
    for (const field of fields.names) contains.push({ field, text: needle.text })
  }
  const username = needle.username ?? needle.text
  if (username !== null) contains.push({ field: fields.username, text: username })
  if (needle.phone !== null && needle.phone !== '') contains.push({ field: fields.phone, text: needle.phone })
  return { contains, ids: [...needle.ids, ...more] }
}

const CHANNEL_MARK = 1_000_000_000_000n

/** Marked ids of a kind. Nothing tells bots from users by their ids. */
function kindRange(kind: PeerQuery['kind']): DocumentsFilter['range'] | null {
  switch (kind) {
    case 'user':
    case 'bot':
      return { field: '_id', from: 1n, to: null }
    case 'chat':
      return { field: '_id', from: -CHANNEL_MARK, to: -1n }
    case 'channel':
      return { field: '_id', from: null, to: -CHANNEL_MARK - 1n }
    case null:
      return null
  }
}

/** Peers without name or date come last in either direction; the server puts them first when it counts upwards. */
async function inOrder(
  documents: DocumentsReader,
  request: DocumentsRequest,
  query: PeerQuery,
  fields: PeerFields,
): Promise<readonly Document[]> {
  const field = fields.sort[query.sort]
  const { direction } = query
  if (field === '_id' || direction === 'desc') return documents.find({ ...request, sort: { field, direction } })
  const { collection, skip = 0, limit, ...filter } = request
  const without: DocumentsFilter = { ...filter, match: { ...filter.match, [field]: null } }
  const [all, nameless] = [await documents.count(collection, filter), await documents.count(collection, without)]
  const named = all - nameless
  const first =
    skip >= named
      ? []
      : await documents.find({
          ...request,
          skip: nameless + skip,
          limit: Math.min(limit, named - skip),
          sort: { field, direction },
        })
  const left = limit - first.length
  if (left <= 0 || nameless === 0) return first
  const rest = await documents.find({ collection, ...without, skip: Math.max(0, skip - named), limit: left })
  return [...first, ...rest]
}
