import type * as Mongo from 'mongodb'
import { ask, collectionOf, type Link } from './link.ts'
import {
  digestOf,
  exact,
  idKey,
  rawDocument,
  type RawDocument,
  sameDocument,
  type Touched,
  type TouchedCollection,
} from './touched.ts'

/** What a write did, by collection, in the order in which it came to them. */
export type Journal = ReadonlyMap<string, TouchedCollection>

/** Documents that are asked for or changed at once. */
export const CHUNK_SIZE = 500

/**
 * Puts back what was there before a write that failed. What others changed since stays as they left it. Can be repeated.
 * @throws AppError source.unreachable
 */
export async function undo(link: Link, journal: Journal): Promise<void> {
  for (const [namespace, touched] of [...journal].toReversed()) {
    const concerned = [...touched.values()].filter(({ told }) => told)
    for (let at = 0; at < concerned.length; at += CHUNK_SIZE) {
      await undoChunk(link, namespace, concerned.slice(at, at + CHUNK_SIZE))
    }
  }
}

async function undoChunk(link: Link, namespace: string, concerned: readonly Touched[]): Promise<void> {
  const { driver } = link
  const now = await rawByIds(
    link,
    namespace,
    concerned.map(({ id }) => id),
  )
  const operations = concerned.flatMap((one): Mongo.AnyBulkWriteOperation<Mongo.Document>[] => {
    const found = now.get(idKey(driver, one.id))
    if (found === undefined) {
      return one.before === null ? [] : [{ insertOne: { document: exact(driver, one.before) } }]
    }
    if (one.ours === null || digestOf(found.bytes) !== one.ours) return []
    const filter = sameDocument(driver, found.bytes)
    if (one.before === null) return [{ deleteOne: { filter } }]
    return [{ replaceOne: { filter, replacement: exact(driver, one.before) } }]
  })
  if (operations.length === 0) return
  const collection = collectionOf(link, namespace)
  await ask(link, () => collection.bulkWrite(operations, { ordered: false }))
}

/** Documents with these ids, as they lie there. */
export async function rawByIds(
  link: Link,
  namespace: string,
  ids: readonly unknown[],
): Promise<ReadonlyMap<string, RawDocument>> {
  const collection = collectionOf(link, namespace)
  const filter = { _id: { $in: ids } } as Mongo.Filter<Mongo.Document>
  const found = await ask(link, () => collection.find(filter, { raw: true, batchSize: ids.length }).toArray())
  return new Map(
    (found as unknown as readonly Uint8Array[]).map((bytes) => {
      const raw = rawDocument(link.driver, bytes)
      return [idKey(link.driver, raw.id), raw]
    }),
  )
}
