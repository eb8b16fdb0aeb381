import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { toHex } from '../../../src/main/bytes/hex.ts'
import { markedId, type Peer } from '../../../src/main/domain/peer.ts'
import { collect, collectionOf, homeOf, type Session } from '../../../src/main/domain/session.ts'
import type { EncodeOptions, PeerQuery, StoredSession } from '../../../src/main/formats/format.ts'
import { telethonSqlalchemy } from '../../../src/main/formats/telethon/sqlalchemy.ts'
import { randomSession } from '../../support/formats/random-session.ts'
import { connectSql, failure, locationOf, type SqlConnection, type SqlServer, startSql } from './sql-servers.ts'
import { restoreTables, type StoredCells, storedTables } from './stored-tables.ts'

export const shared = telethonSqlalchemy.shared!
export const { signal } = new AbortController()

export function options(more: Partial<EncodeOptions> = {}): EncodeOptions {
  return { variant: '2', options: new Map(), nowSeconds: 1_700_000_000, ...more }
}

export function query(more: Partial<PeerQuery> = {}): PeerQuery {
  return { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 100, ...more }
}

export async function everySession(connection: SqlConnection, prefix = ''): Promise<readonly StoredSession[]> {
  const sessions: StoredSession[] = []
  for await (const page of shared.pages(connection.reader, prefix, signal)) sessions.push(...page)
  return sessions
}

export const draw = (): Session => (fc.sample(randomSession, 1) as [Session])[0]
export const keyHex = (session: Session): string => toHex(homeOf(session)!.authKey!.open())

interface PeerCells {
  readonly id: string
  readonly [column: string]: string | null
}

const peerRow = (peer: Peer): PeerCells => ({
  id: String(markedId(peer.kind, peer.id)),
  hash: String(peer.accessHash),
  username: peer.usernames[0] ?? null,
  phone: peer.phone,
  name: peer.name,
})
const byId = (a: StoredCells, b: StoredCells): number => (BigInt(a['id']!) < BigInt(b['id']!) ? -1 : 1)

/** What every SQL server does with a Telethon store, field by field. `store` names the fixture that came from such a server. */
export function sqlStoreSuite(kind: SqlServer['kind'], label: string, store: string, missing: string | null): void {
  describe.skipIf(missing !== null)(`Telethon sessions in ${label}`, () => {
    let sql: SqlServer
    const ended: (() => Promise<void>)[] = []
    beforeAll(async () => {
      sql = await startSql(kind)
    })
    afterEach(async () => {
      for (const end of ended.splice(0).toReversed()) await end()
    })
    afterAll(() => sql?.server.stop())

    const open = async (database: string, prefix = ''): Promise<SqlConnection> => {
      const connection = await connectSql(sql, locationOf(sql, database, { prefix }))
      ended.push(connection.close)
      return connection
    }
    const restored = async (prefix = ''): Promise<SqlConnection> => {
      const database = await sql.newDatabase()
      await restoreTables(sql, database, storedTables(store), prefix)
      return open(database)
    }

    it.each(['', 'telethon_', 'Odd "prefix'])('reads what the package wrote, prefix “%s”', async (prefix) => {
      const connection = await restored(prefix)
      expect(connection.server).toMatch(/^(?:PostgreSQL|MariaDB) \d+\.\d+/)
      expect(await shared.survey(connection.reader, signal)).toEqual([{ prefix, sessions: 3 }])
      const tables = storedTables(store)
      const sessions = await everySession(connection, prefix)
      expect(sessions.map((one) => one.key)).toEqual(['alice', 'bob', 'carol'].map((id) => `${prefix}|${id}`))
      for (const { name, key, decoded } of sessions) {
        const rows = (table: string): readonly StoredCells[] =>
          (tables[table]?.rows ?? []).filter((row) => row['session_id'] === name)
        const [row] = rows('sessions')
        const home = homeOf(decoded.session) ?? decoded.session.dataCenters[0]!
        expect([home.id, home.address, home.port]).toEqual([row!['dc_id'], row!['server_address'], row!['port']])
        expect(home.authKey === null ? '' : toHex(home.authKey.open())).toBe(row!['auth_key'])
        expect(decoded.info).toEqual({
          formatId: 'telethon.sqlalchemy',
          variant: '2',
          library: 'telethon',
          formatVersion: tables['version']!.rows[0]!['version'],
        })
        expect(decoded.problems.map(({ code }) => code)).toEqual(row!['auth_key'] === '' ? ['session.no-key'] : [])
        const peers = await collect(decoded.session.peers)
        expect(peers).toHaveLength(decoded.session.peers.count)
        const stored = rows('entities').map(({ id, hash, username, phone, name: words }) => ({
          id,
          hash,
          username,
          phone,
          name: words,
        }))
        expect(peers.map(peerRow)).toEqual(stored.toSorted(byId as never))
        const page = await shared.peers!(connection.reader, key, query())
        expect(page).toEqual({ peers, total: peers.length, more: false })
        const states = rows('update_state')
        const state = ({ pts, qts, date, seq }: StoredCells): object => ({ pts, qts, date, seq })
        const account = states.find((one) => one['entity_id'] === '0')
        expect(decoded.session.updateState).toEqual(account === undefined ? null : state(account))
        const channels = await collect(decoded.session.channelStates)
        expect(channels.map(({ channelId, ...rest }) => ({ id: String(channelId), ...rest }))).toEqual(
          states
            .filter((one) => one['entity_id'] !== '0')
            .map((one) => ({ id: one['entity_id'], ...state(one) }))
            .toSorted(byId as never),
        )
        const files = await collect(decoded.session.sentFiles)
        expect(
          files.map((file) => [toHex(file.md5), Number(file.size), String(file.id), String(file.accessHash)]),
        ).toEqual(
          rows('sent_files')
            .map((file) => [file['md5_digest'], file['file_size'], file['id'], file['hash']])
            .toSorted((one, other) => (String(one[0]) < String(other[0]) ? -1 : 1)),
        )
        const alone = await shared.read(connection.reader, key)
        expect({ ...alone, decoded: { ...alone!.decoded, session: null } }).toEqual({
          key,
          name,
          decoded: { ...decoded, session: null },
        })
        expect(await collect(alone!.decoded.session.peers)).toEqual(peers)
      }
      expect(await shared.read(connection.reader, `${prefix}|nobody`)).toBeNull()
      expect(await shared.read(connection.reader, 'none|alice')).toBeNull()
    })

    it('finds peers by every form of what a person types', async () => {
      const connection = await restored()
      const find = async (search: string): Promise<readonly Peer[]> =>
        (await shared.peers!(connection.reader, '|alice', query({ search }))).peers
      const all = (await shared.peers!(connection.reader, '|alice', query())).peers
      const some = (test: (peer: Peer) => boolean): readonly Peer[] => all.filter(test)
      expect((await find('игр')).length).toBeGreaterThan(0)
      expect(await find('иГРЫ')).toEqual(some((peer) => peer.name === 'Игры'))
      expect(await find('ANA')).toEqual(some((peer) => peer.name === 'Ana'))
      expect(await find('@USER_88603')).toEqual(some((peer) => peer.usernames[0] === 'user_88603'))
      expect(await find('%')).toEqual([])
      expect(await find("'; --")).toEqual([])
      expect(await find('+98 997 0544057')).toEqual(some((peer) => peer.phone === '989970544057'))
      expect(await find('1790293935')).toEqual(some((peer) => peer.id === 1790293935n))
      expect(await find('-1001790293935')).toEqual(some((peer) => peer.id === 1790293935n))
      const named = await shared.peers!(
        connection.reader,
        '|alice',
        query({ sort: 'name', direction: 'desc', limit: 3 }),
      )
      // A server is not asked to count: the list knows how many there are, and the last page tells it.
      expect(named).toMatchObject({ more: true, total: null })
      const next = await shared.peers!(
        connection.reader,
        '|alice',
        query({ sort: 'name', direction: 'desc', limit: 100, offset: 3 }),
      )
      expect(next).toMatchObject({ more: false, total: all.length })
      expect(new Set([...named.peers, ...next.peers].map(peerRow).map((row) => JSON.stringify(row))).size).toBe(
        all.length,
      )
    })

    it('pages forwards, backwards and by leaps as the whole list goes', async () => {
      const connection = await restored()
      for (const direction of ['asc', 'desc'] as const) {
        const read = async (offset: number, limit: number): Promise<readonly string[]> => {
          const page = await shared.peers!(connection.reader, '|alice', query({ direction, offset, limit }))
          return page.peers.map((peer) => JSON.stringify(peerRow(peer)))
        }
        const all = await read(0, 100)
        expect(all.length).toBeGreaterThan(3)
        for (const offset of [0, 2, 4, 1, 3, 0, all.length - 1, all.length, all.length + 5, 2]) {
          expect(await read(offset, 2)).toEqual(all.slice(offset, offset + 2))
        }
      }
    })

    it('writes a session and reads it back, beside the others and in place of one', async () => {
      const connection = await restored()
      const before = await everySession(connection)
      for (const key of ['|dave', '|bob']) {
        const session = draw()
        await connection.write((writer) => shared.write!(writer, key, session, options()))
        const found = (await shared.read(connection.reader, key))!.decoded.session
        expect(keyHex(found)).toBe(keyHex(session))
        expect(found.account?.id ?? null).toBe(session.account?.id ?? null)
        const bytesOnly = (text: string | null): string | null => text?.replaceAll('\0', '').toWellFormed() || null
        const wanted = (await collect(session.peers)).map((peer) => ({
          ...peerRow(peer),
          hash: String(peer.accessHash ?? 0n),
          name: kind === 'postgres' ? bytesOnly(peer.name) : (peer.name?.toWellFormed() ?? null),
        }))
        const unique = [...new Map(wanted.map((row) => [row.id, row])).values()]
        expect((await collect(found.peers)).map(peerRow)).toEqual(unique.toSorted(byId as never))
        expect(found.channelStates.count).toBe(
          new Set((await collect(session.channelStates)).map((one) => one.channelId)).size,
        )
      }
      expect((await everySession(connection)).map((one) => one.key)).toEqual(['|alice', '|bob', '|carol', '|dave'])
      const alice = (await shared.read(connection.reader, '|alice'))!.decoded
      expect(await collect(alice.session.peers)).toEqual(await collect(before[0]!.decoded.session.peers))
      await connection.write((writer) => shared.remove!(writer, '|bob'))
      expect(await shared.read(connection.reader, '|bob')).toBeNull()
      const client = await connection.reader.query('SELECT count(*) FROM entities WHERE session_id = ?', ['bob'])
      expect(client).toEqual([[0n]])
      expect(await failure(connection.write((writer) => shared.remove!(writer, '|bob')))).toMatchObject({
        code: 'session.not-found',
      })
    })

    it('makes a new store under a prefix, and says what has no room', async () => {
      const connection = await open(await sql.newDatabase())
      const session: Session = {
        ...draw(),
        peers: collectionOf<Peer>([
          {
            kind: 'user',
            type: null,
            id: 5n,
            accessHash: 7n,
            usernames: ['u'.repeat(33)],
            phone: '1-2',
            name: '😀'.repeat(300),
            updatedAt: null,
          },
          {
            kind: 'user',
            type: null,
            id: 5n,
            accessHash: 8n,
            usernames: ['later'],
            phone: '12',
            name: 'Later',
            updatedAt: null,
          },
          {
            kind: 'user',
            type: null,
            id: 6n,
            accessHash: -1n,
            usernames: [],
            phone: null,
            name: '😀'.repeat(255),
            updatedAt: null,
          },
        ]),
        sentFiles: collectionOf([
          { md5: randomBytes(16), size: 2n ** 40n, type: 'photo', id: 1n, accessHash: 2n },
          { md5: randomBytes(16), size: 12n, type: 'photo', id: 1n, accessHash: 2n },
        ]),
      }
      const dropped: string[] = []
      const onDropped: EncodeOptions['onDropped'] = (field, count) => dropped.push(`${field} ${count}`)
      await connection.write((writer) =>
        shared.write!(writer, shared.keyFor('tg_', 'Ève|1'), session, options({ onDropped })),
      )
      expect(await shared.survey(connection.reader, signal)).toEqual([{ prefix: 'tg_', sessions: 1 }])
      const stored = (await shared.read(connection.reader, 'tg_|Ève|1'))!
      const peers = await collect(stored.decoded.session.peers)
      expect(peers.map((peer) => [peer.id, peer.accessHash, peer.usernames, peer.phone, peer.name])).toEqual([
        [5n, 8n, ['later'], '12', 'Later'],
        [6n, -1n, [], null, '😀'.repeat(255)],
      ])
      expect(dropped.toSorted()).toEqual(
        kind === 'mysql'
          ? ['peer-names 1', 'peer-phones 1', 'peer-usernames 1', 'sent-files 2']
          : ['peer-names 1', 'peer-phones 1', 'peer-usernames 1', 'sent-files 1'],
      )
    })

    it('reads stores of other versions', async () => {
      const database = await sql.newDatabase()
      const { update_state: states, ...tables } = storedTables(store)
      await restoreTables(sql, database, tables)
      const connection = await open(database)
      const [alice] = await everySession(connection)
      expect(alice!.decoded.info.variant).toBe('1')
      expect(alice!.decoded.session.updateState).toBeNull()
      // The package upgrades it so; the column that stores of spring 2018 lack stays away.
      const columns = states!.columns.filter((column) => column.name !== 'unread_count')
      await restoreTables(sql, database, { update_state: { ...states!, columns } })
      await connection.write((writer) => shared.write!(writer, '|dave', draw(), options()))
      expect((await shared.read(connection.reader, '|dave'))!.decoded.info.variant).toBe('2')
    })

    it('shows what is damaged, and reads on', async () => {
      const connection = await restored()
      await connection.write(async (writer) => {
        await writer.run(
          'INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES (?, ?, ?, ?, ?)',
          ['broken', 2n, '149.154.167.51', 443n, new Uint8Array(100)],
        )
        await writer.run(
          'INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES (?, ?, ?, ?, ?)',
          ['carol', 4n, null, null, new Uint8Array(256).fill(7)],
        )
      })
      const sessions = await everySession(connection)
      expect(sessions.map(({ name, decoded }) => [name, decoded.problems.map(({ code }) => code)])).toEqual(
        [
          ['alice', []],
          ['bob', []],
          ['broken', ['telethon.damaged-key', 'session.no-key'].slice(0, 2)],
          ['carol', ['telethon.several-sessions']],
        ].map(([name, codes]) => [
          name,
          name === 'broken' ? expect.arrayContaining([expect.stringMatching(/key/)]) : codes,
        ]),
      )
    })

    it('lists by pages, and finds its tables among thousands of others', async () => {
      const connection = await restored()
      const place = (id: string): readonly (string | bigint | Uint8Array)[] => [
        id,
        2n,
        '149.154.167.51',
        443n,
        randomBytes(256),
      ]
      await connection.write(async (writer) => {
        const ids = Array.from({ length: 1203 }, (_, index) => `s${String(index).padStart(5, '0')}`)
        await writer.runMany(
          'INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES (?, ?, ?, ?, ?)',
          ids.map(place),
        )
        // Pages of 1,000 rows end within these.
        await writer.runMany(
          'INSERT INTO sessions (session_id, dc_id, server_address, port, auth_key) VALUES (?, ?, ?, ?, ?)',
          [
            ['s00996', 4n, '149.154.167.91', 443n, randomBytes(256)],
            ['s00997', 4n, '149.154.167.91', 443n, randomBytes(256)],
          ],
        )
      })
      const sizes: number[] = []
      const names: string[] = []
      for await (const page of shared.pages(connection.reader, '', signal)) {
        sizes.push(page.length)
        names.push(...page.map((one) => one.name!))
      }
      expect(sizes.length).toBeGreaterThan(1)
      expect(names).toHaveLength(1206)
      expect(new Set(names).size).toBe(1206)
      const stopped = new AbortController()
      const first = shared.pages(connection.reader, '', stopped.signal)[Symbol.asyncIterator]()
      await first.next()
      stopped.abort()
      await expect(first.next()).rejects.toThrow()
    })
  })
}
