import type * as Mongo from 'mongodb'
import { isAppError } from '../../domain/errors.ts'
import type { DocumentsReader, DocumentsWriter } from '../../formats/media.ts'
import { CONNECTION_LOST, unreachable } from '../network-errors.ts'
import type { StoreBackend, StoreConnection, StoreLocation } from '../store.ts'
import { mongoError } from './errors.ts'
import { ask, type Link } from './link.ts'
import { addressOf, clientOptions, DEFAULT_PORT } from './options.ts'
import { documentsReader } from './reader.ts'
import { undo } from './undo.ts'
import type { Driver } from './values.ts'
import { watchDocuments } from './watch.ts'
import { type Unfinished, writeChecked } from './write-checked.ts'
import { hasTransactions, writeInTransaction } from './write-transaction.ts'

/** MongoDB and what speaks its protocol: one server, a replica set or a router of a cluster. */
export const mongodbBackend: StoreBackend = {
  kind: 'mongodb',
  label: 'MongoDB',
  defaultPort: DEFAULT_PORT,
  async connect(location, secrets, options) {
    options.signal.throwIfAborted()
    const driver: Driver = await import('mongodb')
    let client: Mongo.MongoClient | null = null
    try {
      client = new driver.MongoClient(addressOf(location), clientOptions(location, secrets, options))
      const link: Link = {
        driver,
        client,
        database: location.database,
        prefix: location.prefix,
        signal: options.signal,
      }
      const opened = client
      await ask(link, () => opened.connect())
      const hello = await ask(link, () => opened.db('admin').command({ hello: 1 }))
      const version = await ask(link, () => opened.db('admin').command({ buildInfo: 1 }))
      return connection(link, location, `MongoDB ${String(version['version'])}`, hello)
    } catch (error) {
      await client?.close().catch(() => {})
      if (options.signal.aborted) throw options.signal.reason
      throw withHint(mongoError(error), location)
    }
  },
}

/** A server that ends the connection before a word was said expects another way of speaking. */
function withHint(error: Error, { tls }: StoreLocation): Error {
  if (!isAppError(error, 'source.unreachable')) return error
  const ended = [CONNECTION_LOST, 'the server ended the connection'].includes(error.details.reason ?? '')
  if (!ended) return error
  const hint = tls.mode === 'off' ? 'it may want TLS' : 'it may not speak TLS here'
  return unreachable(`the server ended the connection at once: ${hint}`, error)
}

/** Writes that wait for their server to be put back, by where they were made. */
const unfinished = new Map<string, Unfinished[]>()

function connection(link: Link, location: StoreLocation, server: string, hello: Mongo.Document): StoreConnection {
  const place = JSON.stringify([location.hosts, location.database, location.prefix])
  let transactions: boolean | null = null
  // One write at a time: each checks what it read before it changes it.
  let turn: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = turn.then(work, work)
    turn = mine.catch(() => {})
    return mine
  }
  const stop = (): void => void link.client.close().catch(() => {})
  link.signal.addEventListener('abort', stop, { once: true })

  const putBack = async (): Promise<void> => {
    for (;;) {
      const [next, ...others] = unfinished.get(place) ?? []
      if (next === undefined) return
      await undo(link, next.journal)
      if (others.length > 0) unfinished.set(place, others)
      else unfinished.delete(place)
    }
  }
  /** What a write left half done is put back before anybody looks. */
  const settled = async <T>(work: () => Promise<T>): Promise<T> => {
    if (unfinished.has(place)) await inTurn(putBack)
    return work()
  }
  const reader = documentsReader(link)
  const settledReader: DocumentsReader = {
    prefix: reader.prefix,
    collections: (database) => settled(() => reader.collections(database)),
    find: (request) => settled(() => reader.find(request)),
    count: (collection, filter) => settled(() => reader.count(collection, filter)),
  }

  return {
    medium: 'documents',
    server,
    reader: settledReader,
    write: <T>(work: (writer: DocumentsWriter) => Promise<T>) =>
      inTurn(async () => {
        await putBack()
        transactions ??= await hasTransactions(link, hello)
        if (transactions) return writeInTransaction(link, work)
        return writeChecked(link, work, (one) => {
          unfinished.set(place, [...(unfinished.get(place) ?? []), one])
        })
      }),
    watch: (prefix, onChange, onLost) => watchDocuments(link, prefix, onChange, onLost),
    async close() {
      link.signal.removeEventListener('abort', stop)
      await link.client.close()
    },
  }
}
