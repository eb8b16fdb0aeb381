import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { collect, homeOf } from '../domain/session.ts'
import type { PeerQuery } from '../formats/format.ts'
import { formats } from '../formats/registry.ts'
import { fileNameFrom } from './file-keys.ts'
import type { TrashInput } from './interfaces.ts'
import type { Scanner } from './scan-types.ts'
import { createPool } from './pool.ts'
import { createScanner } from './scanner.ts'
import type { SessionStore } from './session-store.ts'

let folder: string
let root: string
let scanner: Scanner
let store: SessionStore
const taken: (TrashInput & { path: string; companions: readonly string[] })[] = []
const FIRST: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 20 }
const FIXTURE = 'fixtures/telethon/schema7.session'

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-store-'))
  root = join(folder, 'root')
  mkdirSync(root)
  copyFileSync(FIXTURE, join(root, 'a.session'))
  scanner = createScanner({
    pool: createPool(),
    scratch: join(folder, 'scratch'),
    trash: () => ({
      trash: {
        takeFile: async (input) => {
          taken.push(input)
          return 'trash-1'
        },
        takeFolder: async () => 'trash-3',
        keepBytes: async () => 'trash-2',
      },
      describe: () => ({ sourceId: 's1', sourceName: 'Bots', givenName: null }),
    }),
  })
  store = scanner.store(root)
})
afterAll(async () => {
  await scanner.close()
  rmSync(folder, { recursive: true })
})

const sqliteFormat = formats.find((format) => format.id === 'telethon.sqlite')
const target = (formatId: string, variant: string) => ({
  formatId,
  options: { variant, options: new Map<string, string>(), nowSeconds: 1_700_000_000 },
})

test('a session added to a folder reads back the same, under a free and harmless name', async () => {
  const opened = await store.open('a.session')
  const wish = '../..\u202e/etc\nпривет: <b>'
  const first = await store.add?.(wish, opened.session, target('telethon.sqlite', sqliteFormat?.defaultVariant ?? ''))
  const second = await store.add?.(wish, opened.session, target('telethon.string', '1'))
  const third = await store.add?.(wish, opened.session, target('telethon.string', '1'))
  expect(first).toBe('etc привет b.session')
  expect([second, third]).toEqual(['etc привет b.txt', 'etc привет b 2.txt'])
  expect(statSync(join(root, first ?? '')).mode & 0o777).toBe(0o600)
  const copy = await store.open(first ?? '')
  const theirs = homeOf(copy.session)?.authKey
  expect(theirs && homeOf(opened.session)?.authKey?.equals(theirs)).toBe(true)
  expect(await collect(copy.session.peers)).toEqual(await collect(opened.session.peers))
  const [a, b] = [await store.summary('a.session'), await store.summary(third ?? '')]
  expect(b.keyId).toBe(a.keyId)
  await opened.close()
  await copy.close()
  expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([])
})

test.each([
  ['', 'session'],
  ['...', 'session'],
  ['CON', 'CON_'],
  ['a/b\\c', 'a b c'],
  ['.hidden', 'hidden'],
  ['x'.repeat(300), 'x'.repeat(100)],
])('the wish %j becomes %j', (wish, name) => {
  expect(fileNameFrom(wish)).toBe(name)
})

test('the raw view shows everything but secrets', async () => {
  const tables = (await store.rawTables?.('a.session')) ?? []
  expect(tables.map((table) => table.name)).toContain('entities')
  const page = await store.rawRows?.('a.session', 'sessions', { offset: 0, limit: 10 })
  const columns = tables.find((table) => table.name === 'sessions')?.columns.map((column) => column.name) ?? []
  expect(page?.rows[0]?.[columns.indexOf('auth_key')]).toEqual({ secretByteLength: 256 })
  expect(page?.rows[0]?.[columns.indexOf('port')]).toBe(443n)
  await expect(store.rawRows?.('a.session', 'nope"; DROP', { offset: 0, limit: 1 })).rejects.toHaveProperty(
    'code',
    'request.invalid',
  )
})

test('delete hands the file, its companions and its summary to the trash', async () => {
  writeFileSync(join(root, 'a.session-journal'), '')
  expect(await store.delete?.('a.session')).toBe('trash-1')
  expect(taken[0]).toMatchObject({
    reason: 'deleted',
    sourceId: 's1',
    path: join(root, 'a.session'),
    companions: [join(root, 'a.session-journal')],
  })
  expect(taken[0]?.summary.keyId).toMatch(/^[0-9a-f]{16}$/)
  rmSync(join(root, 'a.session-journal'))
})

test('keys that lead out of the folder, or to nothing, are not found', async () => {
  for (const key of ['../elsewhere/a.session', 'gone.session', 'a.session#2', '', '/etc/passwd', '.', 'a\0b']) {
    await expect(store.summary(key), key).rejects.toHaveProperty('code', 'session.not-found')
  }
})

test('one of several strings in a file opens by its number and is not deleted alone', async () => {
  const opened = await store.open('a.session')
  const one = readFileSync(join(root, (await store.add?.('s', opened.session, target('telethon.string', '1'))) ?? ''))
  await opened.close()
  writeFileSync(join(root, 'many.txt'), Buffer.concat([one, one]))
  const second = await store.open('many.txt#2')
  expect(homeOf(second.session)?.authKey).not.toBeNull()
  await second.close()
  await expect(store.delete?.('many.txt#2')).rejects.toHaveProperty('code', 'request.unsupported')
  expect((await store.peers('many.txt#1', FIRST)).peers).toEqual([])
})

test.each(['delete', 'wal'])('a large file in %s mode is paged, searched and opened', async (mode) => {
  const name = `large-${mode}.session`
  const path = join(root, name)
  copyFileSync(FIXTURE, path)
  const db = new Database(path)
  db.pragma(`journal_mode = ${mode}`)
  db.exec('DELETE FROM entities')
  const insert = db.prepare('INSERT INTO entities VALUES (?, 1, NULL, NULL, ?, 1)')
  const count = 60_000
  db.transaction(() => {
    for (let id = 1; id <= count; id += 1) insert.run(BigInt(id * 3), `Person ${count - id} ${'.'.repeat(150)}`)
  })()
  if (mode === 'delete') db.close()
  expect(statSync(path).size + (mode === 'wal' ? statSync(`${path}-wal`).size : 0)).toBeGreaterThan(9 * 1024 * 1024)

  const ids = async (query: Partial<PeerQuery>): Promise<bigint[]> =>
    (await store.peers(name, { ...FIRST, ...query })).peers.map((peer) => peer.id)
  const from = (start: number, step: number): bigint[] =>
    Array.from({ length: 20 }, (_, at) => BigInt(start + at * step))
  expect(await ids({})).toEqual(from(3, 3))
  expect(await ids({ offset: 31_234 })).toEqual(from((31_234 + 1) * 3, 3))
  expect(await ids({ offset: 31_999, direction: 'desc' })).toEqual(from((count - 31_999) * 3, -3))
  expect(await ids({ offset: 4_000 })).toEqual(from(4_001 * 3, 3))
  expect(await ids({ offset: count + 5 })).toEqual([])
  expect(await ids({ offset: count - 2 })).toHaveLength(2)
  const byName = await ids({ sort: 'name', offset: 20_000 })
  expect(byName).toHaveLength(20)
  expect(await ids({ sort: 'name', offset: 20_019 })).toContain(byName.at(-1))
  expect(await ids({ search: 'person 59990 ' })).toEqual([30n])
  expect((await store.peers(name, FIRST)).total).toBe(count)
  const opened = await store.open(name)
  expect(opened.session.peers.count).toBe(count)
  await opened.close()
  if (mode === 'wal') db.close()
  expect(existsSync(join(folder, 'scratch'))).toBe(true)
})
