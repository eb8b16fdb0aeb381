import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { collect, homeOf } from '../../src/main/domain/session.ts'
import { telethonRedis } from '../../src/main/formats/telethon/redis.ts'
import { connectRedis, type RedisConnection, redisLocation } from '../support/servers/redis-connection.ts'
import { redisMissing, type RedisServer, startRedis } from '../support/servers/redis.ts'
import { type FoundRows, type HomeReport, homeReportOf, peerLookups } from './support/reports.ts'
import { pythonLibrary } from './support/python.ts'
import { attempt } from './support/run.ts'
import { drawSession } from './support/sessions.ts'

interface Report extends HomeReport {
  readonly found: readonly FoundRows[]
}

const REQUIREMENT = 'teleredis==0.1.3 redis==5.2.1 telethon==1.42.0'
const { value: python, reason } = await attempt(() => pythonLibrary(REQUIREMENT))

describe.skipIf(python === null || redisMissing() !== null)(
  `${REQUIREMENT}${python === null ? ` (skipped: ${reason})` : ''}`,
  () => {
    let server: RedisServer
    let store: RedisConnection
    beforeAll(async () => {
      server = await startRedis()
      store = await connectRedis(redisLocation([server]))
    })
    afterAll(async () => {
      await store?.close()
      await server?.stop()
    })
    const run = (...args: string[]): Promise<Report> =>
      python!<Report>('telethon_redis.py', args, { REDIS_URL: `redis://127.0.0.1:${server.port}/0` })

    describe.each(['json', 'json-stamped', 'pickle'])('%s', (variant) => {
      test('opens what we wrote and finds every peer in it', async () => {
        const session = drawSession((drawn) => homeOf(drawn)?.authKey != null)
        const key = telethonRedis.keyFor('our:hive', variant)
        const options = { variant, options: new Map<string, string>(), nowSeconds: 1_717_000_000 }
        await store.write((writer) => telethonRedis.write!(writer, key, session, options))
        const { list, rows } = peerLookups(await collect(session.peers))
        const report = await run('read', variant, 'our:hive', variant, list)
        const home = homeOf(session)!
        expect(report).toMatchObject({ keyId: keyIdOf(home.authKey!), dc: home.id })
        expect(report.found).toEqual(rows)
      })

      test('is read when it wrote', async () => {
        const report = await run('write', variant, 'their:hive', variant)
        const stored = await telethonRedis.read(store.reader, `their:hive:${variant}`)
        const { session, info, problems } = stored!.decoded
        expect(problems).toEqual([])
        expect(info.variant).toBe(variant)
        expect(report).toMatchObject(homeReportOf(session))
        expect(await collect(session.peers)).toMatchObject([
          {
            kind: 'user',
            id: 7_004_005_006n,
            accessHash: -5n,
            usernames: ['ana_b'],
            phone: '4917012345',
            name: 'Ana B',
          },
        ])
        const md5 = new Uint8Array([7, 0x27, 0x5c, 0x0a, 0x22, ...Array<number>(11).fill(255)])
        expect(await collect(session.sentFiles)).toEqual(
          variant === 'pickle' ? [{ md5, size: 55n, type: 'photo', id: 77n, accessHash: -8n }] : [],
        )
        // Its own way to print the bytes of a digest, and ours, name the same key.
        const options = { variant, options: new Map<string, string>(), nowSeconds: 1_717_000_000 }
        const keys = (await server.client().keys(`their:hive:${variant}:*`)).toSorted()
        const kept = { ...session, peers: { ...session.peers }, sentFiles: { ...session.sentFiles } }
        await store.write((writer) => telethonRedis.write!(writer, stored!.key, kept, options))
        expect((await server.client().keys(`their:hive:${variant}:*`)).toSorted()).toEqual(keys)
      })
    })
  },
)
