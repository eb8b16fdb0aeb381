import type * as Mongo from 'mongodb'
import { AppError } from '../../domain/errors.ts'
import { orAborted } from '../or-aborted.ts'
import { mongoError } from './errors.ts'
import type { Driver } from './values.ts'

/** An open connection and what it may look at. */
export interface Link {
  readonly driver: Driver
  readonly client: Mongo.MongoClient
  /** The one database; '' for all. */
  readonly database: string
  /** Of the names of databases. */
  readonly prefix: string
  readonly signal: AbortSignal
}

/** Databases in which a server keeps its own things. */
const OWN_DATABASES: ReadonlySet<string> = new Set(['admin', 'config', 'local'])

/** Does something with the server. @throws AppError for whatever fails; the signal's reason when it ends the connection */
export async function ask<T>({ signal }: Link, work: () => Promise<T>): Promise<T> {
  try {
    return await orAborted(signal, work())
  } catch (error) {
    if (signal.aborted) throw signal.reason
    throw mongoError(error)
  }
}

/** @throws AppError request.unsupported for a database that does not belong to the source */
export function collectionOf(link: Link, namespace: string): Mongo.Collection<Mongo.Document> {
  const dot = namespace.indexOf('.')
  const name = namespace.slice(0, dot)
  if (dot < 1 || dot === namespace.length - 1) throw new AppError('internal', { reason: 'no name of a collection' })
  if (!belongs(link, name)) {
    const reason =
      link.database === ''
        ? 'the database lies outside the source'
        : 'the source is one database, and a database holds one session: add the server without a database to keep several'
    throw new AppError('request.unsupported', { reason })
  }
  return link.client.db(name).collection(namespace.slice(dot + 1))
}

/** Whether a database is one of the source's. */
function belongs(link: Pick<Link, 'database' | 'prefix'>, name: string): boolean {
  if (OWN_DATABASES.has(name)) return false
  return link.database === '' ? name.startsWith(link.prefix) : name === link.database
}

/** The databases of the source that are there and that the user may know of. */
export async function databasesOf(link: Link): Promise<readonly string[]> {
  if (link.database !== '') return [link.database]
  const command = { listDatabases: 1, nameOnly: true, authorizedDatabases: true }
  const answer = await ask(link, () => link.client.db('admin').command(command))
  const names = (answer['databases'] as readonly { readonly name: string }[]).map(({ name }) => name)
  return names.filter((name) => belongs(link, name)).toSorted()
}

/** `database.collection` in order; none of a database that does not belong to the source. */
export async function collectionsIn(link: Link, database: string): Promise<readonly string[]> {
  if (!belongs(link, database)) return []
  const options = { nameOnly: true, authorizedCollections: true }
  const found = await ask(link, () => link.client.db(database).listCollections({}, options).toArray())
  return found.map(({ name }) => `${database}.${name}`).toSorted()
}
