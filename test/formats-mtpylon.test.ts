import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { quickTables } from '../src/main/backends/page-reader.ts'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { fromHex, toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFile, detectTables } from '../src/main/formats/detect.ts'
import type { TablesReader } from '../src/main/formats/media.ts'
import { zagramAuthData } from '../src/main/formats/mtpylon/auth-data.ts'
import { bigintFromKeyId, foreignSession, keyIdFromBigint } from '../src/main/formats/mtpylon/key.ts'
import { mtpylonTables } from '../src/main/formats/mtpylon/tables.ts'
import { fixtureBytes, withFixture } from './support/formats/fixtures.ts'
import { mtpylonManifest } from './support/formats/mtpylon.ts'

const noUnlock = { passcode: null }
const options = { variant: '1', options: new Map<string, string>(), nowSeconds: 0 }

describe('key ids', () => {
  test.each([
    ['0000000000000001', 1n],
    ['00000000000000ff', 255n],
    ['7fffffffffffffff', 2n ** 63n - 1n],
    ['8000000000000000', -(2n ** 63n)],
    ['ffffffffffffffff', -1n],
  ])('%s is %s', (keyId, stored) => {
    expect(keyIdFromBigint(stored)).toBe(keyId)
    expect(bigintFromKeyId(keyId)).toBe(stored)
  })
})

describe('tables', () => {
  const databases = mtpylonManifest.entries.filter(({ format }) => format === 'mtpylon.tables')

  test.each(databases.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const tables = quickTables(fixtureBytes(`mtpylon/${entry.file}`), { file: entry.file, wal: false })
    expect(
      detectTables(await tables.schema()).map(({ format, detection }) => [format.id, detection.certainty]),
    ).toEqual([['mtpylon.sqlite', 'exact']])
    const stored = await mtpylonTables.list(tables)
    const problems = entry.problems ?? {}
    expect(stored.map(({ key }) => key).toSorted()).toEqual(
      [...entry.sessions!.map((one) => one.key_id_hex), ...Object.keys(problems)].toSorted(),
    )
    for (const expected of entry.sessions!) {
      const { name, decoded } = stored.find(({ key }) => key === expected.key_id_hex)!
      const key = homeOf(decoded.session)!.authKey!
      expect(toHex(key.open())).toBe(expected.auth_key_hex)
      expect(bigintFromKeyId(keyIdOf(key))).toBe(BigInt(expected.auth_key_id))
      expect(name).toBe(expected.nickname)
      expect(decoded.session.server).toBe('mtpylon')
      expect(decoded.session.account).toEqual(
        expected.user_id === null
          ? null
          : { id: BigInt(expected.user_id), isBot: null, username: expected.nickname, phone: null },
      )
      expect(decoded.problems).toEqual([])
    }
    for (const [key, code] of Object.entries(problems)) {
      expect(stored.find((one) => one.key === key)!.decoded.problems.map((problem) => problem.code)).toEqual([code])
    }
    tables.close()
  })

  test('passwords are never asked for', async () => {
    await withFixture('mtpylon/todo-list.db', async (tables) => {
      const asked: string[] = []
      const watched: TablesReader = {
        ...tables,
        scan: (request) => {
          asked.push(...request.columns)
          return tables.scan(request)
        },
      }
      await mtpylonTables.list(watched)
      expect(asked).toContain('nickname')
      expect(asked).not.toContain('password')
    })
    expect(mtpylonTables.secretColumns).toContain('users.password')
  })

  function sessionOf(account: Session['account'], key: Uint8Array = randomBytes(256)): Session {
    return { ...foreignSession(new Secret(key)), account }
  }

  const alice = { id: 1n, isBot: null, username: 'alice', phone: null }

  test('written tables are those of the sample', async () => {
    const bytes = await sqliteBytes((tables) => mtpylonTables.write!(tables, '', sessionOf(alice), options))
    const written = readSqliteBytes(bytes)
    const sql = 'SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name'
    const expected = await withFixture('mtpylon/todo-list.db', (tables) => tables.query(sql))
    expect(await written.query(sql)).toEqual(expected)
    written.close()
  })

  test('a key is added to the users that are there, replaced when it is there, and removed', async () => {
    const start = fixtureBytes('mtpylon/todo-list.db')
    const key = randomBytes(256)
    const added = await sqliteBytes(async (tables) => {
      await mtpylonTables.write!(tables, '', sessionOf(null, key), options)
      await mtpylonTables.write!(tables, '', sessionOf(alice, key), options)
      await mtpylonTables.write!(tables, '', sessionOf({ ...alice, id: 77n, username: null }), options)
    }, start)
    const keyId = keyIdOf(new Secret(key))
    const names = async (bytes: Uint8Array): Promise<ReadonlyMap<string, string | null>> => {
      const tables = readSqliteBytes(bytes)
      const stored = await mtpylonTables.list(tables)
      tables.close()
      return new Map(stored.map((one) => [one.key, one.name]))
    }
    const before = await names(start)
    const after = await names(added)
    expect(after.size).toBe(before.size + 2)
    expect(after.get(keyId)).toBe('alice')
    expect([...after.values()]).toContain('user-77')
    const removed = await names(await sqliteBytes((tables) => mtpylonTables.remove!(tables, keyId), added))
    expect(removed.size).toBe(before.size + 1)
    expect(removed.has(keyId)).toBe(false)
  })

  test('another user under the same id or nickname is not touched', async () => {
    const start = fixtureBytes('mtpylon/todo-list.db')
    for (const account of [
      { ...alice, username: 'mallory' },
      { ...alice, id: 9n },
    ]) {
      await expect(
        sqliteBytes((tables) => mtpylonTables.write!(tables, '', sessionOf(account), options), start),
      ).rejects.toMatchObject({ code: 'format.not-writable' })
    }
  })
})

describe('zagram authData', () => {
  const files = mtpylonManifest.entries.filter(({ format }) => format === 'zagram.authdata')

  test.each(files.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const bytes = fixtureBytes(`mtpylon/${entry.file}`)
    const claims = detectFile(bytes)
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty])).toEqual([
      ['zagram.authdata', 'exact'],
    ])
    if (entry.expect === 'error') {
      await expect(zagramAuthData.decode(bytes, noUnlock)).rejects.toMatchObject({ code: 'format.malformed' })
      return
    }
    const { session, problems } = await zagramAuthData.decode(bytes, noUnlock)
    const { authKey, salt } = homeOf(session)!
    expect(toHex(authKey!.open())).toBe(entry.auth_key_hex)
    expect(keyIdOf(authKey!)).toBe(entry.key_id_hex)
    expect(toHex(salt!.open())).toBe(entry.salt_hex)
    expect(session.server).toBe('mtpylon')
    expect(problems.map(({ code }) => code)).toEqual(entry.problem === undefined ? [] : [entry.problem])
    if (entry.id === 'auth-data') {
      expect(toHex(await zagramAuthData.encode!(session, options))).toBe(toHex(bytes))
    }
  })

  test('a key that begins with zeros loses them, and gets them back', async () => {
    const key = Uint8Array.from([0, 0, ...randomBytes(254).fill(7, 0, 1)])
    const written = await zagramAuthData.encode!(foreignSession(new Secret(key)), options)
    expect((JSON.parse(new TextDecoder().decode(written)) as { authKey: number[] }).authKey).toHaveLength(254)
    const { session, problems } = await zagramAuthData.decode(written, noUnlock)
    expect(toHex(homeOf(session)!.authKey!.open())).toBe(toHex(key))
    expect(homeOf(session)!.salt).toBeUndefined()
    expect(problems).toEqual([])
  })

  const row = (length: number, byte = 1): number[] => Array<number>(length).fill(byte)
  const whole = { authKey: row(256), authKeyId: row(8), serverSalt: row(8) }

  test.each([
    ['a key of 257 bytes', { ...whole, authKey: row(257) }],
    ['half a key', { ...whole, authKey: row(128) }],
    ['a short id', { ...whole, authKeyId: row(7) }],
    ['a long salt', { ...whole, serverSalt: row(9) }],
    ['numbers that are no bytes', { ...whole, authKey: row(256, 256) }],
    ['text', { ...whole, authKey: 'AQID' }],
    ['an object with gaps', { ...whole, serverSalt: { 0: 1, 2: 1 } }],
  ])('%s is refused', async (_what, value) => {
    const bytes = new TextEncoder().encode(JSON.stringify(value))
    await expect(zagramAuthData.decode(bytes, noUnlock)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('a row of the tables and authData hold the same key', async () => {
    const alice = mtpylonManifest.entries.find(({ id }) => id === 'auth-data')!
    const [first] = mtpylonManifest.entries[0]!.sessions!
    expect(first!.auth_key_hex).toBe(alice.auth_key_hex)
    expect(keyIdOf(new Secret(fromHex(first!.auth_key_hex)!))).toBe(first!.key_id_hex)
  })
})
