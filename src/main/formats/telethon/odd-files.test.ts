import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../../backends/sqlite.ts'
import type { Peer } from '../../domain/peer.ts'
import { Secret } from '../../domain/secret.ts'
import { collect, collectionOf, type DataCenter, emptySession, homeOf, type Session } from '../../domain/session.ts'
import type { Decoded } from '../format.ts'
import type { Cell } from '../media.ts'
import { createStatements, type TelethonVersion } from './schema.ts'
import { telethonSqlite } from './sqlite.ts'
import { telethonString } from './string.ts'

const key = randomBytes(256)

interface Odd {
  readonly version?: TelethonVersion
  readonly numbers?: readonly bigint[]
  readonly sessions?: readonly (readonly Cell[])[]
  readonly extra?: readonly string[]
}

interface Read extends Decoded {
  readonly peers: readonly Peer[]
  page(query: { readonly search?: string; readonly kind?: string }): readonly Peer[]
}

/** A file as no library leaves it, read. */
async function read({ version = '7', numbers, sessions, extra = [] }: Odd): Promise<Read> {
  const bytes = await sqliteBytes(async (tables) => {
    for (const statement of createStatements(version)) await tables.run(statement)
    for (const number of numbers ?? [BigInt(version)]) await tables.run('INSERT INTO version VALUES (?)', [number])
    const width = Number(version) >= 8 ? 6 : Number(version) >= 5 ? 5 : 4
    for (const row of sessions ?? [[2n, '149.154.167.51', 443n, key]]) {
      const cells = Array.from({ length: width }, (_, index) => row[index] ?? null)
      await tables.run(`INSERT INTO sessions VALUES (${cells.map(() => '?').join(',')})`, cells)
    }
    for (const statement of extra) await tables.run(statement)
  })
  const tables = readSqliteBytes(bytes)
  const [stored] = await telethonSqlite.list(tables)
  const [peers] = await Promise.all([
    collect(stored!.decoded.session.peers),
    collect(stored!.decoded.session.sentFiles),
  ])
  const session = { ...stored!.decoded.session, peers: collectionOf(peers) }
  const pages = new Map<string, readonly Peer[]>()
  for (const [name, changes] of [
    ['77', { search: '77' }],
    ['channel', { kind: 'channel' }],
  ] as const) {
    const page = { search: '', kind: null, sort: 'name', direction: 'asc', offset: 0, limit: 5 } as const
    pages.set(name, (await telethonSqlite.peers!(tables, '', { ...page, ...changes })).peers)
  }
  tables.close()
  return {
    ...stored!.decoded,
    session,
    peers,
    page: ({ search, kind }) => pages.get(search ?? kind ?? '') ?? [],
  }
}

function codes(decoded: Decoded): string[] {
  for (const { message } of decoded.problems) expect(message).toMatch(/^[A-Z].*\.$/)
  return decoded.problems.map((problem) => problem.code)
}

test('a sound file has no problems', async () => {
  expect(codes(await read({}))).toEqual([])
})

describe('home', () => {
  test.each([
    ['DC 0 is inferred', [0n, '149.154.167.91', 443n, key], 4, ['telethon.dc-inferred']],
    ['the address wins over the id', [4n, '149.154.167.51', 443n, key], 2, ['telethon.dc-mismatch']],
    ['DC 0 at an unknown address stays unknown', [0n, '10.0.0.1', 443n, key], 0, ['telethon.dc-unknown']],
    ['brackets are taken off', [2n, '[2001:67c:4e8:f002::a]', 443n, key], 2, ['telethon.ipv6']],
    ['IPv6 as the server spells it', [4n, '2001:067c:04e8:f004:0000:0000:0000:000a', 443n, key], 4, ['telethon.ipv6']],
    ['a host name is kept', [2n, 'proxy.example', 443n, key], 2, []],
    ['an empty key is none', [2n, '149.154.167.51', 443n, new Uint8Array()], 2, ['session.no-key']],
    ['a NULL key is none', [2n, '149.154.167.51', 443n, null], 2, ['session.no-key']],
    ['256 zeros are no key', [2n, '149.154.167.51', 443n, new Uint8Array(256)], 2, ['session.no-key']],
    [
      'a short key is damage',
      [2n, '149.154.167.51', 443n, key.subarray(1)],
      2,
      ['session.damaged-key', 'session.no-key'],
    ],
  ] as const)('%s', async (_name, row, dcId, problems) => {
    const decoded = await read({ sessions: [row] })
    expect(codes(decoded)).toEqual(problems)
    const home = homeOf(decoded.session)!
    expect(home.id).toBe(dcId)
    expect(home.address).not.toMatch(/[[\]]|:0{2}/)
    expect(home.authKey === null).toBe(problems.some((code) => code === 'session.no-key'))
  })

  test('a test address tells test mode', async () => {
    expect((await read({ sessions: [[2n, '149.154.167.40', 80n, key]] })).session.test).toBe(true)
    expect((await read({})).session.test).toBe(false)
    expect((await read({ sessions: [[2n, '10.0.0.1', 443n, key]] })).session.test).toBeNull()
  })

  test('of several rows the first is home', async () => {
    const other = randomBytes(256)
    const decoded = await read({
      sessions: [
        [4n, '149.154.167.91', 443n, other],
        [2n, '149.154.167.51', 443n, key],
      ],
    })
    expect(codes(decoded)).toEqual(['telethon.several-sessions'])
    expect(decoded.session.dataCenters.map((dc) => [dc.id, dc.home])).toEqual([
      [2, true],
      [4, false],
    ])
    expect(decoded.session.dataCenters[1]?.authKey?.equals(new Secret(other))).toBe(true)
  })

  test('no row at all', async () => {
    const decoded = await read({ sessions: [] })
    expect(decoded.session.dataCenters).toEqual([])
    expect(codes(decoded)).toEqual(['session.no-key'])
  })
})

describe('version', () => {
  test.each([
    ['two rows', { numbers: [6n, 7n] }, ['telethon.two-version-rows', 'telethon.interrupted-upgrade']],
    ['none', { numbers: [] }, ['telethon.no-version']],
    ['an upgrade that stopped', { numbers: [6n] }, ['telethon.interrupted-upgrade']],
    ['8 with the columns of 7', { numbers: [8n] }, ['telethon.five-columns']],
    ['7 with the columns of 4', { numbers: [7n], version: '4' }, ['telethon.version-mismatch']],
    ['a number from the future', { numbers: [9n] }, ['telethon.unknown-version']],
    ['one column too many', { extra: ['ALTER TABLE sessions ADD COLUMN note text'] }, ['telethon.extra-column']],
    ['one table too many', { extra: ['CREATE TABLE mine (a)'] }, ['telethon.stray-table']],
    ['two tables too many', { extra: ['CREATE TABLE a (a)', 'CREATE TABLE b (b)'] }, ['telethon.stray-table']],
    ['a column less', { extra: ['ALTER TABLE entities DROP COLUMN name'] }, ['telethon.missing-column']],
    ['no version table', { extra: ['DROP TABLE version'] }, ['telethon.no-version', 'telethon.missing-table']],
    [
      'a key as text',
      { sessions: [[2n, '149.154.167.51', 443n, Buffer.from(key).toString('hex')]] },
      ['telethon.key-as-text'],
    ],
    [
      'a self marker that names nobody',
      { extra: ['INSERT INTO entities VALUES (0, 0, NULL, NULL, NULL, 1)'] },
      ['telethon.self-marker'],
    ],
    ['a missing table', { extra: ['DROP TABLE sent_files'] }, ['telethon.missing-table']],
    ['no entities', { extra: ['DROP TABLE entities'], version: '6' }, ['telethon.missing-table']],
  ] as const)('%s', async (_name, odd, problems) => {
    const decoded = await read(odd)
    expect(codes(decoded)).toEqual(problems)
    expect(homeOf(decoded.session)?.authKey?.equals(new Secret(key))).toBe(true)
    // The cure that is offered: written again in the version it was taken for, nothing is left to say.
    const { variant } = decoded.info
    const bytes = await sqliteBytes((tables) =>
      telethonSqlite.write!(tables, '', decoded.session, { variant, options: new Map(), nowSeconds: 1 }),
    )
    const tables = readSqliteBytes(bytes)
    const [repaired] = await telethonSqlite.list(tables)
    expect(repaired!.decoded.problems).toEqual([])
    expect(repaired!.decoded.info.variant).toBe(variant)
    tables.close()
  })

  test('tables that are missing do not change the version', async () => {
    const extra = ['DROP TABLE entities', 'DROP TABLE sent_files']
    expect((await read({ extra })).info.variant).toBe('7')
  })

  test('a database without a version and without entities is nobody’s', async () => {
    const bytes = await sqliteBytes(async (tables) => {
      await tables.run('CREATE TABLE sessions (dc_id, server_address, port, auth_key)')
    })
    const tables = readSqliteBytes(bytes)
    expect(telethonSqlite.detect(await tables.schema())).toBeNull()
    tables.close()
  })
})

describe('entities that scripts have mixed up', () => {
  const hash = 2n ** 62n + 12_345n
  test('ids and hashes', async () => {
    const decoded = await read({
      extra: [
        `INSERT INTO entities VALUES (${hash}, 77, 'name', 4917000, 'Ann', 1)`,
        `INSERT INTO entities VALUES (${-hash}, -1001234567890, NULL, NULL, 'News', 1)`,
      ],
    })
    expect(codes(decoded)).toEqual(['telethon.swapped-hashes'])
    const { peers } = decoded
    expect(peers.map(({ kind, id, accessHash }) => [kind, id, accessHash])).toEqual([
      ['channel', 1234567890n, -hash],
      ['user', 77n, hash],
    ])
    expect(decoded.page({ search: '77' }).map((peer) => peer.id)).toEqual([77n])
    expect(decoded.page({ kind: 'channel' }).map((peer) => peer.id)).toEqual([1234567890n])
  })

  test('usernames and phones', async () => {
    const decoded = await read({
      extra: [`INSERT INTO entities VALUES (77, ${hash}, '4917000', 'ann_lee', 'Ann', 1)`],
    })
    expect(codes(decoded)).toEqual(['telethon.swapped-phones'])
    expect(decoded.peers[0]).toMatchObject({ usernames: ['ann_lee'], phone: '4917000' })
  })

  test('a peer whose hash happens to be small is none', async () => {
    const decoded = await read({ extra: [`INSERT INTO entities VALUES (77, 5, NULL, NULL, NULL, 1)`] })
    expect(codes(decoded)).toEqual([])
    expect(decoded.peers[0]).toMatchObject({ id: 77n, accessHash: 5n })
  })
})

describe('the two last columns of version 8', () => {
  const place = [2n, '149.154.167.51', 443n, key] as const
  test.each([
    ['both NULL', [null, null], null, false],
    ['both empty', [new Uint8Array(), new Uint8Array()], null, false],
    ['as their names say', [77n, key], 77n, true],
    ['swapped', [key, 77n], 77n, true],
    ['the key under the name of the takeout id', [key, new Uint8Array()], null, true],
  ] as const)('%s', async (_name, cells, takeoutId, hasKey) => {
    const { session } = await read({ version: '8', sessions: [[...place, ...cells]] })
    expect(session.takeoutId).toBe(takeoutId)
    expect(session.temporaryKey !== null).toBe(hasKey)
  })

  test('a key under the name of the takeout id is named, an empty value is not', async () => {
    const mixed = await read({ version: '8', sessions: [[...place, key, new Uint8Array()]] })
    expect(codes(mixed)).toEqual(['telethon.takeout-blob'])
    expect(mixed.session.temporaryKey?.equals(new Secret(key))).toBe(true)
    expect(codes(await read({ version: '8', sessions: [[...place, new Uint8Array(), new Uint8Array()]] }))).toEqual([])
  })

  test.each([
    ['telethon.swapped-columns', ['dc_id', 'server_address', 'port', 'auth_key', 'tmp_auth_key', 'takeout_id']],
    ['telethon.column-order', ['dc_id', 'port', 'server_address', 'auth_key', 'takeout_id', 'tmp_auth_key']],
  ])('%s', async (code, columns) => {
    const decoded = await read({
      version: '8',
      sessions: [],
      extra: [
        'DROP TABLE sessions',
        `CREATE TABLE sessions (${columns.join(', ')})`,
        `INSERT INTO sessions (dc_id, server_address, port, auth_key) VALUES (2, '149.154.167.51', 443, x'${Buffer.from(key).toString('hex')}')`,
      ],
    })
    expect(codes(decoded)).toEqual([code])
    expect(homeOf(decoded.session)).toMatchObject({ id: 2, address: '149.154.167.51', port: 443 })
    expect(decoded.info.variant).toBe('8')
  })

  test('a takeout id is said to block the file', async () => {
    expect(codes(await read({ version: '8', sessions: [[...place, 77n, null]] }))).toEqual(['telethon.takeout-blocks'])
  })
})

test('rows that make no sense are passed over, not fatal', async () => {
  const { session } = await read({
    extra: [
      `INSERT INTO entities VALUES (5, 'no number', x'00', 'abc', 7, 'never')`,
      `INSERT INTO entities VALUES (-9223372036854775808, 1, NULL, NULL, '', NULL)`,
      `INSERT INTO update_state VALUES (0, 'x', NULL, 1.5, 9223372036854775807)`,
      `INSERT INTO sent_files VALUES (NULL, 1, 1, 1, 1)`,
    ],
  })
  expect(session.peers.count).toBe(2)
  expect(session.updateState).toEqual({ pts: null, qts: null, date: 1.5, seq: null })
})

describe('writing', () => {
  const options = (set: Record<string, string> = {}, variant = '7') => ({
    variant,
    options: new Map(Object.entries(set)),
    nowSeconds: 1_700_000_000,
  })

  function sessionAt(dc: Partial<DataCenter>, rest: Partial<Session> = {}): Session {
    const home = { id: 4, address: null, port: null, authKey: new Secret(key), home: true, ...dc }
    return { ...emptySession(), ...rest, dataCenters: [home] }
  }

  async function rowOf(session: Session, set: Record<string, string> = {}, variant = '7'): Promise<readonly Cell[]> {
    const bytes = await sqliteBytes((tables) => telethonSqlite.write!(tables, '', session, options(set, variant)))
    const tables = readSqliteBytes(bytes)
    const [row] = await tables.query('SELECT * FROM sessions')
    tables.close()
    return row!
  }

  test('the address is IPv4 unless IPv6 is asked for', async () => {
    const ipv6 = sessionAt({ address: '2001:67c:4e8:f004::a', port: 443 })
    expect((await rowOf(ipv6)).slice(0, 3)).toEqual([4n, '149.154.167.91', 443n])
    expect((await rowOf(ipv6, { ipv6: 'true' }))[1]).toBe('2001:67c:4e8:f004::a')
    expect((await rowOf(sessionAt({}), { ipv6: 'yes' }))[1]).toBe('2001:67c:4e8:f004::a')
    // Its IPv4 address is anyone's guess.
    expect((await rowOf(sessionAt({ address: '2001:db8::1', port: 5222 }))).slice(1, 3)).toEqual(['2001:db8::1', 5222n])
  })

  test('a missing address comes from the DC, a stale one is replaced', async () => {
    expect((await rowOf(sessionAt({}))).slice(0, 3)).toEqual([4n, '149.154.167.91', 443n])
    expect((await rowOf(sessionAt({ id: 2 }, { test: true }))).slice(0, 3)).toEqual([2n, '149.154.167.40', 80n])
    expect((await rowOf(sessionAt({ address: '149.154.167.51', port: 443 })))[1]).toBe('149.154.167.91')
  })

  test('the takeout id goes unless it is to be kept, the temporary key always', async () => {
    const session = sessionAt({}, { takeoutId: 77n, temporaryKey: new Secret(key) })
    expect((await rowOf(session)).slice(4)).toEqual([null])
    expect((await rowOf(session, { 'keep-takeout': 'true' })).slice(4)).toEqual([77n])
    expect((await rowOf(session, {}, '8')).slice(4)).toEqual([null, null])
    expect((await rowOf(session, { 'keep-takeout': 'true' }, '8')).slice(4)).toEqual([77n, null])
  })

  test('strings keep an IPv6 address and take brackets off', () => {
    const ipv6 = telethonString.encode!(sessionAt({ address: '[2001:67c:4e8:f004::a]', port: 443 }), options({}, '1'))
    expect(ipv6).toHaveLength(369)
    expect(telethonString.encode!(sessionAt({}), options({}, '1'))).toHaveLength(353)
    expect(telethonString.encode!(sessionAt({}), options({ ipv6: 'true' }, '1'))).toHaveLength(369)
    const host = sessionAt({ address: 'proxy.example', port: 443 })
    expect(() => telethonString.encode!(host, options({}, '1'))).toThrowError(
      expect.objectContaining({
        code: 'format.missing-field',
        details: { format: 'telethon.string', field: 'address' },
      }),
    )
  })
})

describe('for hosts with an old SQLite', () => {
  test.each(['1', '2', '3', '4', '5', '6', '7'])('version %s has rows of the ordinary kind', async (variant) => {
    const session = {
      ...emptySession(),
      dataCenters: [{ id: 4, address: null, port: null, authKey: new Secret(key), home: true }],
    }
    const options = new Map([['old-sqlite', 'true']])
    const bytes = await sqliteBytes((tables) =>
      telethonSqlite.write!(tables, '', session, { variant, options, nowSeconds: 0 }),
    )
    // "SQLite format 3", pages of 4096 bytes, rollback journal, UTF-8.
    const header = Buffer.from(bytes)
    expect([header.readUInt16BE(16), header[18], header[19], header.readUInt32BE(56)]).toEqual([4096, 1, 1, 1])
    const tables = readSqliteBytes(bytes)
    const statements = (await tables.query('SELECT lower(sql) FROM sqlite_master WHERE sql IS NOT NULL')).flat()
    expect(statements.join('\n')).not.toMatch(/without|strict|autoincrement|generated|where/)
    expect(await tables.query('SELECT count(*) FROM version')).toEqual([[1n]])
    const [stored] = await telethonSqlite.list(tables)
    expect(stored!.decoded.info.variant).toBe(variant)
    tables.close()
  })
})
