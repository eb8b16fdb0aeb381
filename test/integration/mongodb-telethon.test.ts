import fc from 'fast-check'
import { BSON, type MongoClient } from 'mongodb'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../src/main/bytes/hex.ts'
import { collect, homeOf, type Session } from '../../src/main/domain/session.ts'
import type { DocumentsFormat, PeerQuery, StoredSession } from '../../src/main/formats/format.ts'
import { pyrogramMongo } from '../../src/main/formats/pyrogram/mongo.ts'
import { telethonMongo } from '../../src/main/formats/telethon/mongo.ts'
import { randomSession } from '../support/formats/random-session.ts'
import { ferretdbMissing, type FerretDbServer, startFerretDb } from '../support/servers/ferretdb.ts'
import { connectMongo, dumpOf, type MongoConnection, mongoDumps, mongoLocation, restoreDump } from './support/mongo.ts'

const missing = await ferretdbMissing()
const { signal } = new AbortController()

describe.skipIf(missing !== null)('sessions in MongoDB', () => {
  let server: FerretDbServer
  let bot: MongoClient
  let store: MongoConnection
  beforeAll(async () => {
    server = await startFerretDb()
    bot = server.client()
    store = await connectMongo(mongoLocation(server.port))
  })
  afterAll(async () => {
    await store.close()
    await bot.close()
    await server.stop()
  })

  describe.each([
    { name: 'now', dump: mongoDumps.mongo, variant: 'current', hasStates: true },
    { name: 'of 0.2', dump: mongoDumps.mongo_0_2_1, variant: '0.2', hasStates: false },
  ])('what Telethon’s store wrote $name', ({ dump, variant, hasStates }) => {
    const database = `dump_${variant.replace('.', '_')}`
    let stored: StoredSession
    beforeAll(async () => {
      await restoreDump(bot, database, dump)
      stored = await read(telethonMongo, database)
    })

    it('has its place, key and takeout', () => {
      const { session, info, problems } = stored.decoded
      const [id, address, port] = dump.input.dc
      expect(problems).toEqual([])
      expect(info).toMatchObject({ formatId: 'telethon.mongo', variant, library: 'telethon' })
      expect(session.dataCenters).toHaveLength(1)
      expect(session.dataCenters[0]).toMatchObject({ id, address, port, home: true })
      expect(toHex(homeOf(session)?.authKey?.open() ?? new Uint8Array())).toBe(dump.input.key)
      expect(session.takeoutId).toBe(BigInt(dump.input.takeout))
      expect(stored).toMatchObject({ key: database, name: database })
    })

    it('has its peers', async () => {
      const peers = await collect(stored.decoded.session.peers)
      const expected = [
        ...dump.input.users.map((one) => ({ kind: 'user', ...one })),
        ...dump.input.channels.map((one) => ({ kind: 'channel', ...one })),
      ].map((one) => ({
        kind: one.kind,
        id: BigInt(one.id),
        accessHash: BigInt(one.hash),
        name: one.name,
        usernames: one.username === null ? [] : [one.username.toLowerCase()],
        phone: one.phone ?? null,
        type: null,
        updatedAt: null,
      }))
      const byId = (a: { id: bigint }, b: { id: bigint }): number => Number(a.id - b.id)
      expect(peers.toSorted(byId)).toEqual(expected.toSorted(byId))
      expect(stored.decoded.session.peers.count).toBe(expected.length)
    })

    it('has its states', async () => {
      const { session } = stored.decoded
      const [own, ...channels] = dump.input.states.map(({ id, pts, qts, date, seq }) => {
        return { channelId: BigInt(id), pts, qts, date: Math.trunc(date), seq }
      })
      const byId = (a: { channelId: bigint }, b: { channelId: bigint }): number => Number(a.channelId - b.channelId)
      if (hasStates) {
        const { channelId: _zero, ...state } = own!
        expect(session.updateState).toEqual(state)
        expect(await collect(session.channelStates)).toEqual(channels.toSorted(byId))
      } else {
        expect(session.updateState).toBeNull()
        expect(await collect(session.channelStates)).toEqual([])
      }
    })

    it('has its uploads', async () => {
      const files = await collect(stored.decoded.session.sentFiles)
      const facts = files.map(({ md5, size, type }) => `${toHex(md5)} ${size} ${type}`)
      const expected = dump.input.files.map(
        ({ md5, size, type }) => `${md5} ${size} ${type === 1 ? 'photo' : 'document'}`,
      )
      expect(facts.toSorted()).toEqual(expected.toSorted())
    })

    it('comes out of the app as it came in, types and all', async () => {
      const copy = `copy_${variant.replace('.', '_')}`
      await write(telethonMongo, copy, stored.decoded.session, variant)
      const [before, after] = [await dumpOf(bot, database), await dumpOf(bot, copy)]
      const withoutIds = (one: Record<string, readonly string[]>): unknown =>
        JSON.parse(JSON.stringify(one).replaceAll(/\{\\"\$oid\\":\\"[0-9a-f]{24}\\"\}/g, '0')) as unknown
      expect(withoutIds(after)).toEqual(withoutIds(before))
    })
  })

  it('leaves a store that it reads as it was', async () => {
    const before = await dumpOf(bot, 'dump_current')
    await read(telethonMongo, 'dump_current')
    expect(await dumpOf(bot, 'dump_current')).toEqual(before)
  })

  it('lists both generations side by side, and nothing of other programs', async () => {
    await restoreDump(bot, 'both', mongoDumps.mongo)
    await restoreDump(bot, 'both', {
      ...mongoDumps.mongo_0_2_1,
      collections: withoutVersion(mongoDumps.mongo_0_2_1.collections),
    })
    await bot
      .db('web')
      .collection<{ _id: string; session: string }>('sessions')
      .insertOne({ _id: 'sid', session: '{}' })
    await bot.db('web').collection<{ _id: string; user: string }>('session').insertOne({ _id: 'x', user: 'someone' })
    const keys = (await list(telethonMongo)).map(({ key }) => key)
    expect(keys).toContain('both')
    expect(keys).toContain('both/session')
    expect(keys.filter((key) => key.startsWith('web'))).toEqual([])
    expect((await read(telethonMongo, 'both')).decoded.info.variant).toBe('current')
    expect((await read(telethonMongo, 'both/session')).decoded.info.variant).toBe('0.2')
    expect(await pyrogramMongo.read(store.reader, 'both')).toBeNull()
    const [place] = await telethonMongo.survey(store.reader, signal)
    expect(place).toEqual({ prefix: '', sessions: keys.length })
  })

  it('looks under its prefix and in its database alone', async () => {
    const session = fc.sample(randomSession, 1)[0]!
    await write(telethonMongo, 'bots_a', session)
    const prefixed = await connectMongo(mongoLocation(server.port, { prefix: 'bots_' }))
    const single = await connectMongo(mongoLocation(server.port, { database: 'bots_a' }))
    try {
      expect((await list(telethonMongo, prefixed, 'bots_')).map(({ key }) => key)).toEqual(['bots_a'])
      expect(await telethonMongo.survey(prefixed.reader, signal)).toEqual([{ prefix: 'bots_', sessions: 1 }])
      expect((await list(telethonMongo, single)).map(({ key }) => key)).toEqual(['bots_a'])
      expect(await telethonMongo.read(single.reader, 'dump_current')).toBeNull()
      await expect(write(telethonMongo, 'bots_b', session, 'current', single)).rejects.toMatchObject({
        code: 'request.unsupported',
      })
      expect(telethonMongo.keyFor('bots_', 'my bot')).toBe('bots_my_bot')
    } finally {
      await prefixed.close()
      await single.close()
    }
  })

  describe.each([
    { format: telethonMongo, variant: 'current' },
    { format: telethonMongo, variant: '0.2' },
    { format: pyrogramMongo, variant: '1' },
  ])('$format.id $variant', ({ format, variant }) => {
    it('gives back what it was given', async () => {
      await fc.assert(
        fc.asyncProperty(randomSession, async (session) => {
          const key = `back_${crypto.randomUUID().slice(0, 8)}`
          await write(format, key, session, variant)
          const back = await read(format, key)
          expect(back.decoded.problems).toEqual([])
          await expectCarried(back.decoded.session, session, format, variant)
          await store.write((writer) => format.remove!(writer, key))
          expect(await format.read(store.reader, key)).toBeNull()
          const left = await dumpOf(bot, key)
          expect(Object.keys(left).filter((name) => name !== 'version')).toEqual([])
        }),
        { numRuns: 8 },
      )
    })

    it('writes integers alone, of 32 bits where they fit', async () => {
      const session = fc.sample(randomSession, 1)[0]!
      const key = `types_${variant.replace('.', '_')}_${format.library}`
      await write(format, key, { ...session, savedAt: 1_700_000_000 }, variant)
      const texts = Object.values(await dumpOf(bot, key)).flat()
      expect(texts.length).toBeGreaterThan(0)
      for (const text of texts) {
        // Moments of Pyrogram peers and states may have fractions.
        expect(text.replaceAll(/\{"\$numberDouble":"\d+\.\d+"\}/g, '')).not.toContain('$numberDouble')
        for (const [, digits] of text.matchAll(/\{"\$numberLong":"(-?\d+)"\}/g)) {
          expect(BigInt.asIntN(32, BigInt(digits!))).not.toBe(BigInt(digits!))
        }
      }
    })

    it('replaces the session of a database whole', async () => {
      const [first, second] = fc.sample(randomSession, 2)
      const key = `again_${variant.replace('.', '_')}_${format.library}`
      await write(format, key, first!, variant)
      await write(format, key, second!, variant)
      const back = await read(format, key)
      await expectCarried(back.decoded.session, second!, format, variant)
    })

    it('finds peers by pages, names, phones and ids', async () => {
      const key = `peers_${variant.replace('.', '_')}_${format.library}`
      const some = fc.sample(randomSession, 30)
      const peers = distinctPeers((await Promise.all(some.map(({ peers }) => collect(peers)))).flat())
      const extra = {
        kind: 'user' as const,
        type: 'user' as const,
        id: 987_654_321n,
        accessHash: 1n,
        usernames: ['findme_please', 'second_name'],
        phone: '4917012345678',
        name: 'Ünïque Æther (x)',
        updatedAt: 1_700_000_000,
      }
      const all = [...peers, extra]
      const session: Session = {
        ...some[0]!,
        peers: {
          count: all.length,
          batches: async function* () {
            yield all
          },
        },
      }
      await write(format, key, session, variant)
      const ask = async (query: Partial<PeerQuery>): ReturnType<NonNullable<DocumentsFormat['peers']>> =>
        format.peers!(store.reader, key, {
          search: '',
          kind: null,
          sort: 'id',
          direction: 'asc',
          offset: 0,
          limit: 1000,
          ...query,
        })
      const idsOf = async (query: Partial<PeerQuery>): Promise<readonly bigint[]> =>
        (await ask(query)).peers.map(({ id }) => id)

      const whole = await ask({})
      expect(whole).toMatchObject({ total: all.length, more: false })
      expect(whole.peers).toHaveLength(all.length)
      for (const sort of ['id', 'name', 'updated'] as const) {
        for (const direction of ['asc', 'desc'] as const) {
          const order = await idsOf({ sort, direction })
          const paged: bigint[] = []
          for (let offset = 0; offset < all.length; offset += 7)
            paged.push(...(await idsOf({ sort, direction, offset, limit: 7 })))
          expect(paged, `${sort} ${direction}`).toEqual(order)
        }
      }
      if (format === telethonMongo) {
        const names = (await ask({ sort: 'name' })).peers.map(({ name }) => name)
        // Those without a name come last, whatever the direction.
        const firstNameless = names.indexOf(null)
        if (firstNameless !== -1) expect(names.slice(firstNameless).every((name) => name === null)).toBe(true)
        expect(await idsOf({ search: 'ünïque æ' })).toEqual([extra.id])
        expect(await idsOf({ search: '(x)' })).toContain(extra.id)
      } else {
        expect(await idsOf({ search: '@second_na' })).toEqual([extra.id])
        expect((await ask({ kind: 'bot' })).peers.every(({ type }) => type === 'bot')).toBe(true)
      }
      expect(await idsOf({ search: '@FindMe' })).toEqual([extra.id])
      expect(await idsOf({ search: '+49 170 1234' })).toContain(extra.id)
      expect(await idsOf({ search: '987654321' })).toContain(extra.id)
      expect(await idsOf({ search: 'nobody has that' })).toEqual([])
      for (const kind of ['user', 'chat', 'channel'] as const) {
        expect(await idsOf({ kind })).toHaveLength(all.filter((one) => one.kind === kind).length)
      }
    })
  })

  it('reads what is of another type as what it is, and lists what is broken with its problem', async () => {
    const sessions = bot.db('odd').collection('telethon_sessions')
    const place = { dc_id: 2, server_address: '149.154.167.51', port: 443 }
    const cases = [
      { auth_key: new BSON.Binary(new Uint8Array(255)), code: 'session.damaged-key' },
      { auth_key: 'not a key', code: 'session.damaged-key' },
      { auth_key: new BSON.Decimal128('1'), code: 'session.damaged-key' },
      { auth_key: { $a: 1 }, code: 'session.damaged-key' },
      { auth_key: new BSON.Binary(new Uint8Array(0)), code: 'session.no-key' },
    ]
    for (const { auth_key, code } of cases) {
      await sessions.deleteMany({})
      // FerretDB takes neither names with a dollar nor Decimal128.
      const isTaken = await sessions.insertOne({ ...place, auth_key }).then(
        () => true,
        () => false,
      )
      if (!isTaken) continue
      const stored = await read(telethonMongo, 'odd')
      expect(stored.decoded.problems.map((one) => one.code)).toContain(code)
      expect(homeOf(stored.decoded.session)?.authKey).toBeNull()
    }
    await sessions.deleteMany({})
    // A program in JavaScript writes doubles, and dates as dates.
    await sessions.insertOne({
      dc_id: new BSON.Double(2),
      server_address: '149.154.167.51',
      port: '443',
      auth_key: new BSON.Binary(crypto.getRandomValues(new Uint8Array(256))),
      takeout_id: true,
    })
    await bot
      .db('odd')
      .collection<{ _id: number | string; hash: number | string }>('telethon_entities')
      .insertMany([
        { _id: 5, hash: '77', username: 7, name: ['a'] },
        { _id: 'text', hash: 1 },
      ] as { _id: number | string; hash: number | string }[])
    await bot
      .db('odd')
      .collection<{ _id: number }>('telethon_update_states')
      .insertOne({
        _id: 0,
        pts: new BSON.Double(7),
        date: new Date(1_700_000_000_000),
      } as unknown as { _id: number })
    const { session } = (await read(telethonMongo, 'odd')).decoded
    expect(session.dataCenters[0]).toMatchObject({ id: 2, port: 443 })
    expect(session.dataCenters[0]?.authKey).not.toBeNull()
    expect(session.updateState).toEqual({ pts: 7, qts: null, date: 1_700_000_000, seq: null })
    expect(await collect(session.peers)).toEqual([
      { kind: 'user', type: null, id: 5n, accessHash: 77n, usernames: ['7'], phone: null, name: null, updatedAt: null },
    ])
  })

  async function read(format: DocumentsFormat, key: string): Promise<StoredSession> {
    const stored = await format.read(store.reader, key)
    if (stored === null) throw new Error(`no session under ${key}`)
    return stored
  }

  async function list(format: DocumentsFormat, connection = store, prefix = ''): Promise<readonly StoredSession[]> {
    const all: StoredSession[] = []
    for await (const page of format.pages(connection.reader, prefix, signal)) all.push(...page)
    return all
  }

  async function write(
    format: DocumentsFormat,
    key: string,
    session: Session,
    variant = format.defaultVariant,
    connection = store,
  ): Promise<void> {
    const options = { variant, options: new Map<string, string>(), nowSeconds: 0 }
    await connection.write((writer) => format.write!(writer, key, session, options))
  }
})

function withoutVersion<T>(collections: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(collections).filter(([name]) => name !== 'version'))
}

function distinctPeers<T extends { readonly kind: string; readonly id: bigint }>(peers: readonly T[]): readonly T[] {
  return [...new Map(peers.map((one) => [`${one.kind} ${one.id}`, one])).values()]
}

async function expectCarried(back: Session, given: Session, format: DocumentsFormat, variant: string): Promise<void> {
  const carries = format.variants.find(({ id }) => id === variant)!.carries
  const [home, own] = [homeOf(back)!, homeOf(given)!]
  expect(home.id).toBe(own.id)
  expect(home.authKey?.equals(own.authKey!)).toBe(true)
  if (carries.has('address')) expect(home.address).toBe(own.address)
  expect(back.test).toBe(given.test)
  expect(back.account?.id).toBe(given.account?.id)
  if (carries.has('is-bot')) expect(back.account?.isBot).toBe(given.account?.isBot)
  if (carries.has('takeout-id')) expect(back.takeoutId).toBe(given.takeoutId)
  if (carries.has('api-id')) expect(back.apiId).toBe(given.apiId)
  if (carries.has('saved-at')) expect(back.savedAt).toBe(given.savedAt)
  expect(back.updateState).toEqual(given.updateState)
  const byMark = (a: { kind: string; id: bigint }, b: { kind: string; id: bigint }): number =>
    `${a.kind} ${a.id}` < `${b.kind} ${b.id}` ? -1 : 1
  const peers = (await collect(back.peers)).toSorted(byMark)
  const wanted = (await collect(given.peers)).toSorted(byMark)
  expect(peers.map(({ kind, id, phone }) => ({ kind, id, phone }))).toEqual(
    wanted.map(({ kind, id, phone }) => ({ kind, id, phone })),
  )
  expect(peers.map(({ accessHash }) => accessHash)).toEqual(wanted.map(({ accessHash }) => accessHash ?? 0n))
  const many = carries.has('peer-extra-usernames')
  expect(peers.map(({ usernames }) => [...usernames].toSorted())).toEqual(
    wanted.map(({ usernames }) => [...(many ? usernames : usernames.slice(0, 1))].toSorted()),
  )
  if (carries.has('peer-names')) expect(peers.map(({ name }) => name)).toEqual(wanted.map(({ name }) => name))
  if (carries.has('peer-dates')) expect(peers.map((one) => one.updatedAt)).toEqual(wanted.map((one) => one.updatedAt))
  const byChannel = (a: { channelId: bigint }, b: { channelId: bigint }): number => (a.channelId < b.channelId ? -1 : 1)
  const states = (await collect(given.channelStates)).map((state) => {
    const date = format === telethonMongo && state.date !== null ? Math.trunc(state.date) : state.date
    return { ...state, date }
  })
  expect((await collect(back.channelStates)).toSorted(byChannel)).toEqual(states.toSorted(byChannel))
  if (carries.has('sent-files')) {
    const key = ({ id }: { id: bigint }): string => String(id)
    expect((await collect(back.sentFiles)).map(key).toSorted()).toEqual(
      (await collect(given.sentFiles)).map(key).toSorted(),
    )
  }
}
