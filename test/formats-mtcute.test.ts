import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { normalizeIp } from '../src/main/bytes/ip.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { type Peer } from '../src/main/domain/peer.ts'
import { collect, DC_FLAGS, homeOf, type Session } from '../src/main/domain/session.ts'
import { cleanText } from '../src/main/formats/clean-text.ts'
import { detectTables, detectText } from '../src/main/formats/detect.ts'
import { mtcuteLegacy } from '../src/main/formats/mtcute/legacy.ts'
import { mtcuteSqlite } from '../src/main/formats/mtcute/sqlite.ts'
import { mtcuteString } from '../src/main/formats/mtcute/string.ts'
import type { PeerQuery, TablesFormat } from '../src/main/formats/format.ts'
import type { TablesReader } from '../src/main/formats/media.ts'
import { fixtureBytes, withFixture } from './support/formats/fixtures.ts'
import { type MtcuteEntry, mtcuteManifest, mtcuteVariant } from './support/formats/mtcute.ts'
import { peerDigest } from './support/formats/peer-digest.ts'

const noOptions = { options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
const entries = mtcuteManifest.entries.filter(({ format }) => format.startsWith('mtcute.'))
const named = (kind: string): (readonly [string, MtcuteEntry])[] =>
  entries.filter((entry) => entry.kind === kind).map((entry) => [entry.id, entry] as const)

function expectSession(session: Session, entry: MtcuteEntry): void {
  const expected = entry.session!
  const home = homeOf(session)!
  expect(home).toMatchObject({ id: expected.dc_id, address: normalizeIp(expected.address!), port: expected.port })
  expect(toHex(home.authKey!.open())).toBe(expected.auth_key_hex)
  expect(keyIdOf(home.authKey!)).toBe(expected.auth_key_id_hex)
  const media = session.dataCenters.find((dc) => ((dc.flags ?? 0) & DC_FLAGS.media) !== 0)
  expect(media === undefined ? null : [media.id, media.address, media.port, media.home]).toEqual(
    expected.media && [expected.media.dc_id, normalizeIp(expected.media.address), expected.media.port, false],
  )
  // Old files have no mark: there a known address tells.
  expect(session.test).toBe(expected.test_mode ?? false)
  expect(session.account?.id.toString() ?? null).toBe(expected.user_id)
  expect(session.account?.isBot ?? null).toBe(expected.is_bot)
  expect(session.apiId).toBeNull()
}

describe('strings', () => {
  test.each(named('string'))('%s', async (_id, entry) => {
    const { text } = cleanText(entry.string!)
    const claims = detectText(text)
    if (entry.expect === 'error') {
      expect(claims).toEqual([])
      expect(() => mtcuteString.decode(text)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
      return
    }
    const variant = mtcuteVariant(entry)
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty, detection.variant])).toEqual([
      ['mtcute.string', 'exact', variant],
    ])
    const { session, info, problems } = mtcuteString.decode(text)
    expect(info).toMatchObject({ variant, formatVersion: Number(variant[0]), library: 'mtcute' })
    expectSession(session, entry)
    expect(problems).toEqual([])
    if (variant.startsWith('3')) expect(await mtcuteString.encode!(session, { ...noOptions, variant })).toBe(text)
    else {
      expect(() => mtcuteString.encode!(session, { ...noOptions, variant })).toThrowError(
        expect.objectContaining({ code: 'format.not-writable' }),
      )
      const now = (await mtcuteString.encode!(session, { ...noOptions, variant: '3' })) as string
      // Version 3 has two of Telegram's flags, and knows what is IPv6 by itself.
      const kept = session.dataCenters.map((dc) => ({ ...dc, flags: dc.flags! & (DC_FLAGS.ipv6 | DC_FLAGS.media) }))
      expect(mtcuteString.decode(now).session.dataCenters).toEqual(kept)
      expect(mtcuteString.decode(now).session.account).toEqual(session.account)
    }
  })
})

describe('files', () => {
  test.each(named('file'))('%s', async (_id, entry) => {
    const isLegacy = entry.format === 'mtcute.sqlite-legacy'
    const format: TablesFormat = isLegacy ? mtcuteLegacy : mtcuteSqlite
    await withFixture(`mtcute/${entry.path}`, async (tables) => {
      const claims = detectTables(await tables.schema())
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([[format.id, 'exact']])
      const { session, info, problems } = (await format.list(tables))[0]!.decoded
      expect(info).toMatchObject({
        formatId: format.id,
        variant: mtcuteVariant(entry),
        library: 'mtcute',
        formatVersion: entry.schema_version ?? entry.migrations?.['peers'],
      })
      expect(problems).toEqual([])
      expectSession(session, entry)
      const names = entry.session!.self_usernames ?? []
      expect([session.account!.username, ...(session.account!.extraUsernames ?? [])]).toEqual([
        names[0] ?? null,
        ...names.slice(1),
      ])
      if (!isLegacy) expect(session.account!.isPremium).toBe(entry.session!.is_premium ?? false)
      if (entry.auth_keys !== undefined) {
        const keys = session.dataCenters.filter((dc) => dc.authKey !== null)
        expect(new Map(keys.map((dc) => [dc.id, keyIdOf(dc.authKey!)]))).toEqual(
          new Map(entry.auth_keys.map((key) => [key.dc_id, key.auth_key_id_hex])),
        )
      }
      await expectStates(session, entry)
      await expectPeers(session, entry)
    })
  })

  async function expectStates(session: Session, entry: MtcuteEntry): Promise<void> {
    const [account, ...channels] = entry.update_state!
    const { pts, qts, date, seq } = account!
    expect(session.updateState).toEqual({ pts, qts, date, seq })
    const states = (await collect(session.channelStates)).map((one) => [String(one.channelId), one.pts] as const)
    expect(new Map(states)).toEqual(new Map(channels.map((one) => [one.channel_bare_id!, one.pts])))
    expect(session.channelStates.count).toBe(channels.length)
  }

  async function expectPeers(session: Session, entry: MtcuteEntry): Promise<void> {
    const peers = await collect(session.peers)
    expect(session.peers.count).toBe(entry.peers!.count)
    // The digest of the old file was made without the names; all its peers stand in the sample.
    const digested = entry.schema_version === undefined ? peers : peers.map((peer) => ({ ...peer, name: null }))
    expect(peerDigest(digested)).toBe(entry.peers!.digest)
    for (const sample of entry.peers!.sample) {
      const peer = peers.find((one) => one.kind === sample.kind && String(one.id) === sample.bare_id)!
      if (sample.updated_ms !== undefined) expect(peer.updatedAt! * 1000).toBeCloseTo(sample.updated_ms, 2)
      expect(peer.name).toBe(sample.name)
      expect(peer.isMin === true).toBe(sample.is_min)
      if (sample.is_bot !== undefined) expect(peer.type).toBe(sample.is_bot ? 'bot' : 'user')
      expect(peer.native).toMatchObject({ library: 'mtcute' })
    }
  }
})

/** Every row of every table, without the temporary keys and the salts, whose times a session has no place for. */
async function rowsOf(tables: TablesReader): Promise<unknown> {
  const all: Record<string, unknown> = {}
  for (const table of ['mtcute_migrations', 'auth_keys', 'message_refs', 'peers']) {
    all[table] = await tables.query(`SELECT * FROM ${table}`)
  }
  all['key_value'] = await tables.query("SELECT * FROM key_value WHERE key NOT LIKE 'salts:%' ORDER BY key")
  return all
}

async function schemaOf(tables: TablesReader): Promise<unknown> {
  const rows = await tables.query('SELECT type, name, tbl_name, sql FROM sqlite_master')
  const pragma = async (name: string): Promise<unknown> => (await tables.query(`PRAGMA ${name}`))[0]?.[0]
  return { rows, pragmas: await Promise.all(['user_version', 'application_id', 'encoding', 'page_size'].map(pragma)) }
}

async function rewritten(path: string, variant: string): Promise<Uint8Array> {
  return withFixture(path, async (tables) => {
    const { session } = (await mtcuteSqlite.list(tables))[0]!.decoded
    return sqliteBytes((writer) => mtcuteSqlite.write!(writer, '', session, { ...noOptions, variant }))
  })
}

describe('a file of ours cannot be told from one of the library', () => {
  test.each([
    ['files/db-basic.session', '2'],
    ['files/db-no-wal.session', '2'],
    ['files/db-self-premium.session', '2'],
    ['files/db-test.session', '2'],
    ['files/db-0.12.session', '1'],
  ])('%s', async (path, variant) => {
    const tables = readSqliteBytes(await rewritten(`mtcute/${path}`, variant))
    try {
      expect(await rowsOf(tables)).toEqual(await withFixture(`mtcute/${path}`, rowsOf))
      // Releases before 0.30 indent one statement differently.
      if (path.includes('basic') || variant === '1') {
        expect(await schemaOf(tables)).toEqual(await withFixture(`mtcute/${path}`, schemaOf))
      }
    } finally {
      tables.close()
    }
  })

  test('of several salts the one that counted last goes on', async () => {
    const salt = await withFixture('mtcute/files/db-basic.session', async (tables) => {
      const { session } = (await mtcuteSqlite.list(tables))[0]!.decoded
      return homeOf(session)!.salt
    })
    expect(toHex(salt!.open())).toBe('7d3e6e68d0a17f95')
  })
})

describe('odd files', () => {
  const path = 'mtcute/files/db-basic.session'
  async function changed(...statements: readonly string[]): Promise<TablesReader & { close(): void }> {
    const bytes = await sqliteBytes(async (tables) => {
      for (const statement of statements) await tables.run(statement)
    }, fixtureBytes(path))
    return readSqliteBytes(bytes)
  }

  async function decodedAfter(...statements: readonly string[]) {
    const tables = await changed(...statements)
    try {
      const { decoded } = (await mtcuteSqlite.list(tables))[0]!
      return { decoded, codes: decoded.problems.map((problem) => problem.code) }
    } finally {
      tables.close()
    }
  }

  test('without dc_main and with one key, that key is the home', async () => {
    const { decoded, codes } = await decodedAfter(
      "DELETE FROM key_value WHERE key = 'dc_main'",
      'DELETE FROM auth_keys WHERE dc <> 4',
    )
    expect(codes).toEqual(['mtcute.no-home'])
    expect(homeOf(decoded.session)).toMatchObject({ id: 4, address: null, home: true })
  })

  test('without dc_main and with two keys, nobody chooses', async () => {
    const { decoded, codes } = await decodedAfter("DELETE FROM key_value WHERE key = 'dc_main'")
    expect(codes).toEqual(['mtcute.home-unknown'])
    expect(homeOf(decoded.session)).toBeNull()
  })

  test('no key of the home', async () => {
    const { decoded, codes } = await decodedAfter('DELETE FROM auth_keys WHERE dc = 2')
    expect(codes).toEqual(['session.no-key'])
    expect(homeOf(decoded.session)).toMatchObject({ id: 2, authKey: null })
  })

  test('a key of another length', async () => {
    expect((await decodedAfter("UPDATE auth_keys SET key = x'0102' WHERE dc = 2")).codes).toContain(
      'session.damaged-key',
    )
  })

  test('a damaged address is said and left out', async () => {
    const { decoded, codes } = await decodedAfter("UPDATE key_value SET value = x'0909' WHERE key = 'dc_media'")
    expect(codes).toEqual(['mtcute.damaged-address'])
    expect(decoded.session.dataCenters.some((dc) => ((dc.flags ?? 0) & DC_FLAGS.media) !== 0)).toBe(false)
  })

  test('three counters of four are none', async () => {
    const { decoded } = await decodedAfter("DELETE FROM key_value WHERE key = 'updates_qts'")
    expect(decoded.session.updateState).toBeNull()
  })

  test('an account that logged out', async () => {
    const { decoded } = await decodedAfter("UPDATE key_value SET value = x'' WHERE key = 'current_user'")
    expect(decoded.session.account).toBeNull()
  })

  test('a newer file is named', async () => {
    await expect(decodedAfter("UPDATE mtcute_migrations SET version = 3 WHERE repo = 'peers'")).rejects.toMatchObject({
      code: 'format.unsupported-version',
      details: { known: '2' },
    })
  })

  test('objects that cannot be read leave the name unknown', async () => {
    const { tables, peers } = await peersAfter(
      "UPDATE peers SET complete = CASE id % 3 WHEN 0 THEN x'' WHEN 1 THEN NULL ELSE substr(complete, 1, 30) END",
    )
    expect(peers.every((peer) => peer.name === null || peer.name.length > 0)).toBe(true)
    expect(peers).toHaveLength(12)
    tables.close()
  })

  test('a min peer stays one, and its messages come along', async () => {
    const { tables, peers } = await peersAfter('UPDATE peers SET isMin = 1 WHERE id = 438103867')
    expect(peers.filter((peer) => peer.isMin).map((peer) => peer.id)).toEqual([438103867n])
    const { session } = (await mtcuteSqlite.list(tables))[0]!.decoded
    expect(await collect(session.minContexts)).toEqual([
      { peerKind: 'user', peerId: 8771499n, chatKind: 'channel', chatId: 1234567890n, messageId: 595 },
    ])
    tables.close()
  })

  async function peersAfter(statement: string) {
    const tables = await changed(statement)
    const { session } = (await mtcuteSqlite.list(tables))[0]!.decoded
    return { tables, peers: await collect(session.peers) }
  }

  test('an old file that a new release opened is read by its old tables', async () => {
    const legacy = fixtureBytes('mtcute/files/db-legacy-v5.session')
    const bytes = await sqliteBytes(async (tables) => {
      await tables.run('CREATE TABLE mtcute_migrations (repo text not null primary key, version integer not null)')
      await tables.run('CREATE TABLE key_value (key text primary key, value blob not null)')
    }, legacy)
    const tables = readSqliteBytes(bytes)
    const claims = detectTables(await tables.schema())
    expect(claims.map((claim) => claim.format.id)).toEqual(['mtcute.sqlite'])
    const { session, problems } = (await mtcuteSqlite.list(tables))[0]!.decoded
    expect(problems.map((problem) => problem.code)).toEqual(['mtcute.both-sets'])
    expect(homeOf(session)).toMatchObject({ id: 2, address: '149.154.167.50' })
    expect(session.peers.count).toBe(6)
    const page = await mtcuteSqlite.peers!(tables, '', query({}))
    expect(page.peers).toHaveLength(6)
    tables.close()
  })
})

function query(change: Partial<PeerQuery>): PeerQuery {
  return { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 50, ...change }
}

describe('pages of peers', () => {
  test.each([
    ['mtcute/files/db-basic.session', mtcuteSqlite],
    ['mtcute/files/db-legacy-v5.session', mtcuteLegacy],
  ] as const)('%s', async (path, format) => {
    await withFixture(path, async (tables) => {
      const { session } = (await format.list(tables))[0]!.decoded
      const all = await collect(session.peers)
      const page = async (change: Partial<PeerQuery>): Promise<readonly Peer[]> =>
        (await format.peers!(tables, '', query(change))).peers
      expect(await page({})).toEqual(all)
      for (const peer of all) {
        const names = [...peer.usernames.map((name) => `@${name}`), String(peer.id), peer.phone, peer.name]
        for (const search of names) {
          if (search !== null) expect(await page({ search }), search).toContainEqual(peer)
        }
        if (peer.name !== null) expect(await page({ search: peer.name.toUpperCase() })).toContainEqual(peer)
      }
      for (const kind of ['user', 'chat', 'channel', 'bot'] as const) {
        const expected = all.filter((peer) =>
          kind === 'bot' ? peer.type === 'bot' : peer.kind === kind && peer.type !== 'bot',
        )
        expect(await page({ kind }), kind).toEqual(expected)
      }
      const byName = (await page({ sort: 'name' })).map((peer) => peer.name!.toLowerCase())
      expect(byName).toEqual(byName.toSorted())
      expect(await page({ search: 'nobody has this name' })).toEqual([])
    })
  })
})
