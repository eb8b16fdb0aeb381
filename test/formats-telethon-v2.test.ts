import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { normalizeIp } from '../src/main/bytes/ip.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectTables } from '../src/main/formats/detect.ts'
import type { Decoded, PeerQuery } from '../src/main/formats/format.ts'
import type { Cell } from '../src/main/formats/media.ts'
import { telethonV2Sqlite } from '../src/main/formats/telethon-v2/sqlite.ts'
import { createStatements } from '../src/main/formats/telethon-v2/schema.ts'
import { type TelethonFile, telethonManifest, withFixture } from './support/formats/fixtures.ts'

const filesOf = (detect: string): [string, TelethonFile][] =>
  Object.entries(telethonManifest.files).filter(([, file]) => file.detect === detect)

/** Every way the file knows to a DC, by family, and where the keys are. */
function expectDataCenters(session: Session, file: TelethonFile): void {
  for (const stored of file.datacenters!) {
    const ways = session.dataCenters.filter((dc) => dc.id === stored.id)
    const endpoint = (text: string | null | undefined): string[] => {
      if (text == null) return []
      const at = stored.port === undefined ? text.lastIndexOf(':') : text.length
      return [`${normalizeIp(text.slice(0, at))} ${stored.port ?? text.slice(at + 1)}`]
    }
    const expected = new Set([
      ...endpoint(stored.ipv4_addr ?? stored.ipv4),
      ...endpoint(stored.ipv6_addr ?? stored.ipv6),
    ])
    expect(ways.map((dc) => `${dc.address} ${dc.port}`)).toEqual([...expected])
    const [first] = ways
    expect(first?.authKey ? toHex(first.authKey.open()) : null).toBe(stored.auth_key_hex || null)
    expect(first?.authKey ? keyIdOf(first.authKey) : null).toBe(stored.auth_key_id_hex)
  }
  expect(new Set(session.dataCenters.map((dc) => dc.id)).size).toBe(file.datacenters!.length)
}

describe('Telethon 2 files', () => {
  const codes: Record<string, string[]> = {
    'v2-schema10.session': [],
    'v2-schema10-empty.session': ['session.no-key'],
    'v2-schema10-migrated.session': ['telethon.no-user'],
  }

  test.each(filesOf('telethon-v2-sqlite'))('%s reads as its manifest says', async (name, file) => {
    await withFixture(`telethon/${name}`, async (tables) => {
      expect(detectTables(await tables.schema()).map((claim) => [claim.format.id, claim.detection.variant])).toEqual([
        ['telethon-v2.sqlite', '10'],
      ])
      const [stored] = await telethonV2Sqlite.list(tables)
      const { session, info, problems } = stored!.decoded
      expect(info).toEqual({
        formatId: 'telethon-v2.sqlite',
        variant: '10',
        library: 'telethon',
        formatVersion: file.schema_version,
      })
      expect(problems.map((problem) => problem.code)).toEqual(codes[name])
      expectDataCenters(session, file)
      const user = file.user ?? null
      expect(session.account).toEqual(
        user && { id: BigInt(user['id'] as string), isBot: user['bot'], username: user['username'], phone: null },
      )
      if (user) expect(homeOf(session)).toMatchObject({ id: user['dc'], home: true })
      // The only key tells the home where no account does.
      else if (file.datacenters!.length > 0) expect(homeOf(session)?.authKey).not.toBeNull()
      const { pts, qts, date, seq } = file.state ?? {}
      expect(session.updateState).toEqual(file.state ? { pts, qts, date, seq } : null)
      expect((await collect(session.channelStates)).map((state) => [String(state.channelId), state.pts])).toEqual(
        file.channelstate!.map((state) => [state.id, state.pts]),
      )
      expect(session.peers.count).toBe(0)
    })
  })

  test.each(filesOf('telethon-v2dev-sqlite'))('%s reads as its manifest says', async (name, file) => {
    await withFixture(`telethon/${name}`, async (tables) => {
      const [stored] = await telethonV2Sqlite.list(tables)
      const { session, info, problems } = stored!.decoded
      expect(info).toMatchObject({ variant: '8-dev', formatVersion: 8 })
      expect(problems.map((problem) => problem.code)).toEqual(['telethon.abandoned-version'])
      expectDataCenters(session, file)
      const row = file.session![0]!
      expect(homeOf(session)?.id).toBe(row.dc_id)
      const marker = file.entities!.find((entity) => entity.id === '0')
      expect(session.account).toEqual({
        id: BigInt(row.user_id === '0' ? marker!.hash : row.user_id),
        isBot: row.user_id === '0' ? null : row.bot,
        username: null,
        phone: null,
      })
      expect(session.updateState).toEqual({ pts: row.pts, qts: row.qts, date: row.date, seq: row.seq })
      expect(session.takeoutId).toBe(row.takeout_id === null ? null : BigInt(row.takeout_id))
      expect((await collect(session.channelStates)).map((state) => [String(state.channelId), state.pts])).toEqual(
        file.channels!.map((state) => [state.id, state.pts]),
      )
      const types: Record<string, string> = {
        U: 'user user',
        B: 'user bot',
        G: 'chat group',
        C: 'channel channel',
        M: 'channel supergroup',
        E: 'channel gigagroup',
      }
      const peers = await collect(session.peers)
      expect(peers.map((peer) => [String(peer.id), String(peer.accessHash), `${peer.kind} ${peer.type}`])).toEqual(
        file.entities!.filter(({ id }) => id !== '0').map(({ id, hash, ty_char }) => [id, hash, types[ty_char]]),
      )
      expect(session.peers.count).toBe(peers.length)
      const page = (changes: Partial<PeerQuery>): ReturnType<NonNullable<typeof telethonV2Sqlite.peers>> =>
        telethonV2Sqlite.peers!(tables, '', {
          search: '',
          kind: null,
          sort: 'id',
          direction: 'asc',
          offset: 0,
          limit: 5,
          ...changes,
        })
      expect((await page({})).peers).toEqual(peers.slice(0, 5))
      expect((await page({ kind: 'chat' })).peers.every((peer) => peer.kind === 'chat')).toBe(true)
      expect((await page({ search: String(peers[1]!.id) })).peers).toEqual([peers[1]])
      expect((await page({ search: 'nobody' })).peers).toEqual([])
    })
  })
})

describe('Telethon 2 files that are not as they should be', () => {
  const key = randomBytes(256)

  async function read(statements: readonly string[], rows: readonly [string, readonly Cell[]][]): Promise<Decoded> {
    const bytes = await sqliteBytes(async (tables) => {
      for (const statement of statements) await tables.run(statement)
      for (const [table, cells] of rows) {
        await tables.run(`INSERT INTO ${table} VALUES (${cells.map(() => '?').join(', ')})`, cells)
      }
    })
    const tables = readSqliteBytes(bytes)
    const claims = detectTables(await tables.schema())
    expect(claims.map((claim) => claim.format.id)).toEqual(['telethon-v2.sqlite'])
    const [stored] = await telethonV2Sqlite.list(tables)
    await Promise.all([collect(stored!.decoded.session.peers), collect(stored!.decoded.session.channelStates)])
    tables.close()
    return stored!.decoded
  }
  const codesOf = (decoded: Decoded): string[] => decoded.problems.map((problem) => problem.code)
  const version: [string, Cell[]] = ['version', [10n]]
  const dc2: [string, Cell[]] = ['datacenter', [2n, '149.154.167.51:443', null, key]]
  const user: [string, Cell[]] = ['user', [5n, 2n, 0n, null]]

  test('a sound one has no problems', async () => {
    expect(codesOf(await read(createStatements, [version, dc2, user]))).toEqual([])
  })

  test.each([
    ['no version', [dc2, user], ['telethon.version-mismatch']],
    ['another version', [['version', [11n]], dc2, user], ['telethon.version-mismatch']],
    ['two versions', [version, ['version', [11n]], dc2, user], ['telethon.two-version-rows']],
    ['two users', [version, dc2, user, ['user', [6n, 4n, 1n, null]]], ['telethon.several-users']],
    ['a user at home elsewhere', [version, dc2, ['user', [5n, 4n, 0n, null]]], ['telethon.home-without-key']],
    ['channels without a state', [version, dc2, user, ['channelstate', [9n, 1n]]], ['telethon.orphan-channel-states']],
    [
      'a short key',
      [version, ['datacenter', [2n, '149.154.167.51:443', null, key.subarray(1)]], user],
      ['session.damaged-key', 'session.no-key'],
    ],
    [
      'the address of another DC',
      [version, ['datacenter', [2n, '149.154.167.91:443', null, key]], user],
      ['telethon.dc-mismatch'],
    ],
  ] as [string, [string, Cell[]][], string[]][])('%s', async (_name, rows, codes) => {
    const decoded = await read(createStatements, rows)
    expect(codesOf(decoded)).toEqual(codes)
    for (const { message } of decoded.problems) expect(message).toMatch(/^[A-Z].*\.$/)
  })

  test('the only key is offered when the home has none', async () => {
    const { session } = await read(createStatements, [version, dc2, ['user', [5n, 4n, 0n, null]]])
    expect(homeOf(session)).toMatchObject({ id: 2 })
  })

  test('an IPv6 address that a migration put in the place of IPv4 is one', async () => {
    const { session } = await read(createStatements, [
      version,
      ['datacenter', [2n, '2001:67c:4e8:f002::a:443', null, key]],
      user,
    ])
    expect(homeOf(session)).toMatchObject({ id: 2, address: '2001:67c:4e8:f002::a', port: 443 })
  })

  test.each([
    ['10-addr', ', username text', ['x']],
    ['10-first', '', []],
  ])('the early layout %s is read', async (variant, column, cells) => {
    const { info, session, problems } = await read(
      [
        'CREATE TABLE version (version integer primary key)',
        'CREATE TABLE datacenter(id integer primary key, addr text not null, auth blob)',
        `CREATE TABLE user(id integer primary key, dc integer not null, bot integer not null${column})`,
        ...createStatements.slice(3),
      ],
      [version, ['datacenter', [4n, '149.154.167.91:443', key]], ['user', [5n, 4n, 1n, ...cells]]],
    )
    expect(info.variant).toBe(variant)
    expect(problems.map((problem) => problem.code)).toEqual(['telethon.early-layout'])
    expect(homeOf(session)).toMatchObject({ id: 4, address: '149.154.167.91', port: 443 })
    expect(session.account).toMatchObject({ id: 5n, isBot: true })
  })

  test.each([
    ['8-dev-ip', 'ip text not null', 'access_hash'],
    ['8-dev-access-hash', 'ipv4 text not null', 'access_hash'],
  ])('the early development layout %s is read', async (variant, address, hash) => {
    const { info, session } = await read(
      [
        'CREATE TABLE version (version integer primary key)',
        `CREATE TABLE datacenter(id integer primary key, ${address}, port integer not null, auth blob not null)`,
        'CREATE TABLE session (user_id integer primary key, dc_id integer, bot integer, pts integer, qts integer, date integer, seq integer, takeout_id integer)',
        'CREATE TABLE channel (channel_id integer primary key, pts integer not null)',
        `CREATE TABLE entity (id integer primary key, ${hash} integer not null, ty integer not null)`,
      ],
      [
        ['version', [8n]],
        ['datacenter', [4n, '149.154.167.91', 443n, key]],
        ['session', [5n, 4n, 1n, 0n, 0n, 0n, 0n, null]],
        ['entity', [7n, -8n, 66n]],
        ['entity', [9n, -8n, 1n]],
      ],
    )
    expect(info.variant).toBe(variant)
    expect(session).toMatchObject({ account: { id: 5n, isBot: true }, updateState: null })
    expect(session.peers.count).toBe(2)
  })
})

describe('writing for Telethon 2', () => {
  const session: Session = {
    ...emptySession(),
    test: false,
    account: { id: 77n, isBot: false, username: 'Dev', phone: null },
    dataCenters: [
      { id: 4, address: '149.154.167.91', port: 443, authKey: new Secret(randomBytes(256)), home: true },
      { id: 4, address: '2001:67c:4e8:f004::a', port: 443, authKey: null, home: false },
      { id: 4, address: '149.154.164.250', port: 443, authKey: null, home: false, flags: 2 },
      { id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(randomBytes(256)), home: false },
    ],
    channelStates: collectionOf([
      { channelId: 9n, pts: 5, qts: null, date: 1.5, seq: null },
      { channelId: 10n, pts: null, qts: null, date: null, seq: null },
    ]),
  }

  test('rows are those of the library', async () => {
    const dropped: [string, number][] = []
    const bytes = await sqliteBytes((tables) =>
      telethonV2Sqlite.write!(tables, '', session, {
        variant: '10',
        options: new Map(),
        nowSeconds: 0,
        onDropped: (field, count) => void dropped.push([field, count]),
      }),
    )
    const tables = readSqliteBytes(bytes)
    expect(await tables.query('SELECT id, ipv4_addr, ipv6_addr, length(auth) FROM datacenter')).toEqual([
      [2n, '149.154.167.51:443', null, 256n],
      [4n, '149.154.167.91:443', '2001:067c:04e8:f004:0000:0000:0000:000a:443', 256n],
    ])
    expect(await tables.query('SELECT * FROM user')).toEqual([[77n, 4n, 0n, 'Dev']])
    expect(await tables.query('SELECT * FROM state')).toEqual([[0n, 0n, 0n, 0n]])
    expect(await tables.query('SELECT * FROM channelstate')).toEqual([[9n, 5n]])
    expect(dropped).toEqual([
      ['channel-states', 1],
      ['other-data-centers', 1],
    ])
    tables.close()
  })
})
