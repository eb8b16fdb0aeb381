import type * as Mongo from 'mongodb'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { Document, DocumentsFilter, DocumentsRequest, DocumentsWriter } from '../../formats/media.ts'
import { filterOf } from './filter.ts'
import { ask, collectionOf, type Link } from './link.ts'
import { cursorFor, documentsReader } from './reader.ts'
import { digestOf, exact, idKey, rawDocument, sameDocument, type Touched, type TouchedCollection } from './touched.ts'
import { CHUNK_SIZE, type Journal, rawByIds, undo } from './undo.ts'
import { fromBson, READ_OPTIONS, toBson } from './values.ts'

/** Up to so many are taken away one by one: then it is known of each whether it was still there. */
const FEW = 20

/** A write that could not be put back, as the server was gone. */
export interface Unfinished {
  readonly journal: Journal
}

/**
 * A write on a server without transactions. New documents are put beside the old ones or in their place, each is read again
 * and compared, and what has to go goes last: at no moment is something missing. Each change applies to a document as it was
 * read only. When anything fails, what was there is put back.
 * @param onUnfinished told when that was not possible either
 * @throws AppError source.changed, source.read-only, source.unreachable
 */
export async function writeChecked<T>(
  link: Link,
  work: (writer: DocumentsWriter) => Promise<T>,
  onUnfinished: (unfinished: Unfinished) => void,
): Promise<T> {
  const journal = new Map<string, TouchedCollection>()
  const write = checkedWriter(link, journal)
  try {
    const result = await work(write.writer)
    await write.finish()
    return result
  } catch (error) {
    try {
      await undo(link, journal)
    } catch (failed) {
      onUnfinished({ journal })
      const why = isAppError(failed, 'source.unreachable') ? (failed.details.reason ?? '') : 'a part was refused'
      const reason = `${why}; what was written before is undone when the server answers again`
      throw new AppError('source.unreachable', { reason }, { cause: error })
    }
    throw error
  }
}

interface Read {
  readonly digest: string
  again(): Promise<string>
}

function checkedWriter(
  link: Link,
  journal: Map<string, TouchedCollection>,
): { readonly writer: DocumentsWriter; finish(): Promise<void> } {
  const { driver } = link
  const plain = documentsReader(link)
  let reads: Read[] | null = []

  const touchedIn = (namespace: string): TouchedCollection => {
    const known = journal.get(namespace)
    if (known) return known
    const made: TouchedCollection = new Map()
    journal.set(namespace, made)
    return made
  }

  const rawFind = async (request: DocumentsRequest): Promise<readonly Uint8Array[]> =>
    (await ask(link, () => cursorFor(link, request, { raw: true }).toArray())) as unknown as readonly Uint8Array[]

  /** Before the first change: whether all that was read is still as it was. */
  const checkReads = async (): Promise<void> => {
    const done = reads
    reads = null
    for (const read of done ?? []) if ((await read.again()) !== read.digest) throw new AppError('source.changed', {})
  }

  const remember = async <R>(ask: () => Promise<R>, digest: (result: R) => string): Promise<R> => {
    const result = await ask()
    reads?.push({ digest: digest(result), again: async () => digest(await ask()) })
    return result
  }

  const replaceOrInsert = async (namespace: string, documents: readonly Mongo.Document[]): Promise<void> => {
    const touched = touchedIn(namespace)
    const prepared = documents.map((document) => {
      const bytes = driver.BSON.serialize(document)
      const key = idKey(driver, document['_id'])
      const before = touched.get(key) ?? null
      const entry: Touched = {
        id: document['_id'],
        before: before?.before ?? null,
        ours: digestOf(bytes),
        gone: false,
        told: true,
      }
      // Of two in one write with one `_id`, the first would have to be read again to be replaced: formats have none.
      if (before !== null && !before.gone) throw new AppError('internal', { reason: 'two documents have one id' })
      return { key, document, before, entry }
    })
    for (const { key, entry } of prepared) touched.set(key, entry)
    const operations = prepared.map(({ document, before }): Mongo.AnyBulkWriteOperation<Mongo.Document> => {
      if (before?.before == null) return { insertOne: { document } }
      return { replaceOne: { filter: sameDocument(driver, before.before), replacement: document } }
    })
    const collection = collectionOf(link, namespace)
    const result = await ask(link, () => collection.bulkWrite(operations, { ordered: true }))
    if (result.insertedCount + result.matchedCount !== prepared.length) throw new AppError('source.changed', {})
    const there = await rawByIds(
      link,
      namespace,
      prepared.map(({ entry }) => entry.id),
    )
    for (const { key, entry } of prepared) {
      const found = there.get(key)
      if (found === undefined || digestOf(found.bytes) !== entry.ours) throw new AppError('source.changed', {})
    }
  }

  const writer: DocumentsWriter = {
    prefix: link.prefix,
    collections: (database) =>
      remember(
        () => plain.collections(database),
        (names) => names.join('\n'),
      ),
    find: async (request) => {
      const found = await remember(() => rawFind(request), digestOfAll)
      return found.map((bytes) => fromBson(driver.BSON.deserialize(bytes, READ_OPTIONS)))
    },
    count: (collection: string, filter?: DocumentsFilter) => remember(() => plain.count(collection, filter), String),

    async insert(namespace, documents) {
      if (documents.length === 0) return
      // A place outside the source is refused before anything is noted down.
      collectionOf(link, namespace)
      await checkReads()
      for (let at = 0; at < documents.length; at += CHUNK_SIZE) {
        const chunk = documents.slice(at, at + CHUNK_SIZE).map((document) => withId(link, document))
        await replaceOrInsert(namespace, chunk)
      }
    },

    async remove(namespace, match) {
      await checkReads()
      const cursor = collectionOf(link, namespace).find(filterOf(driver, { match }), { raw: true })
      const touched = touchedIn(namespace)
      try {
        for (;;) {
          const next = await ask(link, () => cursor.next())
          if (next === null) break
          const raw = rawDocument(driver, next as unknown as Uint8Array)
          const key = idKey(driver, raw.id)
          const known = touched.get(key)
          if (known) throw new AppError('internal', { reason: 'a document is removed twice' })
          touched.set(key, { id: raw.id, before: raw.bytes, ours: null, gone: true, told: false })
        }
      } finally {
        await cursor.close().catch(() => {})
      }
    },
  }

  const finish = async (): Promise<void> => {
    for (const [namespace, touched] of journal) {
      const leaving = [...touched].filter(([, { gone }]) => gone)
      const step = leaving.length <= FEW ? 1 : CHUNK_SIZE
      for (let at = 0; at < leaving.length; at += step) {
        await takeAway(link, namespace, touched, leaving.slice(at, at + step))
      }
    }
  }
  return { writer, finish }
}

async function takeAway(
  link: Link,
  namespace: string,
  touched: TouchedCollection,
  leaving: readonly (readonly [key: string, document: Touched])[],
): Promise<void> {
  for (const [key, one] of leaving) touched.set(key, { ...one, told: true })
  const operations = leaving.map(([, { before }]): Mongo.AnyBulkWriteOperation<Mongo.Document> => {
    return { deleteOne: { filter: sameDocument(link.driver, before ?? new Uint8Array()) } }
  })
  const collection = collectionOf(link, namespace)
  const { deletedCount } = await ask(link, () => collection.bulkWrite(operations, { ordered: true }))
  if (deletedCount === leaving.length) return
  // It was not there any more as we knew it: it is another's to bring back or not.
  const [only] = leaving
  if (leaving.length === 1 && only) touched.set(only[0], { ...only[1], told: false })
  throw new AppError('source.changed', {})
}

function digestOfAll(documents: readonly Uint8Array[]): string {
  return documents.map(digestOf).join(' ')
}

function withId({ driver }: Link, document: Document): Mongo.Document {
  const { _id, ...rest } = toBson(driver, document)
  // As the server keeps it: first.
  const whole: Mongo.Document = { _id: _id ?? new driver.ObjectId(), ...rest }
  return exact(driver, driver.BSON.serialize(whole))
}
