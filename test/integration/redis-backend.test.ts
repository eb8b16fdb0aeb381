import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { isAppError } from '../../src/main/domain/errors.ts'
import { freePort } from '../support/servers/process.ts'
import { type Proxy, startProxy } from '../support/servers/proxy.ts'
import { connectRedis, type RedisConnection, redisLocation, scanned } from '../support/servers/redis-connection.ts'
import {
  redisMissing,
  type RedisServer,
  startRedis,
  startRedisCluster,
  startRedisSentinel,
} from '../support/servers/redis.ts'

const ended: (() => Promise<void>)[] = []
const server = async (...options: Parameters<typeof startRedis>): Promise<RedisServer> => {
  const made = await startRedis(...options)
  ended.push(made.stop)
  return made
}
const proxyTo = async (target: { readonly port: number }): Promise<Proxy> => {
  const made = await startProxy(target)
  ended.push(made.stop)
  return made
}
const connect = async (...options: Parameters<typeof connectRedis>): Promise<RedisConnection> => {
  const made = await connectRedis(...options)
  ended.push(made.close)
  return made
}
afterEach(async () => {
  for (const end of ended.splice(0).toReversed()) await end()
})

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** The code of an expected failure and what it says, for a test to look at; anything else fails the test. */
async function failure(work: Promise<unknown>): Promise<{ code: string; reason: string }> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!isAppError(error)) throw new Error('not the failure that was expected', { cause: error })
  return { code: error.code, reason: 'reason' in error.details ? String(error.details.reason) : '' }
}

describe.skipIf(redisMissing() !== null)('Redis: reading', () => {
  it('names the server, finds keys by pattern and reads every type', async () => {
    const redis = await server()
    const admin = redis.client()
    await admin.mset('a:1', 'one', 'a:2', '', 'b:1', 'other')
    await admin.hset('a:hash', 'f', Buffer.from([0, 255]))
    await admin.sadd('a:set', 'x', 'y')
    await admin.lpush('a:list', 'x')
    await admin.set(Buffer.from([0x61, 0x3a, 0xff]), 'no text')
    await admin.set('a:long', 'x'.repeat(400_000))
    const connection = await connect(redisLocation([redis]))
    expect(connection.server).toMatch(/^Redis \d+\.\d+\.\d+$/)
    expect(await scanned(connection, 'a:*')).toEqual(['a:1', 'a:2', 'a:hash', 'a:list', 'a:long', 'a:set'])
    expect(await connection.reader.get(['a:1', 'a:2', 'a:3', 'a:hash', 'a:list', 'a:long'])).toEqual([
      { type: 'string', bytes: bytes('one') },
      { type: 'string', bytes: new Uint8Array() },
      null,
      { type: 'hash', fields: new Map([['f', new Uint8Array([0, 255])]]) },
      { type: 'other', name: 'list' },
      { type: 'other', name: 'long string' },
    ])
    expect((await connection.reader.members('a:set'))?.toSorted()).toEqual(['x', 'y'])
    expect(await connection.reader.members('a:1')).toBeNull()
    expect(await connection.reader.members('nothing')).toBeNull()
  })

  it('reads the database it is told, and no other', async () => {
    const redis = await server()
    const admin = redis.client({ db: 3 })
    await admin.set('k', 'three')
    const connection = await connect(redisLocation([redis], { database: '3' }))
    expect(await scanned(connection, '*')).toEqual(['k'])
    expect(await failure(connect(redisLocation([redis], { database: '99' })))).toMatchObject({
      code: 'source.not-found',
    })
    expect(await failure(connect(redisLocation([redis], { database: 'x' })))).toMatchObject({ code: 'request.invalid' })
  })

  it('takes nothing of values that are too long, however many there are', async () => {
    const redis = await server()
    const admin = redis.client()
    const long = Buffer.alloc(8 * 1024 * 1024, 'x')
    const keys = Array.from({ length: 20 }, (_, index) => `k:${index}`)
    for (const key of keys) await admin.set(key, long)
    await admin.set('k:0', 'short')
    const connection = await connect(redisLocation([redis]))
    const values = await connection.reader.get(keys)
    expect(values.map((value) => (value?.type === 'other' ? value.name : value?.type))).toEqual([
      'string',
      ...keys.slice(1).map(() => 'long string'),
    ])
    expect(await scanned(connection, '*')).toHaveLength(20)
  })

  it('stops a scan that is cancelled', async () => {
    const redis = await server()
    await redis.client().mset(Array.from({ length: 20_000 }, (_, index) => [`key:${index}`, 'x']).flat())
    const connection = await connect(redisLocation([redis]))
    const controller = new AbortController()
    let pages = 0
    const run = async (): Promise<void> => {
      for await (const _page of connection.reader.scan('*', controller.signal)) {
        pages += 1
        controller.abort()
      }
    }
    await expect(run()).rejects.toThrow(/abort/i)
    expect(pages).toBe(1)
  })

  it('comes back by itself when the server does', async () => {
    const redis = await server({ durable: true })
    await redis.client().set('k', 'v')
    const connection = await connect(redisLocation([redis]))
    await redis.kill()
    expect(await failure(connection.reader.get(['k']))).toMatchObject({ code: 'source.unreachable' })
    await redis.restart()
    expect(await connection.reader.get(['k'])).toEqual([{ type: 'string', bytes: bytes('v') }])
  })
})

describe.skipIf(redisMissing() !== null)('Redis: connecting', () => {
  it('says that nothing answers, and that there is no such host', async () => {
    const port = await freePort()
    expect(await failure(connect(redisLocation([{ port }])))).toEqual({
      code: 'source.unreachable',
      reason: 'nothing answers at this address and port',
    })
    const nowhere = { ...redisLocation([]), hosts: ['no-such-host.invalid:6379'] }
    expect((await failure(connect(nowhere))).reason).toMatch(/host/)
  })

  it('gives up on a server that does not answer, and at once when it is cancelled', async () => {
    const redis = await server()
    redis.pause()
    const limits = { connectTimeoutMs: 300, commandTimeoutMs: 300 }
    expect(await failure(connect(redisLocation([redis]), null, limits))).toEqual({
      code: 'source.unreachable',
      reason: 'it does not answer in time; it may want TLS',
    })
    const controller = new AbortController()
    const waiting = connect(redisLocation([redis], { topology: { kind: 'cluster' } }), null, {
      signal: controller.signal,
      connectTimeoutMs: 60_000,
      commandTimeoutMs: 60_000,
    })
    controller.abort()
    await expect(waiting).rejects.toThrow(/abort/i)
    redis.resume()
  })

  it('signs in with a password or as a user, and says when it may not', async () => {
    const word = crypto.randomUUID()
    const redis = await server({ password: word, acl: [`user reader on >${word}r ~a:* +@read +scan +ping`] })
    await redis.client().set('a:1', 'one')
    const asked = redisLocation([redis])
    expect(await failure(connect(asked))).toMatchObject({ code: 'source.login-failed' })
    expect(await failure(connect(asked, `${word}x`))).toMatchObject({ code: 'source.login-failed' })
    expect(await failure(connect(redisLocation([redis], { user: 'nobody' }), word))).toMatchObject({
      code: 'source.login-failed',
    })
    expect(await scanned(await connect(asked, word), '*')).toEqual(['a:1'])
    const reader = await connect(redisLocation([redis], { user: 'reader' }), `${word}r`)
    expect(await scanned(reader, '*')).toEqual(['a:1'])
    const refused = await failure(reader.write(async (writer) => writer.put('a:1', bytes('two'))))
    expect(refused).toMatchObject({ code: 'source.denied' })
    expect(await redis.client().get('a:1')).toBe('one')
    // A password that nobody asked for does no harm.
    expect(await scanned(await connect(redisLocation([await server()]), word), '*')).toEqual([])
  })

  it('keeps the password out of what an error shows', async () => {
    const word = crypto.randomUUID()
    const redis = await server({ password: word })
    const error = await connect(redisLocation([redis]), `${word}x`).catch((thrown: unknown) => thrown)
    const { inspect } = await import('node:util')
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(word)
  })

  it('checks the certificate, or does not when told', async () => {
    const redis = await server({ tls: true })
    const ca = redis.certificate?.ca ?? ''
    const verified = await connect(redisLocation([redis], { tls: { mode: 'verify', ca } }))
    expect(verified.server).toMatch(/^Redis/)
    expect((await connect(redisLocation([redis], { tls: { mode: 'any', ca: '' } }))).server).toMatch(/^Redis/)
    expect(await failure(connect(redisLocation([redis], { tls: { mode: 'verify', ca: '' } })))).toEqual({
      code: 'source.unreachable',
      reason: 'its certificate is signed by nobody this machine trusts',
    })
    const plain = await failure(
      connect(redisLocation([redis]), null, { connectTimeoutMs: 1500, commandTimeoutMs: 1500 }),
    )
    expect(plain.code).toBe('source.unreachable')
    expect(plain.reason).toMatch(/may want TLS/)
    const other = await server({ tls: true, subjectAltName: 'DNS:elsewhere.example' })
    expect(
      await failure(connect(redisLocation([other], { tls: { mode: 'verify', ca: other.certificate?.ca ?? '' } }))),
    ).toEqual({ code: 'source.unreachable', reason: 'its certificate is for another host' })
  })

  it('says that a plain server speaks no TLS', async () => {
    const redis = await server()
    const tls = { mode: 'any', ca: '' } as const
    const limits = { connectTimeoutMs: 1500, commandTimeoutMs: 1500 }
    const { code, reason } = await failure(connect(redisLocation([redis], { tls }), null, limits))
    expect(code).toBe('source.unreachable')
    expect(reason).toMatch(/may not speak TLS/)
  })
})

describe.skipIf(redisMissing() !== null)('Redis: writing', () => {
  it('writes all of a change at once, or nothing when what it read changed', async () => {
    const redis = await server()
    const admin = redis.client()
    await admin.set('k', 'old')
    const connection = await connect(redisLocation([redis]))
    const answer = await connection.write(async (writer) => {
      expect(await writer.get(['k'])).toEqual([{ type: 'string', bytes: bytes('old') }])
      writer.put('k', bytes('new'))
      writer.putFields('h', new Map([['f', bytes('1')]]))
      writer.addMember('s', 'a')
      expect(await admin.get('k')).toBe('old')
      return 7
    })
    expect(answer).toBe(7)
    expect([await admin.get('k'), await admin.hgetall('h'), await admin.smembers('s')]).toEqual([
      'new',
      { f: '1' },
      ['a'],
    ])

    const changed = connection.write(async (writer) => {
      await writer.get(['k'])
      await admin.set('k', 'from elsewhere')
      writer.put('k', bytes('mine'))
      writer.remove('h')
    })
    expect(await failure(changed)).toMatchObject({ code: 'source.changed' })
    expect([await admin.get('k'), await admin.exists('h')]).toEqual(['from elsewhere', 1])

    await expect(
      connection.write(async (writer) => {
        writer.remove('k')
        throw new Error('thought better of it')
      }),
    ).rejects.toThrow('thought better')
    expect(await admin.get('k')).toBe('from elsewhere')

    const wrong = connection.write(async (writer) => {
      writer.put('x', bytes('1'))
      writer.addMember('k', 'a')
    })
    expect(await failure(wrong)).toMatchObject({ code: 'source.unreachable' })
    expect(await admin.exists('x')).toBe(0)

    await connection.write(async (writer) => {
      writer.removeMember('s', 'a')
      writer.remove('k')
    })
    expect(await admin.keys('*')).toEqual(['h'])
  })

  it('runs changes one after another', async () => {
    const redis = await server()
    const connection = await connect(redisLocation([redis]))
    await Promise.all(
      Array.from({ length: 20 }, () =>
        connection.write(async (writer) => {
          const [value] = await writer.get(['n'])
          const number = value?.type === 'string' ? Number(Buffer.from(value.bytes).toString()) : 0
          writer.put('n', bytes(String(number + 1)))
        }),
      ),
    )
    expect(await redis.client().get('n')).toBe('20')
  })

  it('refuses to write to a replica', async () => {
    const master = await server()
    const replica = await server({ replicaOf: master })
    await master.client().set('k', 'v')
    await vi.waitFor(async () => expect(await replica.client().get('k')).toBe('v'), 10_000)
    const connection = await connect(redisLocation([replica]))
    expect(await scanned(connection, '*')).toEqual(['k'])
    const written = connection.write(async (writer) => writer.put('k', bytes('w')))
    expect(await failure(written)).toMatchObject({ code: 'source.read-only' })
    expect(await master.client().get('k')).toBe('v')
  })

  it('writes nothing when the server dies before it is asked', async () => {
    const redis = await server({ durable: true })
    const connection = await connect(redisLocation([redis]), null, { commandTimeoutMs: 1000, connectTimeoutMs: 1000 })
    const dead = connection.write(async (writer) => {
      await writer.get(['k'])
      await redis.kill()
      writer.put('k', bytes('v'))
      writer.put('l', bytes('v'))
    })
    expect((await failure(dead)).code).toBe('source.unreachable')
    await redis.restart()
    expect(await redis.client().dbsize()).toBe(0)
    await connection.write(async (writer) => writer.put('k', bytes('again')))
    expect(await redis.client().get('k')).toBe('again')
  })

  it('knows what became of a change whose answer was lost', async () => {
    const redis = await server()
    const proxy = await proxyTo(redis)
    const connection = await connect(redisLocation([proxy]))
    proxy.cutAfterSending('the new value')
    await connection.write(async (writer) => writer.put('k', bytes('the new value')))
    expect(await redis.client().get('k')).toBe('the new value')

    proxy.cutBeforeSending('a later value')
    const cut = connection.write(async (writer) => writer.put('k', bytes('a later value')))
    expect(await failure(cut)).toEqual({ code: 'source.unreachable', reason: 'the connection was cut' })
    expect(await redis.client().get('k')).toBe('the new value')
  })

  it('says so when it cannot know', async () => {
    const redis = await server()
    const proxy = await proxyTo(redis)
    const connection = await connect(redisLocation([proxy]))
    proxy.cutAfterSending('the new value')
    const cut = connection.write(async (writer) => {
      proxy.setRefusing(true)
      writer.put('k', bytes('the new value'))
    })
    expect((await failure(cut)).reason).toMatch(/cannot be asked whether it was made/)
  })

  it('gives up on a server that has become slow, and goes on when it is well again', async () => {
    const redis = await server()
    await redis.client().set('k', 'v')
    const proxy = await proxyTo(redis)
    const connection = await connect(redisLocation([proxy]), null, { commandTimeoutMs: 300 })
    proxy.setLatency(30_000)
    const slow = { code: 'source.unreachable', reason: 'it does not answer in time' }
    expect(await failure(connection.reader.get(['k']))).toEqual(slow)
    expect((await failure(connection.write(async (writer) => void (await writer.get(['k']))))).code).toBe(slow.code)
    proxy.setLatency(0)
    expect(await connection.reader.get(['k'])).toEqual([{ type: 'string', bytes: bytes('v') }])
  })
})

describe.skipIf(redisMissing() !== null)('Redis: watching', () => {
  it('is told of changes under a prefix where the server tells them, and changes nothing there', async () => {
    const redis = await server({ notifyKeyspace: 'KEA' })
    const quiet = await server()
    expect(
      await (await connect(redisLocation([quiet]))).watch(
        'a',
        () => {},
        () => {},
      ),
    ).toBeNull()
    expect(await quiet.client().config('GET', 'notify-keyspace-events')).toEqual(['notify-keyspace-events', ''])

    const [onChange, onLost] = [vi.fn(), vi.fn()]
    const connection = await connect(redisLocation([redis]))
    const stop = await connection.watch('a[1]:', onChange, onLost)
    await redis.client().set('a1:x', '1')
    await redis.client().set('a[1]:x', '1')
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(1))
    await redis.kill()
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(1), 5000)
    await redis.restart()
    await vi.waitFor(() => expect(onLost).toHaveBeenCalledTimes(2), 20_000)
    await redis.client().del('nothing')
    await redis.client().set('a[1]:x', '2')
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledTimes(2))
    await stop?.()
    await redis.client().set('a[1]:x', '3')
    await sleep(100)
    expect(onChange).toHaveBeenCalledTimes(2)
  })
})

describe.skipIf(redisMissing() !== null)('Redis: Sentinel and Cluster', () => {
  it('finds the master by its sentinel, also the next one', async () => {
    const sentinels = await startRedisSentinel()
    ended.push(sentinels.stop)
    const location = redisLocation([sentinels.sentinel], { topology: { kind: 'sentinel', name: sentinels.masterName } })
    const connection = await connect(location)
    await connection.write(async (writer) => writer.put('k', bytes('v')))
    await vi.waitFor(async () => expect(await sentinels.replica.client().get('k')).toBe('v'), 20_000)
    await sentinels.master.kill()
    await vi.waitFor(
      async () => expect(await connection.write(async (writer) => writer.put('k', bytes('w')))).toBeUndefined(),
      { timeout: 60_000, interval: 500 },
    )
    expect(await sentinels.replica.client().get('k')).toBe('w')
    const wrong = redisLocation([sentinels.sentinel], { topology: { kind: 'sentinel', name: 'nobody' } })
    expect((await failure(connect(wrong))).code).toBe('source.unreachable')
    expect((await failure(connect(redisLocation([sentinels.sentinel])))).reason).toMatch(/Sentinel/)
  })

  it('reads and writes over all servers of a cluster, and undoes what it cannot finish', async () => {
    const cluster = await startRedisCluster({ notifyKeyspace: 'KEA' })
    ended.push(cluster.stop)
    const [first] = cluster.nodes
    // One that is not told that it is a cluster finds out.
    const connection = await connect(redisLocation(first ? [first] : []))
    expect(connection.server).toMatch(/^Redis .* Cluster$/)
    const onChange = vi.fn()
    const stop = await connection.watch('t:', onChange, () => {})
    const keys = Array.from({ length: 30 }, (_, index) => `t:${String(index).padStart(2, '0')}`)
    await connection.write(async (writer) => {
      for (const key of keys) writer.put(key, bytes(key))
    })
    await vi.waitFor(() => expect(onChange.mock.calls.length).toBe(30))
    await stop?.()
    expect(await scanned(connection, 't:*')).toEqual(keys)
    expect(await connection.reader.get(keys)).toEqual(keys.map((key) => ({ type: 'string', bytes: bytes(key) })))
    expect(await connection.reader.get(['t:00', 'none'])).toEqual([{ type: 'string', bytes: bytes('t:00') }, null])

    const other = await connect(redisLocation(first ? [first] : [], { topology: { kind: 'cluster' } }))
    const changed = connection.write(async (writer) => {
      await writer.get(['t:29'])
      await other.write(async (theirs) => theirs.put('t:29', bytes('theirs')))
      for (const key of keys.slice(0, 29)) writer.put(key, bytes('half-written'))
      writer.remove('t:29')
    })
    expect(await failure(changed)).toMatchObject({ code: 'source.changed' })
    const values = await connection.reader.get(keys)
    expect(values.map((value) => (value?.type === 'string' ? Buffer.from(value.bytes).toString() : null))).toEqual([
      ...keys.slice(0, 29),
      'theirs',
    ])
  })
})
