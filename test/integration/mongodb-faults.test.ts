import fc from 'fast-check'
import type { MongoClient } from 'mongodb'
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { isAppError } from '../../src/main/domain/errors.ts'
import { collect, homeOf, type Session } from '../../src/main/domain/session.ts'
import { telethonMongo } from '../../src/main/formats/telethon/mongo.ts'
import { randomSession } from '../support/formats/random-session.ts'
import { ferretdbMissing, type FerretDbServer, startFerretDb } from '../support/servers/ferretdb.ts'
import { type Proxy, startProxy } from '../support/servers/proxy.ts'
import { connectMongo, dumpOf, type MongoConnection, mongoDumps, mongoLocation, restoreDump } from './support/mongo.ts'

const missing = await ferretdbMissing()
const { signal } = new AbortController()
const options = { variant: 'current', options: new Map<string, string>(), nowSeconds: 0 }
const QUICK = { connectTimeoutMs: 1500, commandTimeoutMs: 1500 }

describe.skipIf(missing !== null)('MongoDB when things go wrong', () => {
  let server: FerretDbServer
  let proxy: Proxy
  let bot: MongoClient
  let session: Session
  let before: Awaited<ReturnType<typeof dumpOf>>
  beforeAll(async () => {
    server = await startFerretDb()
    proxy = await startProxy(server)
    bot = server.client()
    session = fc.sample(
      randomSession.filter((one) => one.peers.count > 2 && one.channelStates.count > 0),
      1,
    )[0]!
    await restoreDump(bot, 'tl', mongoDumps.mongo)
    before = await dumpOf(bot, 'tl')
  })
  afterEach(() => {
    proxy.setHanging(false)
    proxy.setRefusing(false)
    proxy.setLatency(0)
  })
  afterAll(async () => {
    await bot.close()
    await proxy.stop()
    await server.stop()
  })

  const open = async (port = server.port, limits = {}): Promise<MongoConnection> => {
    const connection = await connectMongo(mongoLocation(port), limits)
    onTestFinished(() => connection.close())
    return connection
  }
  const failure = async (work: Promise<unknown>): Promise<{ code: string; reason: string }> => {
    const error = await work.then(
      () => null,
      (thrown: unknown) => thrown,
    )
    if (!isAppError(error)) throw new Error('not the failure that was expected', { cause: error })
    return { code: error.code, reason: 'reason' in error.details ? String(error.details.reason) : '' }
  }
  const replace = (store: MongoConnection): Promise<void> =>
    store.write((writer) => telethonMongo.write!(writer, 'tl', session, options))

  it('says when nothing answers', async () => {
    const port = 1
    const { code, reason } = await failure(connectMongo(mongoLocation(port), QUICK))
    expect(code).toBe('source.unreachable')
    expect(reason).toContain('nothing answers')
  })

  it('says when the server takes too long', async () => {
    proxy.setHanging(true)
    expect(await failure(connectMongo(mongoLocation(proxy.port), QUICK))).toEqual({
      code: 'source.unreachable',
      reason: 'the server took too long',
    })
  })

  it('gives up a command after its time, and works again when the server is quick again', async () => {
    const store = await open(proxy.port, QUICK)
    expect(await telethonMongo.read(store.reader, 'tl')).not.toBeNull()
    proxy.setLatency(30_000)
    expect((await failure(telethonMongo.read(store.reader, 'tl'))).code).toBe('source.unreachable')
    proxy.setLatency(0)
    proxy.cut()
    expect(await telethonMongo.read(store.reader, 'tl')).not.toBeNull()
  })

  it('ends at once what the caller does not want any more', async () => {
    const stop = new AbortController()
    const store = await connectMongo(mongoLocation(proxy.port), { signal: stop.signal })
    onTestFinished(() => store.close())
    proxy.setHanging(true)
    const reading = store.reader.collections()
    stop.abort(new Error('stopped by the test'))
    await expect(reading).rejects.toThrow('stopped by the test')
  })

  it('tells a wrong login, and one that is missing', async () => {
    const locked = await startFerretDb({ login: true })
    onTestFinished(() => locked.stop())
    const location = mongoLocation(locked.port, { user: locked.user })
    expect((await failure(connectMongo(location, { password: 'wrong' }))).code).toBe('source.login-failed')
    const anonymous = await connectMongo(mongoLocation(locked.port)).catch((error: unknown) => error)
    if (anonymous instanceof Error) expect(anonymous).toMatchObject({ code: 'source.login-failed' })
    else {
      const store = anonymous as MongoConnection
      onTestFinished(() => store.close())
      expect((await failure(telethonMongo.survey(store.reader, signal))).code).toBe('source.login-failed')
    }
    const welcome = await connectMongo(location, { password: locked.password })
    onTestFinished(() => welcome.close())
    expect(welcome.server).toMatch(/^MongoDB \d/)
    expect(await telethonMongo.survey(welcome.reader, signal)).toEqual([])
  })

  it('speaks TLS, checks who answers, and says when only one side does', async () => {
    const tls = await startFerretDb({ tls: true })
    onTestFinished(() => tls.stop())
    const ca = tls.certificate?.ca ?? ''
    const verified = await connectMongo(mongoLocation(tls.port, { tls: { mode: 'verify', ca } }))
    onTestFinished(() => verified.close())
    const trusting = await connectMongo(mongoLocation(tls.port, { tls: { mode: 'any', ca: '' } }))
    onTestFinished(() => trusting.close())
    const unknown = await failure(connectMongo(mongoLocation(tls.port, { tls: { mode: 'verify', ca: '' } }), QUICK))
    expect(unknown).toMatchObject({
      code: 'source.unreachable',
      reason: expect.stringContaining('not trusted') as string,
    })
    const plain = await failure(connectMongo(mongoLocation(tls.port), QUICK))
    expect(plain).toMatchObject({ code: 'source.unreachable', reason: expect.stringContaining('TLS') as string })
    const other = await failure(connectMongo(mongoLocation(server.port, { tls: { mode: 'any', ca: '' } }), QUICK))
    expect(other).toMatchObject({ code: 'source.unreachable', reason: expect.stringContaining('TLS') as string })
  })

  it('fails a look that the server does not survive, and takes up again when it is back', async () => {
    const own = await startFerretDb()
    onTestFinished(() => own.stop())
    const client = own.client()
    for (let at = 0; at < 20; at += 1) await restoreDump(client, `many_${at}`, mongoDumps.mongo)
    await client.close()
    const store = await open(own.port, QUICK)
    const killed = { yet: false }
    const counting = (async () => {
      let seen = 0
      for await (const page of telethonMongo.pages(
        {
          ...store.reader,
          async find(request) {
            seen += 1
            if (seen === 10 && !killed.yet) {
              killed.yet = true
              await own.kill()
            }
            return store.reader.find(request)
          },
        },
        '',
        signal,
      )) {
        seen += page.length
      }
    })()
    expect((await failure(counting)).code).toBe('source.unreachable')
    await own.restart()
    const found: string[] = []
    for await (const page of telethonMongo.pages(store.reader, '', signal)) found.push(...page.map(({ key }) => key))
    expect(found).toHaveLength(20)
  })

  it('stops looking when it is told to', async () => {
    const store = await open()
    const stop = new AbortController()
    stop.abort(new Error('stopped by the test'))
    await expect(telethonMongo.survey(store.reader, stop.signal)).rejects.toThrow('stopped by the test')
  })

  it('refuses to write over what another client changed since it was read, and leaves that', async () => {
    await restoreDump(bot, 'busy', mongoDumps.mongo)
    const store = await open()
    const states = bot.db('busy').collection<{ _id: number }>('telethon_update_states')
    const write = store.write(async (writer) => {
      await telethonMongo.read(writer, 'busy')
      await states.updateOne({ _id: 0 }, { $set: { pts: 999_999 } })
      await telethonMongo.write!(writer, 'busy', session, options)
    })
    expect((await failure(write)).code).toBe('source.changed')
    expect(await states.findOne({ _id: 0 })).toMatchObject({ pts: 999_999 })
    const now = await dumpOf(bot, 'busy')
    expect(now['telethon_sessions']).toHaveLength(1)
    expect({ ...now, telethon_update_states: [] }).toEqual({
      ...(await dumpAfterRestore('busy2')),
      telethon_update_states: [],
    })
  })

  it('refuses when a document changes after it was to be replaced, and puts the rest back', async () => {
    await restoreDump(bot, 'race', mongoDumps.mongo)
    const original = await dumpOf(bot, 'race')
    const store = await open()
    const write = store.write(async (writer) => {
      await telethonMongo.write!(writer, 'race', session, options)
      // All is written, and what was there before is about to go.
      await bot
        .db('race')
        .collection<{ _id: number }>('telethon_entities')
        .updateOne({ _id: 777_000 }, { $set: { name: 'theirs' } })
    })
    expect((await failure(write)).code).toBe('source.changed')
    const now = await dumpOf(bot, 'race')
    expect(now['telethon_entities']?.filter((text) => text.includes('theirs'))).toHaveLength(1)
    const rest = (dump: typeof now): unknown => ({
      ...dump,
      telethon_entities: dump['telethon_entities']?.filter((text) => !text.includes('"777000"')),
    })
    expect(rest(now)).toEqual(rest(original))
  })

  it('refuses what came under the same id meanwhile, and leaves it', async () => {
    const store = await open()
    const write = store.write(async (writer) => {
      await writer.insert('fresh.telethon_entities', [{ _id: 1n, hash: 1n }])
      await bot
        .db('fresh')
        .collection<{ _id: number; hash: number }>('telethon_entities')
        .insertOne({ _id: 2, hash: 2 })
      await writer.insert('fresh.telethon_entities', [{ _id: 2n, hash: 3n }])
    })
    expect((await failure(write)).code).toBe('source.changed')
    expect(await bot.db('fresh').collection('telethon_entities').find().toArray()).toEqual([{ _id: 2, hash: 2 }])
  })

  it('undoes what it wrote when the work itself fails', async () => {
    const store = await open()
    const write = store.write(async (writer) => {
      await telethonMongo.write!(writer, 'tl', session, options)
      throw new TypeError('of the test')
    })
    await expect(write).rejects.toThrow('of the test')
    expect(await dumpOf(bot, 'tl')).toEqual(before)
  })

  // What the driver sends first for each kind of change.
  it.each(['telethon_entities', 'telethon_update_states', 'telethon_sent_files'])(
    'puts everything back when the connection is lost while it writes %s',
    async (collection) => {
      const store = await open(proxy.port, QUICK)
      let isArmed = false
      const write = store.write(async (writer) => {
        await telethonMongo.write!(
          {
            ...writer,
            insert: async (namespace, documents) => {
              if (namespace.endsWith(collection) && documents.length > 0 && !isArmed) {
                isArmed = true
                // The server gets the documents, and its answer never comes.
                proxy.cutAfterSending('insert')
              }
              await writer.insert(namespace, documents)
            },
          },
          'tl',
          {
            ...session,
            sentFiles: {
              count: 1,
              batches: async function* () {
                yield [UPLOAD]
              },
            },
          },
          options,
        )
      })
      expect((await failure(write)).code).toBe('source.unreachable')
      expect(await dumpOf(bot, 'tl')).toEqual(before)
    },
  )

  it('puts everything back when the connection is lost while the old documents go', async () => {
    const store = await open(proxy.port, QUICK)
    const write = store.write(async (writer) => {
      await telethonMongo.write!(writer, 'tl', session, options)
      proxy.cutAfterSending('delete')
    })
    expect((await failure(write)).code).toBe('source.unreachable')
    expect(await dumpOf(bot, 'tl')).toEqual(before)
  })

  it('puts everything back as soon as a server is there again that went while it wrote', async () => {
    const own = await startFerretDb()
    onTestFinished(() => own.stop())
    const client = own.client()
    onTestFinished(() => client.close())
    await restoreDump(client, 'tl', mongoDumps.mongo)
    const original = await dumpOf(client, 'tl')
    const store = await open(own.port, QUICK)
    const write = store.write(async (writer) => {
      await telethonMongo.write!(writer, 'tl', session, options)
      await own.kill()
    })
    const { code, reason } = await failure(write)
    expect(code).toBe('source.unreachable')
    expect(reason).toContain('undone when the server answers again')
    await own.restart()
    // Half of it is there: nothing is missing, and a look at it puts it right.
    const after = await connectMongo(mongoLocation(own.port))
    onTestFinished(() => after.close())
    const stored = await telethonMongo.read(after.reader, 'tl')
    expect(homeOf(stored!.decoded.session)?.authKey?.open()).toEqual(
      new Uint8Array(Buffer.from(mongoDumps.mongo.input.key, 'hex')),
    )
    expect(await dumpOf(client, 'tl')).toEqual(original)
  })

  it('keeps its promise on a server that says it is a replica set and has no transactions', async () => {
    const set = await startFerretDb({ replicaSet: 'rs0' })
    onTestFinished(() => set.stop())
    const client = set.client()
    onTestFinished(() => client.close())
    await restoreDump(client, 'tl', mongoDumps.mongo)
    const original = await dumpOf(client, 'tl')
    const store = await connectMongo(mongoLocation(set.port, { topology: { kind: 'replica-set', name: 'rs0' } }))
    onTestFinished(() => store.close())
    const failed = store.write(async (writer) => {
      await telethonMongo.write!(writer, 'tl', session, options)
      throw new TypeError('of the test')
    })
    await expect(failed).rejects.toThrow('of the test')
    expect(await dumpOf(client, 'tl')).toEqual(original)
    await replace(store)
    const stored = await telethonMongo.read(store.reader, 'tl')
    expect(homeOf(stored!.decoded.session)?.authKey?.equals(homeOf(session)!.authKey!)).toBe(true)
    expect(await collect(stored!.decoded.session.peers)).toHaveLength(session.peers.count)
    const wrong = mongoLocation(set.port, { topology: { kind: 'replica-set', name: 'other' } })
    expect((await failure(connectMongo(wrong, QUICK))).code).toBe('source.unreachable')
  })

  it('tells nothing of changes, so that it is polled', async () => {
    const store = await open()
    expect(
      await store.watch(
        '',
        () => {},
        () => {},
      ),
    ).toBeNull()
  })

  async function dumpAfterRestore(database: string): ReturnType<typeof dumpOf> {
    await restoreDump(bot, database, mongoDumps.mongo)
    return dumpOf(bot, database)
  }
})

const UPLOAD = { md5: new Uint8Array(16).fill(7), size: 5n, type: 'photo', id: 4242n, accessHash: -1n } as const
