import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSqliteMemory, readSqliteBytes, sqliteBytes } from '../../backends/sqlite.ts'
import type { Peer, PeerKind } from '../../domain/peer.ts'
import { Secret } from '../../domain/secret.ts'
import {
  type Account,
  collect,
  type Collection,
  collectionOf,
  type DataCenter,
  emptySession,
  type SentFile,
  type Session,
} from '../../domain/session.ts'
import type { EncodeOptions, PeerQuery } from '../format.ts'
import { deckSqlite } from './sqlite.ts'
import { ADDED_COLUMNS } from './tables.ts'

const options: EncodeOptions = { variant: '2', options: new Map(), nowSeconds: 0 }
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })
const int32 = fc.option(fc.integer())
const date = fc.option(
  fc.oneof(
    fc.integer(),
    fc.integer().map((n) => n / 1000),
  ),
)
const text = fc.string({ unit: 'grapheme', maxLength: 40 })
const key = fc.uint8Array({ minLength: 256, maxLength: 256 }).map((bytes) => {
  bytes[0] = (bytes[0] ?? 0) | 1
  return new Secret(bytes)
})

const secret = (byteLength: number): fc.Arbitrary<Secret> =>
  fc.uint8Array({ minLength: byteLength, maxLength: byteLength }).map((bytes) => new Secret(bytes))
const kind = fc.constantFrom<PeerKind>('user', 'chat', 'channel')

const dataCenter: fc.Arbitrary<DataCenter> = fc.record(
  {
    id: fc.integer({ min: 1, max: 250 }),
    address: fc.option(text),
    port: fc.option(fc.integer({ min: 0, max: 65_535 })),
    authKey: fc.option(key),
    home: fc.boolean(),
    flags: fc.nat({ max: 63 }),
    salt: secret(8),
    timeOffset: fc.oneof(
      fc.integer(),
      fc.integer().map((n) => n / 1000),
    ),
  },
  { requiredKeys: ['id', 'address', 'port', 'authKey', 'home'] },
)

const account: fc.Arbitrary<Account> = fc.record(
  {
    id: int64,
    isBot: fc.option(fc.boolean()),
    username: fc.option(text),
    phone: fc.option(text),
    extraUsernames: fc.array(text, { maxLength: 3 }),
    isPremium: fc.boolean(),
  },
  { requiredKeys: ['id', 'isBot', 'username', 'phone'] },
)

const peer: fc.Arbitrary<Peer> = fc.record(
  {
    kind,
    type: fc.option(
      fc.constantFrom('user', 'bot', 'group', 'channel', 'supergroup', 'gigagroup', 'forum', 'direct', 'community'),
    ),
    id: int64,
    accessHash: fc.option(int64),
    usernames: fc.array(text, { maxLength: 3 }),
    phone: fc.option(text),
    name: fc.option(text),
    updatedAt: date,
    isMin: fc.constant<true>(true),
    native: fc.record({ library: fc.constant('mtcute'), bytes: fc.uint8Array({ maxLength: 60 }) }),
  },
  { requiredKeys: ['kind', 'type', 'id', 'accessHash', 'usernames', 'phone', 'name', 'updatedAt'] },
)

const rows = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<Collection<T>> => fc.array(one).map((all) => collectionOf(all))

const sessions: fc.Arbitrary<Session> = fc.record(
  {
    dataCenters: fc.array(dataCenter, { maxLength: 6 }),
    test: fc.option(fc.boolean()),
    account: fc.option(account),
    apiId: fc.option(fc.nat()),
    updateState: fc.option(fc.record({ pts: int32, qts: int32, date, seq: int32 })),
    takeoutId: fc.option(int64),
    temporaryKey: fc.option(key),
    savedAt: date,
    channelStates: rows(fc.record({ channelId: int64, pts: int32, date, seq: int32, qts: int32 })),
    peers: rows(peer),
    sentFiles: rows(
      fc.record({
        md5: fc.uint8Array({ minLength: 16, maxLength: 16 }),
        size: int64,
        type: fc.constantFrom<SentFile['type']>('document', 'photo'),
        id: int64,
        accessHash: int64,
      }),
    ),
    minContexts: rows(
      fc.record({ peerKind: kind, peerId: int64, chatKind: fc.option(kind), chatId: int64, messageId: fc.integer() }),
    ),
    futureAuthToken: secret(20),
    server: fc.constant<'mtpylon'>('mtpylon'),
  },
  {
    requiredKeys: [
      'dataCenters',
      'test',
      'account',
      'apiId',
      'updateState',
      'takeoutId',
      'temporaryKey',
      'savedAt',
      'channelStates',
      'peers',
      'sentFiles',
      'minContexts',
    ],
  },
)

/** Everything a session holds, keys as hex, comparable with `toEqual`. */
async function plain({ peerParts: _derived, ...session }: Session): Promise<unknown> {
  const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
  const open = (value: Secret | null): string | null => value && hex(value.open())
  return {
    ...session,
    dataCenters: session.dataCenters.map((dc) => ({
      ...dc,
      authKey: open(dc.authKey),
      ...(dc.salt && { salt: open(dc.salt) }),
    })),
    temporaryKey: open(session.temporaryKey),
    ...(session.futureAuthToken && { futureAuthToken: open(session.futureAuthToken) }),
    channelStates: await collect(session.channelStates),
    peers: (await collect(session.peers)).map((one) => ({
      ...one,
      ...(one.native && { native: { ...one.native, bytes: hex(one.native.bytes) } }),
    })),
    minContexts: await collect(session.minContexts),
    sentFiles: (await collect(session.sentFiles)).map((file) => ({
      ...file,
      md5: hex(file.md5),
    })),
    counts: [session.channelStates.count, session.peers.count, session.sentFiles.count, session.minContexts.count],
  }
}

async function write(...rows: readonly [string, Session][]): Promise<Uint8Array> {
  return sqliteBytes(async (tables) => {
    for (const [name, session] of rows) await deckSqlite.write?.(tables, name, session, options)
  })
}

describe('deck.sqlite', () => {
  it('carries every field of any session', async () => {
    await fc.assert(
      fc.asyncProperty(sessions, sessions, async (first, second) => {
        const tables = readSqliteBytes(await write(['a', first], ['b', second]))
        const listed = await deckSqlite.list(tables)
        expect(listed.map((one) => one.key)).toEqual(['a', 'b'])
        for (const [index, session] of [first, second].entries()) {
          const read = listed[index]?.decoded.session
          expect(read && (await plain(read))).toEqual(await plain(session))
        }
        tables.close()
      }),
      { numRuns: 60 },
    )
  })

  it('replaces one session and leaves the others', async () => {
    const session = (apiId: number): Session => ({ ...emptySession(), apiId })
    const tables = createSqliteMemory(await write(['a', session(1)], ['b', session(2)]))
    await deckSqlite.write?.(tables, 'a', session(3), options)
    expect((await deckSqlite.list(tables)).map((one) => [one.key, one.decoded.session.apiId])).toEqual([
      ['b', 2],
      ['a', 3],
    ])
    await deckSqlite.remove?.(tables, 'b')
    expect((await deckSqlite.list(tables)).map((one) => one.key)).toEqual(['a'])
    tables.close()
  })

  it('detects its own tables and refuses a newer version', async () => {
    const tables = createSqliteMemory(await write(['a', emptySession()]))
    expect(deckSqlite.detect(await tables.schema())).toMatchObject({ certainty: 'exact' })
    await tables.run('DROP TABLE deck_peers')
    expect(deckSqlite.detect(await tables.schema())).toBeNull()
    await tables.run('UPDATE deck_version SET version = 3')
    await expect(deckSqlite.list(tables)).rejects.toMatchObject({ code: 'format.unsupported-version' })
    tables.close()
  })

  it('reads version 1, and brings it up when it writes into it', async () => {
    const key = new Secret(randomBytes(256))
    const home: DataCenter = { id: 2, address: null, port: null, authKey: key, home: true }
    const session: Session = { ...emptySession(), apiId: 7, dataCenters: [home] }
    const tables = createSqliteMemory(await write(['a', session], ['b', session]))
    // What version 1 lacks is taken away again.
    for (const { table, column } of ADDED_COLUMNS) await tables.run(`ALTER TABLE ${table} DROP COLUMN ${column}`)
    await tables.run('DROP TABLE deck_min_contexts')
    await tables.run('UPDATE deck_version SET version = 1')

    expect(deckSqlite.detect(await tables.schema())).toMatchObject({ certainty: 'exact', variant: '1' })
    const [first] = await deckSqlite.list(tables)
    expect(first?.decoded.info).toMatchObject({ variant: '1', formatVersion: 1 })
    expect(first && (await plain(first.decoded.session))).toEqual(await plain(session))
    const query: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 10 }
    expect((await deckSqlite.peers?.(tables, 'a', query))?.peers).toEqual([])

    const salted = { ...session, dataCenters: [{ ...home, salt: new Secret(randomBytes(8)) }] }
    await deckSqlite.write?.(tables, 'c', salted, options)
    const listed = await deckSqlite.list(tables)
    expect(listed.map((one) => [one.key, one.decoded.info.variant])).toEqual([
      ['a', '2'],
      ['b', '2'],
      ['c', '2'],
    ])
    const third = listed[2]?.decoded.session
    expect(third && (await plain(third))).toEqual(await plain(salted))
    await deckSqlite.remove?.(tables, 'a')
    expect((await deckSqlite.list(tables)).map((one) => one.key)).toEqual(['b', 'c'])
    tables.close()
  })

  it('says which parts its peers have', async () => {
    const peer: Peer = {
      kind: 'user',
      type: null,
      id: 5n,
      accessHash: 1n,
      usernames: ['ada'],
      phone: null,
      name: null,
      updatedAt: null,
      isMin: true,
    }
    const tables = readSqliteBytes(await write(['a', { ...emptySession(), peers: collectionOf([peer]) }]))
    const [stored] = await deckSqlite.list(tables)
    expect(stored?.decoded.session.peerParts).toEqual(['peer-usernames', 'peer-min-marks'])
    tables.close()
  })

  it('marks the file with its application id', async () => {
    expect(Buffer.from(await write(['a', emptySession()])).toString('latin1', 68, 72)).toBe('Sess')
  })

  it('answers a key of the wrong length as damage', async () => {
    const tables = createSqliteMemory(await write(['a', emptySession()]))
    await tables.run('INSERT INTO deck_data_centers (session, dc_id, auth_key, home) VALUES (1, 2, ?, 1)', [
      randomBytes(100),
    ])
    await expect(deckSqlite.list(tables)).rejects.toMatchObject({ code: 'format.malformed' })
    tables.close()
  })

  it('finds peers by name, username, phone and every form of id, in any case and script', async () => {
    const peer = (more: Partial<Peer>): Peer => ({
      kind: 'user',
      type: null,
      id: 1n,
      accessHash: 1n,
      usernames: [],
      phone: null,
      name: null,
      updatedAt: null,
      ...more,
    })
    const peers = [
      peer({ id: 11n, name: 'Ольга', usernames: ['olga', 'helga'] }),
      peer({ id: 12n, name: 'Shop Bot', type: 'bot', phone: '491511234567' }),
      peer({ id: 1_234_567_890n, kind: 'channel', name: 'News' }),
      peer({ id: 77n, kind: 'chat', name: 'Family' }),
    ]
    const tables = readSqliteBytes(await write(['a', { ...emptySession(), peers: collectionOf(peers) }]))
    const find = async (search: string, more: Partial<PeerQuery> = {}): Promise<bigint[]> => {
      const query: PeerQuery = { search, kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 10, ...more }
      const page = await deckSqlite.peers?.(tables, 'a', query)
      return page?.peers.map((one) => one.id) ?? []
    }
    expect(await find('ОЛЬ')).toEqual([11n])
    expect(await find('@Helga')).toEqual([11n])
    expect(await find('+49 151 123')).toEqual([12n])
    expect(await find('-1001234567890')).toEqual([1_234_567_890n])
    expect(await find('1234567890')).toEqual([1_234_567_890n])
    expect(await find('-77')).toEqual([77n])
    expect(await find('', { kind: 'bot' })).toEqual([12n])
    expect(await find('', { kind: 'user' })).not.toContain(12n)
    expect(await find('', { kind: 'user' })).not.toEqual([])
    expect(await find('', { sort: 'name', direction: 'desc' })).toEqual([11n, 12n, 1_234_567_890n, 77n])
    expect(await find('https://t.me/olga')).toEqual([11n])
    expect(await find('', { limit: 2, offset: 2 })).toEqual([11n, 12n])
    tables.close()
  })
})
