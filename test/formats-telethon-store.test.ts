import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { AppError } from '../src/main/domain/errors.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { markedId } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectTables } from '../src/main/formats/detect.ts'
import type { EncodeOptions, PeerQuery, StoredSession } from '../src/main/formats/format.ts'
import type { TablesReader } from '../src/main/formats/media.ts'
import { telethonMautrix } from '../src/main/formats/telethon/mautrix.ts'
import { telethonSqlalchemy } from '../src/main/formats/telethon/sqlalchemy.ts'
import { telethonString } from '../src/main/formats/telethon/string.ts'
import {
  fixtureBytes,
  fixtureJson,
  type StoredRow,
  type TelethonFile,
  telethonManifest,
  withFixture,
} from './support/formats/fixtures.ts'
import { randomSession } from './support/formats/random-session.ts'

const filesOf = (detect: string): [string, TelethonFile][] =>
  Object.entries(telethonManifest.files).filter(([, file]) => file.detect === detect)

type Rows = readonly Readonly<Record<string, string | number | null>>[]
/** Whole tables as the manifest gives them. */
const tablesOf = (name: string): Record<string, { rows: Rows }> =>
  fixtureJson<{ files: Record<string, { tables: Record<string, { rows: Rows }> }> }>('telethon/manifest.json').files[
    name
  ]!.tables

function expectPlace(session: Session, row: StoredRow): void {
  const home = homeOf(session) ?? session.dataCenters[0]!
  expect([home.id, home.address, home.port]).toEqual([row.dc_id, row.server_address, row.port])
  expect(home.authKey === null ? null : toHex(home.authKey.open())).toBe(row.auth_key_hex || null)
  if (row.auth_key_id_hex) expect(keyIdOf(home.authKey!)).toBe(row.auth_key_id_hex)
}

const byId = (a: { id: string }, b: { id: string }): number => (BigInt(a.id) < BigInt(b.id) ? -1 : 1)

async function expectRows(
  stored: StoredSession,
  tables: Record<string, { rows: Rows }>,
  prefix: string,
): Promise<void> {
  const rows = (table: string): Rows =>
    (tables[prefix + table]?.rows ?? []).filter((row) => row['session_id'] === stored.key)
  const { session } = stored.decoded
  const peers = await collect(session.peers)
  expect(peers).toHaveLength(session.peers.count)
  expect(
    peers.map((peer) => ({
      id: String(markedId(peer.kind, peer.id)),
      hash: String(peer.accessHash),
      username: peer.usernames[0] ?? null,
      phone: peer.phone,
      name: peer.name,
    })),
  ).toEqual(
    rows('entities')
      .map(({ id, hash, username, phone, name }) => ({ id: String(id), hash: String(hash), username, phone, name }))
      .toSorted(byId),
  )
  const states = rows('update_state')
  const account = states.find((state) => state['entity_id'] === '0')
  const state = ({ pts, qts, date, seq }: Rows[number]): object => ({ pts, qts, date, seq })
  expect(session.updateState).toEqual(account ? state(account) : null)
  expect(
    (await collect(session.channelStates)).map(({ channelId, ...rest }) => ({ id: String(channelId), ...rest })),
  ).toEqual(
    states
      .filter((one) => one['entity_id'] !== '0')
      .map((one) => ({ id: String(one['entity_id']), ...state(one) }))
      .toSorted(byId),
  )
  expect(
    (await collect(session.sentFiles)).map((file) => [toHex(file.md5), Number(file.size), String(file.id)]),
  ).toEqual(
    rows('sent_files')
      .map((file) => [file['md5_digest'], file['file_size'], file['id']])
      .toSorted((a, b) => (String(a[0]) < String(b[0]) ? -1 : 1)),
  )
}

describe('SQLAlchemy stores', () => {
  test.each(filesOf('telethon-sqlalchemy-sqlite'))('%s reads as its manifest says', async (name, file) => {
    await withFixture(`telethon/${name}`, async (tables) => {
      const claims = detectTables(await tables.schema())
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
        ['telethon.sqlalchemy', 'exact'],
      ])
      const stored = await telethonSqlalchemy.list(tables)
      expect(stored.map((one) => one.key)).toEqual(Object.keys(file.sessions_by_id!).toSorted())
      for (const one of stored) {
        const [row] = [file.sessions_by_id![one.key]].flat() as StoredRow[]
        expectPlace(one.decoded.session, row!)
        expect(one.name).toBe(one.key)
        expect(one.decoded.info).toMatchObject({
          variant: name === 'alchemy-v1.sqlite' ? '1' : '2',
          formatVersion: (file.schema_version as unknown as number[])[0],
        })
        expect(one.decoded.problems.map(({ code }) => code)).toEqual(row!.auth_key_hex ? [] : ['session.no-key'])
        await expectRows(one, tablesOf(name), file.table_prefix!)
        const text = file.string_sessions?.[one.key]
        if (text) expect(telethonString.encode!(one.decoded.session, options('1'))).toBe(text)
        if (file.entity_counts) expect(one.decoded.session.peers.count).toBe(file.entity_counts[one.key])
      }
    })
  })

  test('pages of peers are those of one session', async () => {
    await withFixture('telethon/alchemy-core-prefix.sqlite', async (tables) => {
      for (const { key, decoded } of await telethonSqlalchemy.list(tables)) {
        const all = await collect(decoded.session.peers)
        expect(await pageOf(tables, key, {})).toEqual(all)
        expect(await pageOf(tables, key, { kind: 'user' })).toEqual(all.filter((peer) => peer.kind === 'user'))
        const phone = all.find((peer) => peer.phone !== null)?.phone
        if (phone) expect(await pageOf(tables, key, { search: phone })).toHaveLength(1)
      }
    })
  })

  test.each(['telethon/alchemy-orm.sqlite', 'telethon/alchemy-core-prefix.sqlite', 'telethon/alchemy-v1.sqlite'])(
    '%s is listed by a reader without SQL too',
    async (path) => {
      await withFixture(path, async (tables) => {
        const noSql = { ...tables, query: () => Promise.reject(new AppError('request.unsupported', { reason: 'no' })) }
        expect(summary(await telethonSqlalchemy.list(noSql))).toEqual(summary(await telethonSqlalchemy.list(tables)))
      })
    },
  )

  test('one without a page of its own', async () => {
    await withFixture('telethon/alchemy-orm.sqlite', async (tables) => {
      expect(await pageOf(tables, 'nobody', {})).toEqual([])
    })
  })
})

describe('the store of the Matrix bridge', () => {
  test('mautrix.sqlite reads as its manifest says', async () => {
    const file = telethonManifest.files['mautrix.sqlite']! as TelethonFile & {
      entities: unknown
      update_states: unknown
    }
    await withFixture('telethon/mautrix.sqlite', async (tables) => {
      expect(detectTables(await tables.schema()).map((claim) => claim.format.id)).toEqual(['telethon.mautrix'])
      const stored = await telethonMautrix.list(tables)
      expect(stored.map((one) => one.key)).toEqual(['@dev:example.org', 'bot'])
      for (const { key, decoded } of stored) {
        expectPlace(decoded.session, file.sessions_by_id![key] as StoredRow)
        expect(decoded.problems.map(({ code }) => code)).toEqual(key === 'bot' ? ['session.no-key'] : [])
      }
      const { session } = stored[0]!.decoded
      const entities = file.entities as unknown as Record<string, [string, string][]>
      expect(
        (await collect(session.peers)).map((peer) => [String(markedId(peer.kind, peer.id)), String(peer.accessHash)]),
      ).toEqual(entities['@dev:example.org']!.toSorted((a, b) => (BigInt(a[0]) < BigInt(b[0]) ? -1 : 1)))
      expect(session.updateState).toEqual({ pts: 5, qts: 6, date: 1717000000, seq: 7 })
      expect(await collect(session.channelStates)).toEqual([
        { channelId: 3192772678n, pts: 99, qts: 0, date: 1717000000, seq: 0 },
      ])
    })
  })
})

describe('writing into stores', () => {
  const draw = (): Session => (fc.sample(randomSession, 1) as [Session])[0]
  const keyOfSession = (session: Session): string => toHex(homeOf(session)!.authKey!.open())

  async function after(
    path: string | null,
    work: (tables: Parameters<Parameters<typeof sqliteBytes>[0]>[0]) => Promise<void>,
  ): Promise<TablesReader> {
    const bytes = path === null ? undefined : fixtureBytes(path)
    return readSqliteBytes(bytes === undefined ? await sqliteBytes(work) : await sqliteBytes(work, bytes))
  }

  test.each(['telethon/alchemy-orm.sqlite', 'telethon/alchemy-core-prefix.sqlite'])(
    'a session is added to %s, and the others stay',
    async (path) => {
      const session = draw()
      const before = await withFixture(path, async (tables) => summary(await telethonSqlalchemy.list(tables)))
      const tables = await after(path, (writer) => telethonSqlalchemy.write!(writer, 'dave', session, options('2')))
      const stored = await telethonSqlalchemy.list(tables)
      expect(summary(stored.filter((one) => one.key !== 'dave'))).toEqual(before)
      const dave = stored.find((one) => one.key === 'dave')!.decoded.session
      expect(keyOfSession(dave)).toBe(keyOfSession(session))
      expect(dave.peers.count).toBe(session.peers.count)
      const version = path.includes('prefix') ? 'telethon_version' : 'version'
      expect(await tables.query(`SELECT * FROM ${version}`)).toEqual([[2n]])
    },
  )

  test('a session of the same id is replaced whole', async () => {
    const session = draw()
    const tables = await after('telethon/alchemy-orm.sqlite', (writer) =>
      telethonSqlalchemy.write!(writer, 'bob', session, options('2')),
    )
    const stored = await telethonSqlalchemy.list(tables)
    expect(stored.map((one) => one.key)).toEqual(['alice', 'bob', 'carol'])
    const bob = stored[1]!.decoded.session
    expect(keyOfSession(bob)).toBe(keyOfSession(session))
    expect(bob.peers.count).toBe(session.peers.count)
    expect(bob.channelStates.count).toBe(session.channelStates.count)
  })

  test('a session is removed with all its rows', async () => {
    const tables = await after('telethon/alchemy-orm.sqlite', (writer) => telethonSqlalchemy.remove!(writer, 'bob'))
    expect((await telethonSqlalchemy.list(tables)).map((one) => one.key)).toEqual(['alice', 'carol'])
    for (const table of ['sessions', 'entities', 'sent_files', 'update_state']) {
      expect(await tables.query(`SELECT count(*) FROM ${table} WHERE session_id = 'bob'`)).toEqual([[0n]])
    }
  })

  test('a store of version 1 gets its states as the package would give them', async () => {
    const session = draw()
    const tables = await after('telethon/alchemy-v1.sqlite', (writer) =>
      telethonSqlalchemy.write!(writer, 'two', session, options('2')),
    )
    const stored = await telethonSqlalchemy.list(tables)
    expect(stored.map((one) => [one.key, one.decoded.info.formatVersion])).toEqual([
      ['one', 3],
      ['two', 3],
    ])
    expect(stored[1]!.decoded.session.channelStates.count).toBe(session.channelStates.count)
  })

  test('a store of spring 2018 lacks a column, and is written all the same', async () => {
    const session = draw()
    const tables = await after('telethon/alchemy-orm.sqlite', async (writer) => {
      await writer.run('ALTER TABLE update_state DROP COLUMN unread_count')
      await telethonSqlalchemy.write!(writer, 'dave', session, options('2'))
    })
    const stored = await telethonSqlalchemy.list(tables)
    expect(stored.find((one) => one.key === 'dave')!.decoded.session.channelStates.count).toBe(
      session.channelStates.count,
    )
  })

  test('a new store can have a prefix', async () => {
    const tables = await after(null, (writer) =>
      telethonSqlalchemy.write!(writer, 'dave', draw(), { ...options('2'), options: new Map([['prefix', 'tg_']]) }),
    )
    expect((await tables.schema()).tables.has('tg_sessions')).toBe(true)
    expect((await telethonSqlalchemy.list(tables)).map((one) => one.key)).toEqual(['dave'])
  })

  test('two stores side by side are told apart', async () => {
    const tables = await after('telethon/alchemy-core-prefix.sqlite', async (writer) => {
      await writer.run('CREATE TABLE version (version INTEGER NOT NULL, PRIMARY KEY (version))')
      await writer.run(
        'CREATE TABLE sessions (session_id, dc_id, server_address, port, auth_key, PRIMARY KEY (session_id, dc_id))',
      )
      await writer.run('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)', ['alice', 2n, '149.154.167.51', 443n, null])
    })
    const keys = (await telethonSqlalchemy.list(tables)).map((one) => one.key)
    expect(keys).toContain('|alice')
    expect(keys).toContain('telethon_|alice')
    expect((await pageOf(tables, 'telethon_|alice', {})).length).toBeGreaterThan(0)
    expect(await pageOf(tables, '|alice', {})).toEqual([])
  })

  test.each([
    ['', 'no room'],
    ['x'.repeat(256), 'no room'],
  ])('the name %s is refused', async (name, reason) => {
    await expect(
      sqliteBytes((tables) => telethonSqlalchemy.write!(tables, name, draw(), options('2'))),
    ).rejects.toMatchObject({ code: 'format.not-writable', details: { reason: expect.stringContaining(reason) } })
  })

  test.each(['telethon/schema7.session', 'telethon/mautrix.sqlite'])('tables of %s are left alone', async (path) => {
    const prefix = path.includes('mautrix') ? 'telethon_' : ''
    const write = sqliteBytes(
      (tables) =>
        telethonSqlalchemy.write!(tables, 'dave', draw(), { ...options('2'), options: new Map([['prefix', prefix]]) }),
      fixtureBytes(path),
    )
    await expect(write).rejects.toMatchObject({ code: 'format.not-writable' })
  })

  test('two data centres of one session are both shown', async () => {
    const tables = await after('telethon/alchemy-orm.sqlite', (writer) =>
      writer.run('INSERT INTO sessions VALUES (?, ?, ?, ?, ?)', [
        'carol',
        4n,
        '149.154.167.91',
        443n,
        randomBytes(256),
      ]),
    )
    const carol = (await telethonSqlalchemy.list(tables)).find((one) => one.key === 'carol')!.decoded
    expect(carol.session.dataCenters.map((dc) => [dc.id, dc.home])).toEqual([
      [3, false],
      [4, true],
    ])
    expect(carol.problems.map(({ code }) => code)).toEqual(['telethon.several-sessions'])
  })

  test('row 0 names the account', async () => {
    const session = {
      ...emptySession(),
      account: { id: 77n, isBot: null, username: null, phone: null },
      dataCenters: [{ id: 2, address: null, port: null, authKey: new Secret(randomBytes(256)), home: true }],
    }
    const tables = await after(null, (writer) => telethonSqlalchemy.write!(writer, 'dave', session, options('2')))
    const [dave] = await telethonSqlalchemy.list(tables)
    expect(dave!.decoded.session.account).toEqual({ id: 77n, isBot: null, username: null, phone: null })
    expect(dave!.decoded.session.peers.count).toBe(0)
  })
})

function options(variant: string): EncodeOptions {
  return { variant, options: new Map(), nowSeconds: 0 }
}

function summary(stored: readonly StoredSession[]): unknown {
  return stored.map(({ key, decoded: { session } }) => [
    key,
    session.dataCenters.map((dc) => dc.authKey && toHex(dc.authKey.open())),
    session.peers.count,
    session.channelStates.count,
    session.sentFiles.count,
    session.updateState,
  ])
}

async function pageOf(tables: TablesReader, key: string, changes: Partial<PeerQuery>): Promise<readonly unknown[]> {
  const query: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 100, ...changes }
  return (await telethonSqlalchemy.peers!(tables, key, query)).peers
}
