import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { keyIdOf } from '../../src/main/domain/key-id.ts'
import { markedId } from '../../src/main/domain/peer.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import { collect, homeOf } from '../../src/main/domain/session.ts'
import { telethonSqlalchemy } from '../../src/main/formats/telethon/sqlalchemy.ts'
import { connectSql, locationOf, type SqlServer, startSql } from '../integration/support/sql-servers.ts'
import { mariadbMissing } from '../support/servers/mariadb.ts'
import { postgresMissing } from '../support/servers/postgres.ts'
import { pythonLibrary } from './support/python.ts'
import { attempt, temporaryFolder } from './support/run.ts'
import { drawSession, keyIdOfHome } from './support/sessions.ts'

interface Report {
  readonly keyId: string
  readonly dc: number
  readonly address: string
  readonly port: number
  readonly state: readonly number[] | null
  readonly byId: readonly ([string, string] | null)[]
}

const REQUIREMENT =
  'telethon-session-sqlalchemy==0.2.16 SQLAlchemy==1.3.24 psycopg2-binary==2.9.13 PyMySQL==1.2.4 telethon==1.42.0'
const SCRIPT = 'telethon_sqlalchemy.py'
const shared = telethonSqlalchemy.shared!
const { value: python, reason } = await attempt(() => pythonLibrary(REQUIREMENT))

describe.each([
  ['postgres', 'postgresql', postgresMissing()],
  ['mysql', 'mysql+pymysql', mariadbMissing()],
] as const)('telethon-session-sqlalchemy on %s', (kind, scheme, missing) => {
  const title = python === null ? `(skipped: ${reason})` : 'with its own code'
  describe.skipIf(python === null || missing !== null)(title, () => {
    let started: Promise<SqlServer> | null = null
    afterAll(async () => (await started)?.server.stop())
    const place = async (): Promise<{ sql: SqlServer; database: string; env: Record<string, string> }> => {
      const sql = await (started ??= startSql(kind))
      const database = await sql.newDatabase()
      const { user, password, port } = sql.server
      const end = kind === 'mysql' ? '?charset=utf8mb4' : ''
      return {
        sql,
        database,
        env: { DECK_DATABASE: `${scheme}://${user}:${password}@127.0.0.1:${port}/${database}${end}` },
      }
    }

    test.each(['', 'telethon_'])('opens what we wrote under the prefix “%s”', async (prefix) => {
      const { sql, database, env } = await place()
      const connection = await connectSql(sql, locationOf(sql, database))
      const session = { ...drawSession(), updateState: { pts: 5, qts: 6, date: 1_700_000_001, seq: 7 } }
      const options = { variant: '2', options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
      await connection.write((writer) => shared.write!(writer, shared.keyFor(prefix, 'alice'), session, options))
      const stored = (await shared.read(connection.reader, shared.keyFor(prefix, 'alice')))!.decoded.session
      const peers = await collect(stored.peers)
      await connection.close()
      const marked = peers.map(({ kind: of, id }) => String(markedId(of, id)))
      const report = await python!<Report>(SCRIPT, ['read', 'alice', prefix, ...marked], env)
      const home = homeOf(stored)!
      expect(report).toMatchObject({
        keyId: keyIdOfHome(session),
        dc: home.id,
        address: home.address,
        port: home.port,
        state: [5, 6, 1_700_000_001, 7],
      })
      expect(report.byId).toEqual(peers.map(({ accessHash }, index) => [marked[index], String(accessHash)]))
    })

    test.skipIf(kind === 'mysql')('writes what we open', async () => {
      const { sql, database, env } = await place()
      const key = randomBytes(256)
      const keyFile = join(temporaryFolder(), 'key')
      writeFileSync(keyFile, key, { mode: 0o600 })
      await python!(SCRIPT, ['write', 'bob', 'tg_', keyFile], env)
      const connection = await connectSql(sql, locationOf(sql, database))
      expect(await shared.survey(connection.reader, new AbortController().signal)).toEqual([
        { prefix: 'tg_', sessions: 1 },
      ])
      const { decoded } = (await shared.read(connection.reader, 'tg_|bob'))!
      expect(keyIdOf(homeOf(decoded.session)!.authKey!)).toBe(keyIdOf(new Secret(key)))
      expect(decoded.session.updateState).toEqual({ pts: 1, qts: 2, date: 1_700_000_000, seq: 3 })
      expect(await collect(decoded.session.peers)).toMatchObject([
        { kind: 'channel', id: 1_234_567_890n, accessHash: 12n, usernames: ['chan'], name: 'Канал' },
        {
          kind: 'user',
          id: 7_000_000_001n,
          accessHash: -(2n ** 63n),
          usernames: ['ana_user'],
          phone: '49170',
          name: 'Ана',
        },
      ])
      await connection.close()
    })
  })
})
