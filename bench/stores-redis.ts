import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { telethonRedis } from '../src/main/formats/telethon/redis.ts'
import { connectRedis, redisLocation } from '../test/support/servers/redis-connection.ts'
import { startRedis } from '../test/support/servers/redis.ts'
import { expectSessions, listAll, quickest, reportRatio, SESSIONS, sessionsText } from './stores-compare.ts'

const ENTITIES = 3
const FOREIGN = 100_000
const ROUNDS = 40

/** Sessions of Telethon in Redis: listed and summarised, against the same commands given by hand with the same driver. */
export async function measureRedis(): Promise<void> {
  for (const foreign of [0, FOREIGN]) {
    const server = await startRedis()
    try {
      const client = server.client()
      await fillRedis(client)
      await fillForeign(client, foreign)
      const connection = await connectRedis(redisLocation([server]))
      const measured = await quickest(
        ROUNDS,
        () => expectSessions(listAll(telethonRedis, connection.reader)),
        () => expectSessions(readRaw(client)),
      )
      await connection.close()
      const beside = foreign === 0 ? '' : ` beside ${foreign.toLocaleString('en-US')} foreign keys`
      reportRatio(`Redis: list and summarise ${sessionsText()}${beside}`, 'the same reads with ioredis', 1.3, measured)
    } finally {
      await server.stop()
    }
  }
}

/** Scan for the keys, read those of sessions in pipelines, and understand what they hold: what any script would do. */
async function readRaw(client: Redis): Promise<number> {
  const keys: string[] = []
  let entities = 0
  let cursor = '0'
  do {
    const [next, found] = await client.scan(cursor, 'MATCH', 'telethon:client:*', 'COUNT', 1000)
    cursor = next
    for (const key of found) {
      if (key.includes(':sessions:')) keys.push(key)
      else entities += 1
    }
  } while (cursor !== '0')
  let read = 0
  for (let start = 0; start < keys.length; start += 200) {
    const batch = client.pipeline()
    for (const key of keys.slice(start, start + 200)) batch.get(key)
    for (const [, text] of (await batch.exec()) ?? []) {
      const value = JSON.parse(String(text)) as { auth_key: string }
      if (Buffer.from(value.auth_key, 'base64').byteLength === 256) read += 1
    }
  }
  return entities === SESSIONS * ENTITIES ? read : 0
}

/** As teleredis writes them: a data centre and some entities each. */
export async function fillRedis(client: Redis): Promise<void> {
  const cells: string[] = []
  for (let index = 0; index < SESSIONS; index += 1) {
    const base = `telethon:client:bot-${index}`
    const auth_key = randomBytes(256).toString('base64')
    cells.push(
      `${base}:sessions:4`,
      JSON.stringify({ dc_id: 4, server_address: '149.154.167.91', port: 443, auth_key }),
    )
    for (let id = 1; id <= ENTITIES; id += 1) {
      cells.push(`${base}:entities:${id}`, JSON.stringify({ id, hash: 5, username: null, phone: null, name: 'Ana' }))
    }
  }
  await setAll(client, cells)
}

async function fillForeign(client: Redis, count: number): Promise<void> {
  await setAll(client, Array.from({ length: count }, (_, index) => [`app:cache:${index}`, 'x']).flat())
}

async function setAll(client: Redis, cells: readonly string[]): Promise<void> {
  for (let start = 0; start < cells.length; start += 20_000) await client.mset(cells.slice(start, start + 20_000))
}
