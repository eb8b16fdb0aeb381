import type * as Mongo from 'mongodb'
import { forEach } from '../../formats/for-each.ts'
import type { DocumentsReader, DocumentsRequest } from '../../formats/media.ts'
import { filterOf } from './filter.ts'
import { ask, collectionOf, collectionsIn, databasesOf, type Link } from './link.ts'
import { fromBson } from './values.ts'

/** @param session of a transaction, in which counts are exact and names of collections are asked for outside */
export function documentsReader(link: Link, session?: Mongo.ClientSession): DocumentsReader {
  return {
    prefix: link.prefix,
    collections: (database) => (database === undefined ? everyCollection(link) : collectionsIn(link, database)),
    find: async (request) => {
      const found = await ask(link, () => cursorFor(link, request, { ...(session && { session }) }).toArray())
      return found.map(fromBson)
    },
    count: (collection, filter) =>
      ask(link, async () => {
        const counted = collectionOf(link, collection)
        if (filter === undefined && !session) return counted.estimatedDocumentCount()
        return counted.countDocuments(filterOf(link.driver, filter ?? {}), { ...(session && { session }) })
      }),
  }
}

export function cursorFor(
  link: Link,
  request: DocumentsRequest,
  options: Mongo.FindOptions,
): Mongo.FindCursor<Mongo.Document> {
  const { fields, sort, skip, limit, match } = request
  const direction = sort?.direction === 'desc' ? -1 : 1
  const order: [string, 1 | -1][] =
    sort && sort.field !== '_id'
      ? [
          [sort.field, direction],
          ['_id', 1],
        ]
      : [['_id', direction]]
  return collectionOf(link, request.collection).find(filterOf(link.driver, request), {
    ...options,
    // One document needs no order, and some servers sort whatever there is.
    ...(match !== undefined && '_id' in match ? {} : { sort: order }),
    limit,
    // One answer holds them all.
    batchSize: limit,
    ...(skip !== undefined && skip > 0 && { skip }),
    ...(fields && { projection: Object.fromEntries(fields.map((name) => [name, 1])) }),
  })
}

async function everyCollection(link: Link): Promise<readonly string[]> {
  const found = await forEach(await databasesOf(link), null, (database) => collectionsIn(link, database))
  return found.flat()
}
