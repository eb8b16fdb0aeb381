import type { Document as BsonDocument, MongoClient } from 'mongodb'
import { BSON } from 'mongodb'
import type { ConnectOptions, StoreLocation } from '../../../src/main/backends/store.ts'
import { fixtureJson } from '../../support/formats/fixtures.ts'
import { type ConnectionOf, connectStore, storeLocation } from '../../support/servers/connect-store.ts'

export type MongoConnection = ConnectionOf<'documents'>

export function mongoLocation(port: number, more: Partial<Omit<StoreLocation, 'kind'>> = {}): StoreLocation {
  return storeLocation('mongodb', [port], more)
}

export function connectMongo(
  location: StoreLocation,
  { password = null, ...limits }: Partial<ConnectOptions> & { readonly password?: string | null } = {},
): Promise<MongoConnection> {
  return connectStore('documents', location, password, limits)
}

interface MongoDump {
  readonly input: {
    readonly dc: readonly [number, string, number]
    readonly key: string
    readonly takeout: string
    readonly users: readonly MongoPeer[]
    readonly channels: readonly MongoPeer[]
    readonly states: readonly {
      readonly id: number
      readonly pts: number
      readonly qts: number
      readonly date: number
      readonly seq: number
    }[]
    readonly files: readonly {
      readonly md5: string
      readonly size: number
      readonly type: number
      readonly id: number
      readonly hash: number
    }[]
  }
  readonly collections: Readonly<Record<string, { readonly documents: readonly object[] }>>
}

interface MongoPeer {
  readonly id: number
  readonly hash: string
  readonly name: string
  readonly username: string | null
  readonly phone?: string | null
}

/** What the library itself wrote, as Extended JSON with its types. */
export const mongoDumps = fixtureJson<{ stores: { readonly mongo: MongoDump; readonly mongo_0_2_1: MongoDump } }>(
  'telethon/manifest.json',
).stores

/** The documents of a dump, put into a database with the very types they had. */
export async function restoreDump(client: MongoClient, database: string, dump: MongoDump): Promise<void> {
  for (const [name, { documents }] of Object.entries(dump.collections)) {
    const rows = documents.map((one) => BSON.EJSON.deserialize(one, { relaxed: false }) as BsonDocument)
    if (rows.length > 0) await client.db(database).collection(name).insertMany(rows)
  }
}

/** Everything in a database, as Extended JSON: equal texts are equal documents with equal types, in the same order. */
export async function dumpOf(client: MongoClient, database: string): Promise<Record<string, readonly string[]>> {
  const collections = await client.db(database).listCollections().toArray()
  const dump: Record<string, readonly string[]> = {}
  for (const { name } of collections) {
    const documents = await client
      .db(database)
      .collection(name)
      .find({}, { promoteValues: false, useBigInt64: false })
      .sort({ _id: 1 })
      .toArray()
    if (documents.length > 0) dump[name] = documents.map((one) => BSON.EJSON.stringify(one, { relaxed: false }))
  }
  return dump
}
