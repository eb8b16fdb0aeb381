import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import { collect, homeOf } from '../../src/main/domain/session.ts'
import type { StoredSession, TablesFormat } from '../../src/main/formats/format.ts'
import { mtpylonTables } from '../../src/main/formats/mtpylon/tables.ts'
import { pyrogramMultisession } from '../../src/main/formats/pyrogram/multisession.ts'
import { telethonMautrix } from '../../src/main/formats/telethon/mautrix.ts'
import { withFixture } from '../support/formats/fixtures.ts'
import { postgresMissing } from '../support/servers/postgres.ts'
import {
  connectSql,
  failure,
  locationOf,
  type SqlClient,
  type SqlConnection,
  type SqlServer,
  startSql,
} from './support/sql-servers.ts'
import { options, query, signal } from './support/sql-store-suite.ts'

async function everySession(format: TablesFormat, connection: SqlConnection, prefix = ''): Promise<StoredSession[]> {
  const sessions: StoredSession[] = []
  for await (const page of format.shared!.pages(connection.reader, prefix, signal)) sessions.push(...page)
  return sessions
}

const withoutRows = (stored: StoredSession): unknown => {
  const { peers, channelStates, sentFiles, minContexts, dataCenters, ...rest } = stored.decoded.session
  const keys = dataCenters.map((dc) => [
    dc.id,
    dc.address,
    dc.port,
    dc.home,
    dc.authKey === null ? null : keyIdOf(dc.authKey),
  ])
  return [
    stored.name,
    stored.decoded.problems,
    rest,
    keys,
    peers.count,
    channelStates.count,
    sentFiles.count,
    minContexts.count,
  ]
}

describe.skipIf(postgresMissing() !== null)('other sessions in PostgreSQL', () => {
  let sql: SqlServer
  beforeAll(async () => {
    sql = await startSql('postgres')
  })
  afterAll(() => sql?.server.stop())

  async function withDatabase(work: (connection: SqlConnection, client: SqlClient) => Promise<void>): Promise<void> {
    const database = await sql.newDatabase()
    const client = await sql.client(database)
    const connection = await connectSql(sql, locationOf(sql, database))
    try {
      await work(connection, client)
    } finally {
      await connection.close()
      await client.end()
    }
  }

  it('reads the tables of the Matrix bridge as it reads their SQLite form', async () => {
    await withDatabase(async (connection, client) => {
      await withFixture('telethon/mautrix.sqlite', async (file) => {
        for (const { name, columns } of (await file.schema()).tables.values()) {
          if (!name.startsWith('telethon_')) continue
          const types = { BIGINT: 'BIGINT', INTEGER: 'INTEGER', BYTEA: 'BYTEA', BLOB: 'BYTEA' } as Record<
            string,
            string
          >
          const keys = columns.filter((column) => column.primaryKey > 0).map((column) => column.name)
          const parts = columns.map((column) => `${column.name} ${types[column.type] ?? 'TEXT'}`)
          await client.query(`CREATE TABLE ${name} (${parts.join(', ')}, PRIMARY KEY (${keys.join(', ')}))`)
          for (const row of await file.query(`SELECT * FROM ${name}`)) {
            await client.query(`INSERT INTO ${name} VALUES (${row.map((_, index) => `$${index + 1}`).join(', ')})`, row)
          }
        }
        expect(await telethonMautrix.shared!.survey(connection.reader, signal)).toEqual([
          { prefix: 'telethon_', sessions: 2 },
        ])
        const found = await everySession(telethonMautrix, connection, 'telethon_')
        const listed = await telethonMautrix.list(file)
        expect(found.map(withoutRows)).toEqual(listed.map(withoutRows))
        const peers = await collect(found[0]!.decoded.session.peers)
        expect(peers).toEqual(await collect(listed[0]!.decoded.session.peers))
        expect((await telethonMautrix.shared!.peers!(connection.reader, found[0]!.key, query())).peers).toEqual(peers)
        expect(
          (await telethonMautrix.shared!.peers!(connection.reader, found[0]!.key, query({ search: '4' }))).peers.length,
        ).toBeLessThanOrEqual(peers.length)
      })
    })
  })

  it('writes, reads and ends the sessions of a mtpylon server', async () => {
    await withDatabase(async (connection, client) => {
      await withFixture('mtpylon/todo-list.db', async (file) => {
        const listed = await mtpylonTables.list(file)
        for (const { key, decoded } of listed) {
          if (homeOf(decoded.session)?.authKey == null) continue
          await connection.write((writer) =>
            mtpylonTables.shared!.write!(writer, key, decoded.session, options({ variant: '1' })),
          )
        }
        const sound = listed.filter((one) => homeOf(one.decoded.session)?.authKey != null)
        const found = await everySession(mtpylonTables, connection)
        expect(found.map((one) => one.key).toSorted()).toEqual(sound.map((one) => one.key).toSorted())
        for (const one of found) {
          expect(withoutRows(one)).toEqual(withoutRows(sound.find(({ key }) => key === one.key)!))
          expect(withoutRows((await mtpylonTables.shared!.read(connection.reader, one.key))!)).toEqual(withoutRows(one))
        }
        expect(await mtpylonTables.shared!.survey(connection.reader, signal)).toEqual([
          { prefix: '', sessions: found.length },
        ])
        const [login] = found.filter((one) => one.decoded.session.account !== null)
        await client.query(
          'DELETE FROM auth_key_items WHERE auth_key_id = (SELECT auth_key_id FROM auth_keys ORDER BY id LIMIT 1)',
        )
        const orphan = (await everySession(mtpylonTables, connection)).find((one) =>
          one.decoded.problems.some(({ code }) => code === 'session.no-key'),
        )
        expect(orphan).toBeDefined()
        await connection.write((writer) => mtpylonTables.shared!.remove!(writer, login!.key))
        expect(await mtpylonTables.shared!.read(connection.reader, login!.key)).toBeNull()
        expect(await mtpylonTables.shared!.read(connection.reader, 'none')).toBeNull()
      })
    })
  })

  it('reads the store of many Pyrogram sessions', async () => {
    await withDatabase(async (connection, client) => {
      await client.query(
        'CREATE TABLE sessions (session_name TEXT PRIMARY KEY, dc_id INTEGER, api_id INTEGER, test_mode INTEGER, auth_key BYTEA, date INTEGER NOT NULL, user_id BIGINT, is_bot BOOL)',
      )
      await client.query(
        'CREATE TABLE peers (session_name TEXT NOT NULL, id BIGINT NOT NULL, access_hash BIGINT NOT NULL, type TEXT NOT NULL, phone_number TEXT, last_update_on BIGINT, PRIMARY KEY (session_name, id))',
      )
      await client.query(
        'CREATE TABLE usernames (session_name TEXT NOT NULL, id BIGINT NOT NULL, username TEXT NOT NULL, UNIQUE (session_name, id, username))',
      )
      await client.query(
        'CREATE TABLE update_state (id BIGINT, session_name TEXT NOT NULL, pts INTEGER, qts INTEGER, date INTEGER, seq INTEGER)',
      )
      await client.query('CREATE TABLE version (number INTEGER PRIMARY KEY)')
      const key = randomBytes(256)
      const insert = 'INSERT INTO sessions VALUES ($1, $2, $3, $4, $5, $6, $7, $8)'
      await client.query(insert, ['bot', 2, 6, 0, key, 1_700_000_000, '7000000001', true])
      await client.query(insert, ['fresh', 2, null, null, null, 1_700_000_000, null, null])
      await client.query(insert, ['short', 4, 6, 0, randomBytes(20), 1_700_000_000, '5', false])
      await client.query('INSERT INTO peers VALUES ($1, $2, $3, $4, $5, $6)', [
        'bot',
        '42',
        '-9223372036854775808',
        'user',
        '49170',
        1_700_000_001,
      ])
      await client.query('INSERT INTO peers VALUES ($1, $2, $3, $4, $5, $6)', [
        'bot',
        '-1001234567890',
        '12',
        'supergroup',
        null,
        null,
      ])
      await client.query('INSERT INTO peers VALUES ($1, $2, $3, $4, $5, $6)', ['short', '42', '5', 'bot', null, null])
      await client.query(
        "INSERT INTO usernames VALUES ('bot', 42, 'Анна'), ('bot', 42, 'anna'), ('short', 42, 'other')",
      )
      await client.query(
        "INSERT INTO update_state VALUES (0, 'bot', 1, 2, 3, 4), (-1001234567890, 'bot', 5, 6, 7, 8), (0, 'short', 9, 9, 9, 9)",
      )
      expect(await pyrogramMultisession.shared!.survey(connection.reader, signal)).toEqual([
        { prefix: '', sessions: 3 },
      ])
      const sessions = await everySession(pyrogramMultisession, connection)
      expect(sessions.map((one) => [one.key, one.decoded.problems.map(({ code }) => code)])).toEqual([
        ['bot', []],
        ['fresh', ['session.no-key']],
        ['short', ['session.damaged-key']],
      ])
      const { session } = sessions[0]!.decoded
      expect(session).toMatchObject({
        account: { id: 7_000_000_001n, isBot: true },
        apiId: 6,
        test: false,
        savedAt: 1_700_000_000,
        updateState: { pts: 1, qts: 2, date: 3, seq: 4 },
      })
      expect(homeOf(session)!.authKey!.equals(new Secret(key))).toBe(true)
      expect(await collect(session.channelStates)).toEqual([
        { channelId: 1_234_567_890n, pts: 5, qts: 6, date: 7, seq: 8 },
      ])
      const peers = await collect(session.peers)
      expect(peers).toMatchObject([
        { kind: 'channel', id: 1_234_567_890n, type: 'supergroup', usernames: [] },
        {
          kind: 'user',
          id: 42n,
          accessHash: -(2n ** 63n),
          usernames: ['anna', 'Анна'],
          phone: '49170',
          updatedAt: 1_700_000_001,
        },
      ])
      const find = async (search: string): Promise<readonly bigint[]> =>
        (await pyrogramMultisession.peers!(connection.reader, 'bot', query({ search, sort: 'name' }))).peers.map(
          (peer) => peer.id,
        )
      expect(await find('ANNA')).toEqual([42n])
      expect(await find('@аНН')).toEqual([42n])
      expect(await find('other')).toEqual([])
      expect(await find('1234567890')).toEqual([1_234_567_890n])
      expect(await find('')).toEqual([42n, 1_234_567_890n])
      expect((await pyrogramMultisession.shared!.read(connection.reader, 'bot'))!.name).toBe('bot')
      expect(await pyrogramMultisession.shared!.read(connection.reader, 'none')).toBeNull()
    })
  })

  it('says that a column holds something else', async () => {
    await withDatabase(async (connection, client) => {
      await client.query(
        'CREATE TABLE sessions (session_id INTEGER, dc_id INTEGER, server_address TEXT, port TEXT, auth_key TEXT, PRIMARY KEY (session_id, dc_id))',
      )
      await client.query(
        'CREATE TABLE entities (session_id TEXT, id BIGINT, hash TEXT, username TEXT, phone TEXT, name TEXT)',
      )
      await client.query("INSERT INTO sessions VALUES (5, 2, '149.154.167.51', 'x', 'no bytes')")
      const { telethonSqlalchemy } = await import('../../src/main/formats/telethon/sqlalchemy.ts')
      const [one] = await everySession(telethonSqlalchemy, connection).catch(() => [])
      // Either shown with its damage, or refused with a code; never a key made of something else.
      if (one === undefined) {
        expect(await failure(everySession(telethonSqlalchemy, connection))).toMatchObject({ code: 'format.malformed' })
      } else {
        expect(homeOf(one.decoded.session)?.authKey ?? null).toBeNull()
        expect(one.decoded.problems.length).toBeGreaterThan(0)
      }
    })
  })
})
