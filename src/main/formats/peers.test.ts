import { describe, expect, test } from 'vitest'
import { readSqliteBytes, type SqliteReader, sqliteBytes } from '../backends/sqlite.ts'
import { Secret } from '../domain/secret.ts'
import type { Peer } from '../domain/peer.ts'
import { collect, collectionOf, emptySession, type Session } from '../domain/session.ts'
import { deckSqlite } from './deck/sqlite.ts'
import type { PeerPage, PeerQuery, TablesFormat } from './format.ts'
import { pyrogramSqlite } from './pyrogram/sqlite.ts'
import { telethonSqlite } from './telethon/sqlite.ts'

function peer(of: Partial<Peer> & Pick<Peer, 'kind' | 'id'>): Peer {
  return { type: null, accessHash: 1n, usernames: [], phone: null, name: null, updatedAt: null, ...of }
}

const peers: readonly Peer[] = [
  peer({
    kind: 'user',
    id: 1001n,
    usernames: ['ada_lovelace', 'ada'],
    phone: '491701234567',
    name: 'Ada Lovelace',
    type: 'user',
  }),
  peer({ kind: 'user', id: 1002n, usernames: ['shopbot'], name: 'Shop 100%', type: 'bot', updatedAt: 30 }),
  peer({ kind: 'user', id: 1003n, name: 'Игорь Петров', type: 'user', updatedAt: 10 }),
  peer({ kind: 'user', id: 1004n, name: 'straße [1]', type: 'user', updatedAt: 20 }),
  peer({ kind: 'chat', id: 2001n, accessHash: 0n, name: 'family', type: 'group' }),
  peer({ kind: 'channel', id: 2001n, usernames: ['news'], name: 'News', type: 'channel' }),
  peer({ kind: 'channel', id: 1234567890n, name: 'Team', type: 'supergroup' }),
]

function session(): Session {
  const authKey = new Secret(crypto.getRandomValues(new Uint8Array(256)))
  return {
    ...emptySession(),
    dataCenters: [{ id: 2, address: null, port: null, authKey, home: true }],
    account: { id: 1001n, isBot: false, username: null, phone: null },
    peers: collectionOf(peers),
  }
}

async function opened(format: TablesFormat, variant: string, of: Session = session()): Promise<SqliteReader> {
  const options = { variant, options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
  return readSqliteBytes(await sqliteBytes((tables) => format.write!(tables, '', of, options)))
}

const everything: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 100 }

function ids(page: PeerPage): string[] {
  return page.peers.map((one) => `${one.kind} ${one.id}`)
}

const shapes = [
  [telethonSqlite, '6'],
  [telethonSqlite, '7'],
  [pyrogramSqlite, '1'],
  [pyrogramSqlite, '3'],
  [pyrogramSqlite, 'K4'],
  [pyrogramSqlite, 'K7'],
  [pyrogramSqlite, 'F4'],
] as const

describe.each(shapes)('$id %s', (format, variant) => {
  const find = async (query: Partial<PeerQuery>): Promise<PeerPage> => {
    const tables = await opened(format, variant)
    try {
      return await format.peers!(tables, '', { ...everything, ...query })
    } finally {
      tables.close()
    }
  }

  test('all of them, by marked id, without the self marker', async () => {
    const page = await find({})
    expect(page).toMatchObject({ total: peers.length, more: false })
    expect(ids(page).slice(-5)).toEqual(['chat 2001', 'user 1001', 'user 1002', 'user 1003', 'user 1004'])
    expect(ids(page)).toHaveLength(peers.length)
    expect(ids(await find({ direction: 'desc' }))).toEqual(ids(page).toReversed())
  })

  test('page by page without gaps or repeats', async () => {
    const whole = ids(await find({}))
    const found: string[] = []
    for (let offset = 0; ; offset += 2) {
      const page = await find({ offset, limit: 2 })
      found.push(...ids(page))
      expect(page.more).toBe(found.length < whole.length)
      if (!page.more) break
    }
    expect(found).toEqual(whole)
  })

  test.each([
    ['ada_lov', ['user 1001']],
    ['ADA_LOV', ['user 1001']],
    ['@ada_lovelace', ['user 1001']],
    ['https://t.me/News', ['channel 2001']],
    ['1003', ['user 1003']],
    ['2001', ['channel 2001', 'chat 2001']],
    ['-2001', ['chat 2001']],
    ['-1001234567890', ['channel 1234567890']],
    ['1234567890', ['channel 1234567890']],
    ['+49 170 12345', ['user 1001']],
    ['491701234567', ['user 1001']],
    ["' OR 1=1 --", []],
    ['%', format === telethonSqlite ? ['user 1002'] : []],
    ['_', ['user 1001']],
    ['99999999999999999999', []],
  ])('search %j', async (search, expected) => {
    const page = await find({ search })
    expect(ids(page).toSorted()).toEqual([...expected].toSorted())
    expect(page.total).toBe(expected.length)
  })

  test('filters by kind, users and bots apart', async () => {
    const users = format === telethonSqlite ? ['1001', '1002', '1003', '1004'] : ['1001', '1003', '1004']
    expect(ids(await find({ kind: 'user' }))).toEqual(users.map((id) => `user ${id}`))
    expect(ids(await find({ kind: 'bot' }))).toEqual(format === telethonSqlite ? [] : ['user 1002'])
    expect(ids(await find({ kind: 'chat' }))).toEqual(['chat 2001'])
    expect(ids(await find({ kind: 'channel' })).toSorted()).toEqual(['channel 1234567890', 'channel 2001'])
  })
})

describe('names, in Telethon', () => {
  test.each([
    ['ИГОРЬ', ['user 1003']],
    ['петр', ['user 1003']],
    ['straße [', ['user 1004']],
    ['STRAßE', ['user 1004']],
    ['100%', ['user 1002']],
    ['lovelace', ['user 1001']],
  ])('search %j folds every script', async (search, expected) => {
    const tables = await opened(telethonSqlite, '7')
    expect(ids(await telethonSqlite.peers!(tables, '', { ...everything, search }))).toEqual(expected)
    tables.close()
  })

  test('sorting by date puts rows without one last, either way', async () => {
    const tables = await opened(telethonSqlite, '7')
    const by = async (direction: 'asc' | 'desc'): Promise<string[]> =>
      ids(await telethonSqlite.peers!(tables, '', { ...everything, sort: 'updated', direction }))
    expect((await by('asc')).slice(0, 3)).toEqual(['user 1003', 'user 1004', 'user 1002'])
    expect((await by('desc')).slice(0, 3)).toEqual(['user 1002', 'user 1004', 'user 1003'])
    tables.close()
  })
})

test('every username of a peer is found and shown, the first one first', async () => {
  for (const variant of ['K4', 'K7', 'F4']) {
    const tables = await opened(pyrogramSqlite, variant)
    for (const search of ['ada', '@ada_lovelace', '@ada']) {
      const page = await pyrogramSqlite.peers!(tables, '', { ...everything, search })
      expect(page.peers.map((one) => one.usernames)).toEqual([['ada_lovelace', 'ada']])
    }
    tables.close()
  }
})

test('collections read page after page, and again from the start', async () => {
  const many = Array.from({ length: 2500 }, (_, index) =>
    peer({ kind: 'user', id: BigInt(index + 1), usernames: [`user_${index}`, `alias_${index}`] }),
  )
  const of = {
    ...session(),
    peers: collectionOf(many),
    sentFiles: collectionOf(
      many.map((one) => ({
        md5: crypto.getRandomValues(new Uint8Array(16)),
        size: one.id,
        type: 'photo' as const,
        id: one.id,
        accessHash: -one.id,
      })),
    ),
    channelStates: collectionOf(many.map((one) => ({ channelId: one.id, pts: 1, qts: 0, date: 1.5, seq: 0 }))),
  }
  for (const [format, variant] of [...shapes, [deckSqlite, '1']] as const) {
    const tables = await opened(format, variant, of)
    const [stored] = await format.list(tables)
    const { session: read } = stored!.decoded
    expect(read.peers.count).toBe(2500)
    for (let pass = 0; pass < 2; pass += 1) {
      const found = await collect(read.peers)
      expect(new Set(found.map((one) => one.id)).size).toBe(2500)
      const carried = format.variants.find((one) => one.id === variant)!.carries
      const expected = carried.has('peer-extra-usernames') ? 2 : 1
      expect(found.every((one) => one.usernames.length === expected)).toBe(true)
      if (carried.has('channel-states')) expect(await collect(read.channelStates)).toHaveLength(2500)
      if (carried.has('sent-files')) expect(await collect(read.sentFiles)).toHaveLength(2500)
    }
    tables.close()
  }
})
