import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { quickTables } from '../src/main/backends/page-reader.ts'
import { readSqliteBytes, type SqliteReader, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import type { Peer } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFile, detectTables } from '../src/main/formats/detect.ts'
import type { Decoded, EncodeOptions, PeerQuery } from '../src/main/formats/format.ts'
import type { TablesReader } from '../src/main/formats/media.ts'
import { addressesFrom } from '../src/main/formats/grammers/address-bytes.ts'
import { grammersSqlite } from '../src/main/formats/grammers/sqlite.ts'
import { grammersText } from '../src/main/formats/grammers/text.ts'
import { grammersTl } from '../src/main/formats/grammers/tl.ts'
import { fixtureBytes, withFixture } from './support/formats/fixtures.ts'
import { type GrammersEntry, grammersFormatIds, grammersManifest, grammersVariant } from './support/formats/grammers.ts'

const noUnlock = { passcode: null }

function optionsFor(variant: string): EncodeOptions {
  return { variant, options: new Map(), nowSeconds: 1_700_000_000 }
}

function named(entries: readonly GrammersEntry[]): [string, GrammersEntry][] {
  return entries.map((entry) => [entry.id, entry])
}

const entries = grammersManifest.entries
const files = entries.filter(({ format }) => format !== 'grammers-sqlite')
const databases = entries.filter(({ format }) => format === 'grammers-sqlite')

async function expectContent({ session }: Decoded, entry: GrammersEntry): Promise<void> {
  const content = entry.content!
  const ways = session.dataCenters
  const first = ways.filter((dc, index) => ways.findIndex(({ id }) => id === dc.id) === index)
  expect(first.map(({ id }) => id)).toEqual(content.dcs.map(({ id }) => id))
  for (const expected of content.dcs) {
    const own = ways.filter(({ id }) => id === expected.id)
    const key = own[0]!.authKey
    expect(key && toHex(key.open())).toBe(expected.auth_key_hex)
    expect(key && keyIdOf(key)).toBe(expected.auth_key_id_hex)
    const addresses = own.map(({ address }) => address)
    if (expected.websocket_url !== undefined) {
      expect(addresses).toEqual([new URL(expected.websocket_url).hostname])
      continue
    }
    const ipv6 = expected.address_v6 ?? null
    // The IPv4 address in another dress is no second address.
    const real = ipv6 === null || /^::(?:ffff:)?[0-9a-f]{1,4}:[0-9a-f]{1,4}$/.test(ipv6) ? [] : [ipv6]
    expect(addresses).toEqual(expected.address == null && real.length > 0 ? real : [expected.address ?? null, ...real])
    expect(own.every(({ port }) => port === (expected.port ?? null))).toBe(true)
  }
  expect(ways.find(({ home }) => home)?.id ?? null).toBe(content.home_dc)
  expect(session.account?.id ?? null).toBe(content.user_id === null ? null : BigInt(content.user_id))
  expect(session.account?.isBot ?? null).toBe(content.is_bot)
  expect(session.updateState).toEqual(content.state)
  await expectChannels(session, content)
}

async function expectChannels(session: Session, content: NonNullable<GrammersEntry['content']>): Promise<void> {
  const channels = await collect(session.channelStates)
  expect(session.channelStates.count).toBe(channels.length)
  expect(channels).toHaveLength(content.channel_states?.total ?? 0)
  if (content.channel_states === undefined) return
  const lines = channels.map(({ channelId, pts }) => `${channelId}:${pts}\n`)
  for (const { channel_id: id, pts } of content.channel_states.sample) expect(lines).toContain(`${id}:${pts}\n`)
  expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(content.channel_states.digest)
}

describe('old files', () => {
  test.each(named(files))('%s', async (_id, entry) => {
    const bytes = fixtureBytes(`grammers/${entry.file}`)
    const format = entry.format === 'grammers-text' ? grammersText : grammersTl
    if (entry.expect === 'error') {
      const code = entry.error === 'unsupported version' ? 'format.unsupported-version' : 'format.malformed'
      await expect(format.decode(bytes, noUnlock)).rejects.toMatchObject({ code })
      return
    }
    const claims = detectFile(bytes).filter(({ detection }) => detection.certainty === 'exact')
    const isBare = entry.id === 'text-v1-not-logged-in'
    expect(claims.map((claim) => claim.format.id)).toEqual(isBare ? [] : [grammersFormatIds[entry.format]])
    const decoded = await format.decode(bytes, noUnlock)
    expect(decoded.info).toMatchObject({ formatId: format.id, variant: grammersVariant(entry), library: 'grammers' })
    await expectContent(decoded, entry)
    const codes = decoded.problems.map(({ code }) => code)
    expect(codes).toEqual([
      ...(entry.expect === 'suspect' ? ['grammers.trailing-bytes'] : []),
      ...(entry.content!.dcs.some((dc) => dc.auth_key_hex !== null) ? [] : ['session.no-key']),
    ])
  })

  test('0.8.0 keeps the home of a client that is not logged in as user 0', async () => {
    const bytes = fixtureBytes('grammers/tl-v3-0.8.session')
    const user = Buffer.from(bytes).indexOf(Buffer.from('8d422f67', 'hex'))
    bytes.fill(0, user + 4, user + 12)
    const { session, problems } = await grammersTl.decode(bytes, noUnlock)
    expect(problems).toEqual([])
    expect(session.account).toBeNull()
    expect(homeOf(session)).toMatchObject({ id: 4, home: true })
  })

  const rewritten = files.filter(
    ({ id, expect: outcome }) =>
      outcome === 'ok' && !['text-v1-not-logged-in', 'tl-v2-logged-out', 'tl-v3-websocket'].includes(id),
  )

  test.each(named(rewritten))('%s is written as it was', async (_id, entry) => {
    const bytes = fixtureBytes(`grammers/${entry.file}`)
    const format = entry.format === 'grammers-text' ? grammersText : grammersTl
    const { session, info } = await format.decode(bytes, noUnlock)
    expect(toHex(await format.encode!(session, optionsFor(info.variant)))).toBe(toHex(bytes))
  })

  test('a key without user is not written: the home would be lost', async () => {
    const { session } = await grammersTl.decode(fixtureBytes('grammers/tl-v2-logged-out.session'), noUnlock)
    expect(homeOf(session)).toMatchObject({ id: 2 })
    await expect(grammersTl.encode!(session, optionsFor('0.4'))).rejects.toMatchObject({
      code: 'format.missing-field',
      details: { field: 'user-id' },
    })
  })

  test('a host name becomes the address of its data centre', async () => {
    const { session } = await grammersTl.decode(fixtureBytes('grammers/tl-v3-websocket.session'), noUnlock)
    const again = await grammersTl.decode(await grammersTl.encode!(session, optionsFor('0.4')), noUnlock)
    expect(homeOf(again.session)).toMatchObject({ id: 2, address: '149.154.167.51', port: 443 })
  })
})

describe('the order of address bytes', () => {
  const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values)
  const own = bytes(149, 154, 167, 41)
  const ipv6 = Uint8Array.from([0x20, 1, 6, 0x7c, 4, 0xe8, 0xf0, 2, 0, 0, 0, 0, 0, 0, 0, 0xa])
  const mappedWrong = Uint8Array.from([...Array<number>(10).fill(0), 0xff, 0xff, 41, 167, 154, 149])

  test.each([
    ['one field: network order', own, null, '149.154.167.41', null],
    ['one field, private', bytes(10, 0, 0, 5), null, '10.0.0.5', null],
    ['only IPv6', null, ipv6, null, '2001:67c:4e8:f002::a'],
    ['both, reversed', own.toReversed(), ipv6.toReversed(), '149.154.167.41', '2001:67c:4e8:f002::a'],
    ['both, in network order', own, ipv6, '149.154.167.41', '2001:67c:4e8:f002::a'],
    ['stored again after it was misread', own, mappedWrong.toReversed(), '149.154.167.41', null],
  ])('%s', (_what, ipv4, six, expected4, expected6) => {
    expect(addressesFrom(ipv4, six)).toEqual({ ipv4: expected4, ipv6: expected6, isDoubtful: false })
  })

  test('a private address in both fields is reversed, and doubtful', () => {
    const mapped = Uint8Array.from([...Array<number>(10).fill(0), 0xff, 0xff, 10, 0, 0, 5])
    expect(addressesFrom(bytes(5, 0, 0, 10), mapped.toReversed())).toEqual({
      ipv4: '10.0.0.5',
      ipv6: null,
      isDoubtful: true,
    })
  })
})

describe('databases', () => {
  test.each(named(databases))('%s', async (_id, entry) => {
    await withFixture(`grammers/${entry.file}`, async (tables) => {
      const schema = await tables.schema()
      expect(schema.userVersion).toBe(1)
      expect(detectTables(schema).map(({ format, detection }) => [format.id, detection.certainty])).toEqual([
        ['grammers.sqlite', 'exact'],
      ])
      const [stored] = await grammersSqlite.list(tables)
      const { decoded } = stored!
      expect(decoded.info).toMatchObject({ formatId: 'grammers.sqlite', variant: '1', formatVersion: 1 })
      expect(decoded.problems).toEqual([])
      await expectContent(decoded, entry)

      const expected = entry.content!.peers
      const peers = await collect(decoded.session.peers)
      expect(peers).toHaveLength(expected.total)
      expect(decoded.session.peers.count).toBe(expected.total)
      const lines = peers.map((peer) => lineOf(peer, decoded.session))
      for (const sample of expected.sample!) {
        expect(lines[sample.index]).toBe(
          `${sample.kind}:${sample.id}:${sample.access_hash ?? ''}:${sample.extra ?? ''}\n`,
        )
      }
      expect(createHash('sha256').update(lines.join('')).digest('hex')).toBe(expected.digest)
    })
  })

  test.each(named(databases))('%s needs no engine', async (_id, entry) => {
    const options = { file: entry.file, wal: false }
    const tables = quickTables(fixtureBytes(`grammers/${entry.file}`), options)
    const noQuery: TablesReader = { ...tables, query: () => Promise.reject(new Error('asked for SQL')) }
    const [stored] = await grammersSqlite.list(noQuery)
    const { session } = stored!.decoded
    expect(session.account?.id).toBe(BigInt(entry.content!.user_id!))
    expect([session.peers.count, session.channelStates.count]).toEqual([
      entry.content!.peers.total,
      entry.content!.channel_states!.total,
    ])
    tables.close()
  })

  function lineOf({ kind, id, accessHash, type }: Peer, { account }: Session): string {
    const isSelf = kind === 'user' && account?.id === id
    const words = { gigagroup: 'gigagroup', channel: 'broadcast', supergroup: 'megagroup' } as Record<string, string>
    const extra = kind === 'user' ? `${isSelf ? 'self' : ''}${type === 'bot' ? 'bot' : ''}` : (words[type ?? ''] ?? '')
    return `${kind}:${id}:${accessHash ?? ''}:${extra}\n`
  }

  async function dump(tables: SqliteReader): Promise<unknown> {
    const rows: Record<string, unknown> = {}
    for (const table of ['dc_home', 'dc_option', 'peer_info', 'update_state', 'channel_state']) {
      rows[table] = await tables.query(`SELECT * FROM ${table} ORDER BY 1`)
    }
    return {
      rows,
      schema: await tables.query('SELECT type, name, sql FROM sqlite_master'),
      version: await tables.query('PRAGMA user_version'),
    }
  }

  test.each(['sqlite-v1', 'sqlite-v1-bot'])('%s is written as it was', async (id) => {
    await withFixture(`grammers/${id}.session`, async (tables) => {
      const [stored] = await grammersSqlite.list(tables)
      const bytes = await sqliteBytes((target) =>
        grammersSqlite.write!(target, '', stored!.decoded.session, optionsFor('1')),
      )
      const written = readSqliteBytes(bytes)
      expect(await dump(written)).toEqual(await dump(tables))
      written.close()
    })
  })

  test('a file of another engine has the same rows', async () => {
    await withFixture('grammers/sqlite-v1-libsql.session', async (tables) => {
      const [stored] = await grammersSqlite.list(tables)
      const { session } = stored!.decoded
      const written = readSqliteBytes(
        await sqliteBytes((to) => grammersSqlite.write!(to, '', session, optionsFor('1'))),
      )
      const rows = async (from: SqliteReader): Promise<unknown> => ((await dump(from)) as { rows: unknown }).rows
      expect(await rows(written)).toEqual(await rows(tables))
      written.close()
    })
  })

  async function changed(sql: readonly string[]): Promise<Decoded> {
    const start = fixtureBytes('grammers/sqlite-v1.session')
    const bytes = await sqliteBytes(async (tables) => {
      for (const statement of sql) await tables.run(statement)
    }, start)
    const tables = readSqliteBytes(bytes)
    try {
      return (await grammersSqlite.list(tables))[0]!.decoded
    } finally {
      tables.close()
    }
  }

  test.each([
    ['a newer version', 'PRAGMA user_version = 2', ['grammers.newer-version']],
    ['no version', 'PRAGMA user_version = 0', ['grammers.no-version']],
    ['another column', 'ALTER TABLE peer_info ADD COLUMN name TEXT', ['grammers.columns']],
    [
      'a short key',
      `UPDATE dc_option SET auth_key = x'00ff' WHERE dc_id = 4`,
      ['session.damaged-key', 'session.no-key'],
    ],
    ['no key at home', 'UPDATE dc_option SET auth_key = NULL WHERE dc_id = 4', ['session.no-key']],
    ['no keys', 'UPDATE dc_option SET auth_key = NULL', ['session.no-key']],
    ['no socket address', `UPDATE dc_option SET ipv6 = '2001:db8::1:443' WHERE dc_id = 1`, ['grammers.bad-address']],
    [
      'a strange DC',
      'UPDATE dc_option SET dc_id = 77 WHERE dc_id = 3',
      ['grammers.dc-mismatch', 'grammers.dc-mismatch'],
    ],
    ['no home', 'DELETE FROM dc_home', []],
    ['a home that is not there', 'UPDATE dc_home SET dc_id = 203', ['grammers.home-missing']],
  ])('%s', async (_what, sql, codes) => {
    const { problems } = await changed([sql])
    expect(problems.map(({ code }) => code)).toEqual(codes)
  })

  test('without a home the default counts where it has a key', async () => {
    expect(homeOf((await changed(['DELETE FROM dc_home'])).session)).toMatchObject({ id: 2, home: true })
    const moved = ['DELETE FROM dc_home', 'UPDATE dc_option SET auth_key = NULL WHERE dc_id = 2']
    expect(homeOf((await changed(moved)).session)).toMatchObject({ id: 4, home: false })
  })

  test('ids the library breaks off at are left out, and said so', async () => {
    const user = (id: bigint): Peer => {
      return { kind: 'user', type: null, id, accessHash: 1n, usernames: [], phone: null, name: null, updatedAt: null }
    }
    const session: Session = {
      ...emptySession(),
      dataCenters: [
        { id: 2, address: '149.154.167.51', port: 443, authKey: new Secret(randomBytes(256)), home: true },
        { id: 2, address: '2001:67c:4e8:f002::a', port: 443, authKey: null, home: false },
      ],
      account: { id: 7n, isBot: null, username: null, phone: null },
      peers: collectionOf([user(7n), user(2n ** 40n), { ...user(5n), isMin: true }]),
      channelStates: collectionOf([
        { channelId: 9n, pts: 3, date: null, seq: null, qts: null },
        { channelId: 10n ** 12n, pts: 3, date: null, seq: null, qts: null },
        { channelId: 8n, pts: null, date: null, seq: null, qts: null },
      ]),
    }
    const dropped: unknown[] = []
    const onDropped: EncodeOptions['onDropped'] = (field, count) => dropped.push([field, count])
    const bytes = await sqliteBytes((tables) =>
      grammersSqlite.write!(tables, '', session, { ...optionsFor('1'), onDropped: onDropped! }),
    )
    expect(dropped).toEqual([
      ['peers', 1],
      ['channel-states', 2],
    ])
    const tables = readSqliteBytes(bytes)
    expect(await tables.query('SELECT * FROM peer_info')).toEqual([
      [5n, null, null],
      [7n, 1n, 1n],
    ])
    expect(await tables.query('SELECT * FROM channel_state')).toEqual([[9n, 3n]])
    expect(await tables.query('SELECT ipv4, ipv6 FROM dc_option')).toEqual([
      ['149.154.167.51:443', '[2001:67c:4e8:f002::a]:443'],
    ])
    tables.close()
  })

  test('pages of peers', async () => {
    await withFixture('grammers/sqlite-v1.session', async (tables) => {
      const query: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 5 }
      const count = async (change: Partial<PeerQuery>): Promise<number> =>
        (await grammersSqlite.peers!(tables, '', { ...query, limit: 50, ...change })).peers.length
      const page = await grammersSqlite.peers!(tables, '', query)
      expect(page).toMatchObject({ total: 30, more: true })
      expect(page.peers).toHaveLength(5)
      expect((await count({ kind: 'user' })) + (await count({ kind: 'bot' }))).toBe(16)
      expect([await count({ kind: 'chat' }), await count({ kind: 'channel' })]).toEqual([4, 10])
      expect(await count({ search: '19899043949' })).toBe(1)
      expect(await count({ search: '2463687266273' })).toBe(1)
      expect(await count({ search: 'name' })).toBe(0)
    })
  })
})

describe('text', () => {
  test.each([
    ['CRLF', (hex: string) => `1\r\n4\r\n${hex}\r\n`, 4, []],
    ['upper case, no last end', (hex: string) => `1\n4\n${hex.toUpperCase()}`, 4, []],
    ['no DC', (hex: string) => `1\n\n${hex}\n`, 0, ['grammers.dc-unknown']],
    ['DC 77', (hex: string) => `1\n77\n${hex}\n`, 77, ['grammers.dc-unknown']],
    ['zeros', () => `1\n2\n${'0'.repeat(512)}\n`, 2, ['session.no-key']],
  ])('%s', async (_what, make, dc, codes) => {
    const bytes = new TextEncoder().encode(make(toHex(randomBytes(256))))
    expect(grammersText.detect(bytes)?.certainty).toBe('exact')
    const { session, problems } = await grammersText.decode(bytes, noUnlock)
    expect(session.dataCenters[0]!.id).toBe(dc)
    expect(problems.map(({ code }) => code)).toEqual(codes)
  })

  test.each(['', '1', '1\n2\n', '2\n2\n\n', '1\n2\nabc\n', '1\nx\n\n', `1\n2\n${'0'.repeat(510)}\n`, '1\n2\n\nmore'])(
    'refused: %j',
    async (text) => {
      const bytes = new TextEncoder().encode(text)
      expect(grammersText.detect(bytes)).toBeNull()
      await expect(grammersText.decode(bytes, noUnlock)).rejects.toMatchObject({ code: 'format.malformed' })
    },
  )
})
