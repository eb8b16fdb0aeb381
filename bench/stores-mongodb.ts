import { randomBytes } from 'node:crypto'
import type { MongoClient } from 'mongodb'
import { telethonMongo } from '../src/main/formats/telethon/mongo.ts'
import { connectMongo, mongoLocation } from '../test/integration/support/mongo.ts'
import { startFerretDb } from '../test/support/servers/ferretdb.ts'
import { expectSessions, listAll, quickest, reportRatio, SESSIONS, sessionsText } from './stores-compare.ts'

const ENTITIES = 3
/** A round takes long: each session is a database of its own, with several answers. */
const ROUNDS = 3
/** As the app: so many databases at a time. */
const AT_ONCE = 8

/** Sessions of Telethon in FerretDB, which speaks MongoDB's protocol, against the same commands with the same driver. */
export async function measureMongodb(): Promise<void> {
  const server = await startFerretDb()
  const client = server.client()
  try {
    await fillMongodb(client)
    const connection = await connectMongo(mongoLocation(server.port), { commandTimeoutMs: 300_000 })
    const measured = await quickest(
      ROUNDS,
      () => expectSessions(listAll(telethonMongo, connection.reader)),
      () => expectSessions(readRaw(client)),
    )
    await connection.close()
    reportRatio(
      `MongoDB (FerretDB): list and summarise ${sessionsText()}`,
      'the same reads with mongodb',
      1.3,
      measured,
    )
  } finally {
    await client.close()
    await server.stop()
  }
}

/** Every database with its collections, the session, the account, the state, and how many entities: what a script would ask. */
async function readRaw(client: MongoClient): Promise<number> {
  const { databases } = await client.db('admin').command({ listDatabases: 1, nameOnly: true })
  const names = (databases as readonly { name: string }[]).map(({ name }) => name).filter((name) => name !== 'admin')
  let read = 0
  await atOnce(names, async (name) => {
    const database = client.db(name)
    const collections = await database.listCollections({}, { nameOnly: true }).toArray()
    if (!collections.some((one) => one.name === 'telethon_sessions')) return
    const entities = database.collection<{ _id: number; hash?: number }>('telethon_entities')
    const session = await database.collection('telethon_sessions').findOne({})
    const marker = await entities.findOne({ _id: 0 })
    if (marker?.hash !== undefined) await entities.findOne({ _id: marker.hash })
    const count = await entities.estimatedDocumentCount()
    const states = database.collection<{ _id: number }>('telethon_update_states')
    const state = await states.findOne({ _id: 0 })
    await states.estimatedDocumentCount()
    const key = session?.['auth_key'] as { buffer: Uint8Array } | undefined
    if (key?.buffer.byteLength === 256 && count === ENTITIES + 1 && state !== null) read += 1
  })
  return read
}

async function fillMongodb(client: MongoClient): Promise<void> {
  const names = Array.from({ length: SESSIONS }, (_, index) => `bot_${index}`)
  await atOnce(names, async (name) => {
    const database = client.db(name)
    const place = { dc_id: 4, server_address: '149.154.167.91', port: 443, auth_key: randomBytes(256) }
    await database.collection('telethon_sessions').insertOne(place)
    const entities = Array.from({ length: ENTITIES }, (_, index) => ({ _id: index + 1, hash: 5, name: 'Ana' }))
    await database
      .collection<{ _id: number }>('telethon_entities')
      .insertMany([{ _id: 0, hash: 1 } as { _id: number }, ...entities])
    const state = { _id: 0, pts: 1, qts: 2, date: 1_700_000_000, seq: 4 }
    await database.collection<{ _id: number }>('telethon_update_states').insertOne(state)
  })
}

async function atOnce(names: readonly string[], work: (name: string) => Promise<void>): Promise<void> {
  const rest = names.values()
  const worker = async (): Promise<void> => {
    for (const name of rest) await work(name)
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
}
