import { readFileSync } from 'node:fs'
import { randomBytes, randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Redis } from 'ioredis'
import { isAppError } from '../../src/main/domain/errors.ts'
import { fromMarkedId, type Peer } from '../../src/main/domain/peer.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, type SentFile, type Session } from '../../src/main/domain/session.ts'
import type { EncodeOptions, PeerQuery, StoredSession } from '../../src/main/formats/format.ts'
import { telethonRedis } from '../../src/main/formats/telethon/redis.ts'
import { startProxy } from '../support/servers/proxy.ts'
import { connectRedis, type RedisConnection, redisLocation, scanned } from '../support/servers/redis-connection.ts'
import { redisMissing, type RedisServer, startRedis } from '../support/servers/redis.ts'

interface DumpedKey {
  readonly key: string
  readonly value_utf8?: string
  readonly value_base64?: string
}
interface DumpedInput {
  readonly name: string
  readonly hive?: string
  readonly pickle?: number
  readonly ts?: number
  readonly dcs: readonly (readonly [id: number, address: string, port: number, key: string | null])[]
  readonly entities?: readonly (readonly DumpedEntity[])[]
  readonly files?: readonly { md5: string; size: number; type: number; id: number; hash: number }[]
}
interface DumpedEntity {
  readonly id: number
  readonly hash: string
  readonly name: string | null
  readonly username: string | null
  readonly phone: string | null
}
const manifest = JSON.parse(
  readFileSync(new URL('../../fixtures/telethon/manifest.json', import.meta.url), 'utf8'),
) as { stores: { redis: { dump: DumpedKey[]; inputs: DumpedInput[] } } }
const { dump, inputs } = manifest.stores.redis

const signal = new AbortController().signal
const NOW = 1_717_000_000
const options = (variant: string): EncodeOptions => ({ variant, options: new Map(), nowSeconds: NOW })
const everyPeer: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 50 }

async function list(connection: RedisConnection): Promise<StoredSession[]> {
  const sessions: StoredSession[] = []
  for (const { prefix } of await telethonRedis.survey(connection.reader, signal)) {
    for await (const page of telethonRedis.pages(connection.reader, prefix, signal)) sessions.push(...page)
  }
  return sessions
}

function codesOf(stored: StoredSession | null | undefined): string[] {
  return (stored?.decoded.problems ?? []).map(({ code }) => code)
}

const hex = (secret: Secret | null | undefined): string | null =>
  secret == null ? null : Buffer.from(secret.open()).toString('hex')

async function failureCode(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  return isAppError(error) ? error.code : `unexpected: ${String(error)}`
}

function randomSession(more: Partial<Session> = {}): Session {
  return {
    ...emptySession(),
    dataCenters: [{ id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(randomBytes(256)), home: true }],
    test: false,
    account: { id: 5_000_000_000n, isBot: null, username: null, phone: null },
    ...more,
  }
}

const peers: readonly Peer[] = [
  [5_000_000_001n, 2n ** 63n - 1n, 'Ana “1” é\u2028\\', 'ana', '4915112345'],
  [-77n, 0n, 'Group', null, null],
  [-1_001_234_567_890n, -(2n ** 63n), null, 'channel', null],
].map(([marked, hash, name, username, phone]): Peer => {
  return {
    ...fromMarkedId(marked as bigint),
    type: null,
    accessHash: hash as bigint,
    usernames: username === null ? [] : [username as string],
    phone: phone as string | null,
    name: name as string | null,
    updatedAt: null,
  }
})

const byId = (a: Peer, b: Peer): number => (a.kind + a.id < b.kind + b.id ? -1 : 1)

describe.skipIf(redisMissing() !== null)('Telethon in Redis', () => {
  let server: RedisServer
  let admin: Redis
  let connection: RedisConnection
  beforeAll(async () => {
    server = await startRedis()
    admin = server.client()
  })
  beforeEach(async () => {
    await admin.flushall()
    // A fresh connection remembers nothing of the test before.
    await connection?.close()
    connection = await connectRedis(redisLocation([server]))
  })
  afterAll(async () => {
    await connection?.close()
    await server?.stop()
  })

  const load = async (): Promise<void> => {
    for (const { key, value_utf8, value_base64 } of dump) {
      await admin.set(key, value_utf8 ?? Buffer.from(value_base64 ?? '', 'base64'))
    }
  }
  const state = async (): Promise<Record<string, string>> => {
    const keys = (await admin.keys('*')).toSorted()
    return Object.fromEntries(await Promise.all(keys.map(async (key) => [key, String(await admin.dump(key))])))
  }

  describe('what the library wrote', () => {
    beforeEach(load)

    it('is found under its prefixes', async () => {
      expect(await telethonRedis.survey(connection.reader, signal)).toEqual([
        { prefix: 'my:hive', sessions: 1 },
        { prefix: 'telethon:client', sessions: 3 },
      ])
    })

    it.each(inputs.filter(({ name }) => name !== 'nodc').map((input) => [input.name, input] as const))(
      'is read field by field: %s',
      async (name, input) => {
        const hive = input.hive ?? 'telethon:client'
        const listed = (await list(connection)).find((one) => one.name === name)
        const read = await telethonRedis.read(connection.reader, `${hive}:${name}`)
        for (const stored of [listed, read]) {
          expect(stored?.key).toBe(`${hive}:${name}`)
          const { session, info } = stored?.decoded ?? expect.fail('it is not there')
          expect(info.variant).toBe(input.pickle ? 'pickle' : input.ts ? 'json-stamped' : 'json')
          expect(session.dataCenters.map((dc) => [dc.id, dc.address, dc.port, hex(dc.authKey)])).toEqual(input.dcs)
          expect(session.test).toBe(false)
          expect(session.savedAt).toBe(input.ts ? 1_717_000_000.25 : null)
          const kept = (input.entities ?? []).flatMap(([first]) => (first ? [first] : []))
          expect(session.peers.count).toBe(kept.length)
          const expected = kept.map((one): Peer => {
            return {
              ...fromMarkedId(BigInt(one.id)),
              type: null,
              accessHash: BigInt(one.hash),
              usernames: one.username === null ? [] : [one.username.toLowerCase()],
              phone: one.phone,
              name: one.name,
              updatedAt: input.ts ? 1_717_000_000.25 : null,
            }
          })
          expect((await collect(session.peers)).toSorted(byId)).toEqual(expected.toSorted(byId))
          // As JSON the library cannot keep them.
          const files = input.pickle ? (input.files ?? []) : []
          expect(await collect(session.sentFiles)).toEqual(
            files.map((file): SentFile => {
              return {
                md5: new Uint8Array(Buffer.from(file.md5, 'hex')),
                size: BigInt(file.size),
                type: file.type === 1 ? 'photo' : 'document',
                id: BigInt(file.id),
                accessHash: BigInt(file.hash),
              }
            }),
          )
        }
      },
    )

    it('has its problems told', async () => {
      const sessions = new Map((await list(connection)).map((one) => [one.name, one]))
      expect(codesOf(sessions.get('alice'))).toEqual([])
      expect(codesOf(sessions.get('multi'))).toEqual(['telethon.several-sessions'])
      expect(codesOf(sessions.get('nokey'))).toEqual(['session.no-key'])
      expect(codesOf(sessions.get('pk'))).toEqual([])
      expect(sessions.has('nodc')).toBe(false)
    })

    it('stays as it is while it is read', async () => {
      const before = await state()
      await list(connection)
      await telethonRedis.peers?.(connection.reader, 'telethon:client:alice', everyPeer)
      expect(await state()).toEqual(before)
    })

    it('goes away as a whole when it is removed, and nothing else does', async () => {
      await admin.set('telethon:client:alice2:sessions:2', (await admin.get('telethon:client:alice:sessions:2')) ?? '')
      const before = Object.keys(await state())
      await connection.write((writer) => telethonRedis.remove?.(writer, 'telethon:client:alice') ?? Promise.reject())
      await connection.write((writer) => telethonRedis.remove?.(writer, 'my:hive:pk') ?? Promise.reject())
      expect(Object.keys(await state())).toEqual(
        before.filter((key) => !key.startsWith('telethon:client:alice:') && !key.startsWith('my:hive:pk:')),
      )
      const again = connection.write((writer) => telethonRedis.remove?.(writer, 'my:hive:pk') ?? Promise.reject())
      expect(await failureCode(again)).toBe('session.not-found')
    })
  })

  describe('what the app writes', () => {
    it.each(['json', 'json-stamped', 'pickle'])('reads back the same: %s', async (variant) => {
      const stamped = variant === 'json-stamped'
      const files: SentFile[] = [
        {
          md5: new Uint8Array([0x27, 0x5c, 0x0a, ...randomBytes(13)]),
          size: 7n,
          type: 'photo',
          id: 1n,
          accessHash: -2n,
        },
      ]
      const session = randomSession({
        peers: collectionOf(stamped ? peers.map((peer) => ({ ...peer, updatedAt: 1_700_000_000.5 })) : peers),
        savedAt: stamped ? 1_699_999_999 : null,
        sentFiles: collectionOf(variant === 'pickle' ? files : []),
      })
      const key = telethonRedis.keyFor('', 'new one')
      expect(key).toBe('telethon:client:new one')
      await connection.write(
        (writer) => telethonRedis.write?.(writer, key, session, options(variant)) ?? Promise.reject(),
      )
      const stored = await telethonRedis.read(connection.reader, key)
      expect(codesOf(stored)).toEqual([])
      const { session: read, info } = stored?.decoded ?? expect.fail('it is not there')
      expect(info.variant).toBe(variant)
      expect(read.dataCenters).toEqual(session.dataCenters)
      expect(hex(read.dataCenters[0]?.authKey)).toBe(hex(session.dataCenters[0]?.authKey))
      expect(read.account).toEqual(session.account)
      expect(read.savedAt).toBe(session.savedAt)
      expect((await collect(read.peers)).toSorted(byId)).toEqual((await collect(session.peers)).toSorted(byId))
      expect(await collect(read.sentFiles)).toEqual(await collect(session.sentFiles))
    })

    it('is byte for byte what the library writes', async () => {
      await load()
      const before = await state()
      const stored = await telethonRedis.read(connection.reader, 'telethon:client:alice')
      const { session } = stored?.decoded ?? expect.fail('it is not there')
      const kept = { ...session, peers: collectionOf(await collect(session.peers)) }
      await admin.del(...(await admin.keys('telethon:client:alice:*')))
      await connection.write(
        (writer) => telethonRedis.write?.(writer, 'telethon:client:alice', kept, options('json')) ?? Promise.reject(),
      )
      expect(await state()).toEqual(before)
    })

    it('replaces what was kept under the name: no old data centre, no old peer', async () => {
      await load()
      const session = randomSession({ peers: collectionOf(peers) })
      await connection.write(
        (writer) =>
          telethonRedis.write?.(writer, 'telethon:client:multi', session, options('json')) ?? Promise.reject(),
      )
      expect(await scanned(connection, 'telethon:client:multi:*')).toEqual(
        [
          'telethon:client:multi:sessions:2',
          'telethon:client:multi:entities:0',
          'telethon:client:multi:entities:5000000001',
          'telethon:client:multi:entities:-77',
          'telethon:client:multi:entities:-1001234567890',
        ].toSorted(),
      )
    })

    it('is nothing when another client changed the session meanwhile', async () => {
      await load()
      const name = 'telethon:client:alice:sessions:2'
      const theirs = (await admin.get(name))?.replace('443', '80') ?? ''
      const before = await state()
      const writing = connection.write(async (writer) => {
        await telethonRedis.write?.(writer, 'telethon:client:alice', randomSession(), options('json'))
        await admin.set(name, theirs)
      })
      expect(await failureCode(writing)).toBe('source.changed')
      const removing = connection.write(async (writer) => {
        await telethonRedis.remove?.(writer, 'telethon:client:alice')
        await admin.set(name, theirs)
      })
      expect(await failureCode(removing)).toBe('source.changed')
      const making = connection.write(async (writer) => {
        await telethonRedis.write?.(writer, 'telethon:client:made', randomSession(), options('json'))
        await admin.set('telethon:client:made:sessions:2', theirs)
      })
      expect(await failureCode(making)).toBe('source.changed')
      await admin.del('telethon:client:made:sessions:2')
      await admin.set(name, theirs.replace('80', '443'))
      expect(await state()).toEqual(before)
    })

    it('is nothing when the connection is cut while it is sent', async () => {
      await load()
      const before = await state()
      const proxy = await startProxy(server)
      const through = await connectRedis(redisLocation([proxy]))
      proxy.cutBeforeSending('entities:5000000001')
      const session = randomSession({ peers: collectionOf(peers) })
      const cut = through.write(
        (writer) =>
          telethonRedis.write?.(writer, 'telethon:client:alice', session, options('json')) ?? Promise.reject(),
      )
      expect(await failureCode(cut)).toBe('source.unreachable')
      expect(await state()).toEqual(before)
      await through.close()
      await proxy.stop()
    })

    it('is all there or not at all when the server dies at any moment', async () => {
      const own = await startRedis({ durable: true })
      const many = Array.from({ length: 3000 }, (_, index): Peer => {
        const peer = {
          kind: 'user',
          type: null,
          accessHash: 1n,
          usernames: [],
          phone: null,
          name: 'x',
          updatedAt: null,
        } as const
        return { ...peer, id: BigInt(index + 1) }
      })
      const outcomes = new Set<number>()
      for (const delayMs of [0, 5, 10, 20, 40, 80, 160, 320]) {
        await own.client().flushall()
        const through = await connectRedis(redisLocation([own]), null, {
          commandTimeoutMs: 3000,
          connectTimeoutMs: 1000,
        })
        const session = randomSession({ peers: collectionOf(many) })
        const writing = through
          .write((writer) => telethonRedis.write?.(writer, 'h:n', session, options('json')) ?? Promise.reject())
          .then(
            () => 'written',
            (error: unknown) => (isAppError(error) ? error.code : String(error)),
          )
        await sleep(delayMs)
        await own.kill()
        const outcome = await writing
        await own.restart()
        const size = await own.client().dbsize()
        expect([0, 3002]).toContain(size)
        if (outcome === 'written') expect(size).toBe(3002)
        else expect(outcome).toBe('source.unreachable')
        outcomes.add(size)
        await through.close()
      }
      expect([...outcomes].toSorted((a, b) => a - b)).toEqual([0, 3002])
      await own.stop()
    })

    it('keeps clear of names that the library mixes up', async () => {
      expect(telethonRedis.keyFor('my:hive', 'a*b?[c]:d')).toBe('my:hive:a_b__c__d')
      expect(telethonRedis.keyFor('my:hive:', 'x')).toBe('my:hive:x')
      const key = telethonRedis.keyFor('', '50% é')
      await connection.write(
        (writer) => telethonRedis.write?.(writer, key, randomSession(), options('json')) ?? Promise.reject(),
      )
      expect(await scanned(connection, '*:sessions:*')).toEqual(['telethon:client:50% é:sessions:2'])
      expect((await list(connection)).map((one) => [one.key, one.name])).toEqual([[key, '50% é']])
    })
  })

  describe('names with characters of patterns', () => {
    it('are told apart', async () => {
      const value = (port: number): string =>
        JSON.stringify({
          dc_id: 2,
          server_address: '149.154.167.51',
          port,
          auth_key: randomBytes(256).toString('base64'),
        })
      await admin.mset({
        'telethon:client:a*:sessions:2': value(1),
        'telethon:client:ab:sessions:2': value(2),
        'telethon:client:a[b]:sessions:2': value(3),
        'telethon:client:x:y:sessions:2': value(4),
      })
      const listed = (await list(connection)).map((one) => [one.name, one.decoded.session.dataCenters[0]?.port])
      expect(listed.toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1))).toEqual([
        ['a*', 1],
        ['a[b]', 3],
        ['ab', 2],
        ['x:y', 4],
      ])
      await connection.write((writer) => telethonRedis.remove?.(writer, 'telethon:client:a*') ?? Promise.reject())
      await connection.write((writer) => telethonRedis.remove?.(writer, 'telethon:client:a[b]') ?? Promise.reject())
      expect(await scanned(connection, '*')).toEqual([
        'telethon:client:ab:sessions:2',
        'telethon:client:x:y:sessions:2',
      ])
    })
  })

  describe('damage', () => {
    it('is told of the session it concerns, and the others are listed', async () => {
      await load()
      await admin.set('telethon:client:broken:sessions:2', '{"dc_id": 2, "server_address": "149.154')
      await admin.set(
        'telethon:client:shortkey:sessions:2',
        '{"dc_id": 2, "server_address": null, "port": 443, "auth_key": "AAAA"}',
      )
      await admin.set(
        'telethon:client:notbase64:sessions:2',
        '{"dc_id": 2, "server_address": null, "port": 443, "auth_key": "§"}',
      )
      await admin.rpush('telethon:client:alist:sessions:2', 'x')
      await admin.hset('telethon:client:ahash:sessions:2', 'x', 'y')
      await admin.set(
        'telethon:client:evil:sessions:2',
        Buffer.from('8004638c05706f736978948c0673797374656d94932e', 'hex'),
      )
      await admin.set('telethon:client:long:sessions:2', 'x'.repeat(2_000_000))
      await admin.set('telethon:client:empty:sessions:2', '')
      await admin.lpush('telethon:client:alice:entities:1', 'x')
      const sessions = new Map((await list(connection)).map((one) => [one.name, one]))
      expect(sessions.size).toBe(4 + 8)
      for (const name of ['broken', 'alist', 'ahash', 'evil', 'long', 'empty']) {
        expect(codesOf(sessions.get(name)), name).toEqual(['telethon.damaged-row', 'session.no-key'])
      }
      for (const name of ['shortkey', 'notbase64']) {
        expect(codesOf(sessions.get(name)), name).toEqual(['session.damaged-key'])
      }
      expect(codesOf(sessions.get('alice'))).toEqual([])
      expect(await collect(sessions.get('alice')?.decoded.session.peers ?? collectionOf([]))).toHaveLength(2)
      expect((await telethonRedis.peers?.(connection.reader, 'telethon:client:alice', everyPeer))?.peers).toHaveLength(
        2,
      )
    })

    it('is not seen where other programs have keys of such names', async () => {
      await admin.set('web:app:sessions:3', 'cookie')
      await admin.set('web:app:sessions:4', '{"user": 4}')
      await admin.hset('web:hash:sessions:2', 'user', '4')
      await admin.set('sessions:2', 'x')
      expect(await list(connection)).toEqual([])
    })
  })

  describe('peers', () => {
    it('are paged, filtered, searched and ordered', async () => {
      const many = Array.from({ length: 300 }, (_, index): Peer => {
        const id = BigInt(1000 + index)
        const kind = (['user', 'chat', 'channel'] as const)[index % 3] ?? 'user'
        const name = index % 10 === 0 ? null : `Peer ${String(index).padStart(3, '0')}`
        return {
          kind,
          type: null,
          id,
          accessHash: 5n,
          usernames: [`u_${index}`],
          phone: index === 3 ? '4915100' : null,
          name,
          updatedAt: null,
        }
      })
      const key = 'telethon:client:many'
      await connection.write(
        (writer) =>
          telethonRedis.write?.(writer, key, randomSession({ peers: collectionOf(many) }), options('json')) ??
          Promise.reject(),
      )
      const page = async (
        query: Partial<PeerQuery>,
      ): Promise<{ ids: number[]; total: number | null; more: boolean }> => {
        const answer = await telethonRedis.peers?.(connection.reader, key, { ...everyPeer, ...query })
        return {
          ids: answer?.peers.map(({ id }) => Number(id)) ?? [],
          total: answer?.total ?? null,
          more: answer?.more ?? false,
        }
      }
      const users = many.filter(({ kind }) => kind === 'user').map(({ id }) => Number(id))
      expect(await page({ kind: 'user', limit: 60 })).toEqual({ ids: users.slice(0, 60), total: 100, more: true })
      expect(await page({ kind: 'user', limit: 60, offset: 60 })).toEqual({
        ids: users.slice(60),
        total: 100,
        more: false,
      })
      expect((await page({ kind: 'channel', direction: 'asc', limit: 1 })).ids).toEqual([1299])
      expect(await page({ kind: 'bot' })).toEqual({ ids: [], total: 0, more: false })
      expect(await page({ search: '@u_29' })).toMatchObject({ total: 11, more: false })
      expect((await page({ search: 'peer 123' })).ids).toEqual([1123])
      expect((await page({ search: '+49 151 00' })).ids).toEqual([1003])
      expect((await page({ search: '1007' })).ids).toEqual([1007])
      // Those without a name are ordered by their username.
      expect((await page({ sort: 'name', direction: 'desc', limit: 2 })).ids).toEqual([1090, 1080])
      expect(
        await failureCode(telethonRedis.peers?.(connection.reader, 'nothing', everyPeer) ?? Promise.reject()),
      ).toBe('session.not-found')
    })
  })

  describe('a large server', () => {
    it('is listed by pages beside 100,000 keys of others', async () => {
      for (let start = 0; start < 100_000; start += 10_000) {
        await admin.mset(Array.from({ length: 10_000 }, (_, index) => [`app:cache:${start + index}`, 'x']).flat())
      }
      const names = Array.from({ length: 5000 }, (_, index) => `bot-${String(index).padStart(4, '0')}`)
      const value = JSON.stringify({
        dc_id: 4,
        server_address: '149.154.167.91',
        port: 443,
        auth_key: randomBytes(256).toString('base64'),
      })
      await admin.mset(names.flatMap((name) => [`telethon:client:${name}:sessions:4`, value]))
      expect(await telethonRedis.survey(connection.reader, signal)).toEqual([
        { prefix: 'telethon:client', sessions: 5000 },
      ])
      const found: string[] = []
      for await (const page of telethonRedis.pages(connection.reader, 'telethon:client', signal)) {
        expect(page.length).toBeLessThanOrEqual(200)
        found.push(...page.map(({ name }) => name ?? ''))
      }
      expect(found.toSorted()).toEqual(names)
      // The server never was asked for all of its keys at once, nor to change anything.
      const stats = await admin.info('commandstats')
      expect(stats).not.toMatch(/cmdstat_config\|set/)
      const after = randomInt(5000)
      expect((await telethonRedis.read(connection.reader, `telethon:client:${names[after]}`))?.name).toBe(names[after])
    })

    it('that dies while it is listed fails the listing, and is listed when it is back', async () => {
      const own = await startRedis({ durable: true })
      const value = JSON.stringify({ dc_id: 4, server_address: '149.154.167.91', port: 443, auth_key: '' })
      await own.client().mset(Array.from({ length: 2000 }, (_, index) => [`h:n:${index}:sessions:4`, value]).flat())
      const through = await connectRedis(redisLocation([own]), null, { commandTimeoutMs: 2000 })
      let pages = 0
      const listing = (async () => {
        const [place] = await telethonRedis.survey(through.reader, signal)
        for await (const _page of telethonRedis.pages(through.reader, place?.prefix ?? '', signal)) {
          pages += 1
          if (pages === 2) await own.kill()
        }
      })()
      expect(await failureCode(listing)).toBe('source.unreachable')
      // The next page may have been on its way already; not all of the ten.
      expect(pages).toBeLessThan(5)
      await own.restart()
      expect(await list(through)).toHaveLength(2000)
      await through.close()
      await own.stop()
    })

    it('that is cut off in the middle of a scan fails it', async () => {
      await admin.mset(Array.from({ length: 20_000 }, (_, index) => [`h:n${index}:sessions:4`, '{}']).flat())
      const proxy = await startProxy(server)
      const through = await connectRedis(redisLocation([proxy]))
      proxy.cutAfterAnswered(100_000)
      expect(await failureCode(telethonRedis.survey(through.reader, signal))).toBe('source.unreachable')
      expect(await telethonRedis.survey(through.reader, signal)).toEqual([{ prefix: 'h', sessions: 20_000 }])
      await through.close()
      await proxy.stop()
    })
  })
})
