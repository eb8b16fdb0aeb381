import { randomBytes } from 'node:crypto'
import type { Redis } from 'ioredis'
import { factsOf } from '../src/main/formats/session-facts.ts'
import { telethonRedis } from '../src/main/formats/telethon/redis.ts'
import { connectRedis, redisLocation } from '../test/support/servers/redis-connection.ts'
import { redisMissing, startRedis } from '../test/support/servers/redis.ts'
import { asRatio, inMs, report } from './row.ts'

const SESSIONS = 5000
const ENTITIES = 3
const FOREIGN = 100_000
const ROUNDS = 15

/** Sessions of Telethon in Redis: listed and summarised, against the same commands given by hand with the same driver. */
export async function measureRedis(): Promise<void> {
  if (redisMissing() !== null) return
  for (const foreign of [0, FOREIGN]) {
    const server = await startRedis()
    const client = server.client()
    await fill(client, foreign)
    const own: number[] = []
    const raw: number[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const connection = await connectRedis(redisLocation([server]))
      const listStart = performance.now()
      const listed = await list(connection.reader)
      own.push(performance.now() - listStart)
      await connection.close()
      const rawStart = performance.now()
      const read = await readRaw(client)
      raw.push(performance.now() - rawStart)
      if (listed !== SESSIONS || read !== SESSIONS) throw new Error(`${listed} listed, ${read} read`)
    }
    // The quickest of each: what slows a round down is something else on the machine.
    const [ownMs, rawMs] = [Math.min(...own), Math.min(...raw)]
    const ratio = ownMs / rawMs
    report({
      name: `Redis: list and summarise 5,000 sessions${foreign === 0 ? '' : ' beside 100,000 foreign keys'}`,
      value: inMs(ownMs),
      baselineName: 'the same reads with ioredis',
      baseline: inMs(rawMs),
      ratio: asRatio(ratio),
      target: '≤ 1.3×',
      met: ratio <= 1.3,
    })
    await server.stop()
  }
}

async function list(reader: Parameters<typeof telethonRedis.survey>[0]): Promise<number> {
  const { signal } = new AbortController()
  let count = 0
  for (const { prefix } of await telethonRedis.survey(reader, signal)) {
    for await (const page of telethonRedis.pages(reader, prefix, signal)) {
      for (const { decoded } of page) count += factsOf(decoded.session, decoded.info).dataCenters[0]?.keyId ? 1 : 0
    }
  }
  return count
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

async function fill(client: Redis, foreign: number): Promise<void> {
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
  for (let index = 0; index < foreign; index += 1) cells.push(`app:cache:${index}`, 'x')
  for (let start = 0; start < cells.length; start += 20_000) await client.mset(cells.slice(start, start + 20_000))
}
