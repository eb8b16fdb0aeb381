import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openAppDatabase } from './app-database.ts'
import { loginCode } from './login-codes.ts'
import { openLoginStore } from './login-store.ts'
import { migrations } from './migrations.ts'
import { openSettings } from './settings.ts'

let folder: string
const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() }
const open = () => openAppDatabase(join(folder, 'data'), log, 7)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'deck-database-'))
  log.error.mockClear()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

test('is private, and keeps what was set', async () => {
  const first = open()
  openSettings(first, log).set('theme', 'dark')
  for (const name of await readdir(join(folder, 'data'))) {
    expect((await stat(join(folder, 'data', name))).mode & 0o777, name).toBe(0o600)
  }
  first.close()
  await chmod(join(folder, 'data'), 0o755)
  const second = open()
  expect(openSettings(second, log).get('theme')).toBe('dark')
  expect(openSettings(second, log).get('nothing')).toBeUndefined()
  expect((await stat(join(folder, 'data'))).mode & 0o777).toBe(0o700)
  second.close()
  expect(log.error).not.toHaveBeenCalled()
})

test('refuses the database of a newer app and leaves it alone', async () => {
  const database = open()
  database.pragma(`user_version = ${migrations.length + 1}`)
  database.close()
  expect(open).toThrow(expect.objectContaining({ code: 'format.unsupported-version' }))
  expect(await readdir(join(folder, 'data'))).toEqual(['session-deck.db'])
})

test('sets a damaged database aside and starts anew', async () => {
  const path = join(folder, 'data', 'session-deck.db')
  open().close()
  await writeFile(path, 'not a database'.repeat(1000))
  const database = open()
  openSettings(database, log).set('theme', 'light')
  expect(await readdir(join(folder, 'data'))).toContain('session-deck.db.damaged-7')
  expect(log.error).toHaveBeenCalledOnce()
  database.close()
})

test('sets a foreign database aside, too', async () => {
  const database = open()
  database.exec('DROP TABLE settings')
  database.pragma('user_version = 0')
  database.close()
  const fresh = open()
  expect(fresh.prepare('SELECT count(*) AS n FROM settings').get()).toEqual({ n: 0 })
  fresh.close()
})

test('brings the database of an earlier release up to date and keeps what is in it', async () => {
  await mkdir(join(folder, 'data'))
  const old = new Database(join(folder, 'data', 'session-deck.db'))
  for (const step of migrations.slice(0, 2)) old.exec(step)
  old.pragma('user_version = 2')
  old.exec(`
    INSERT INTO sessions (id, source_id, key, file_key, status, kind, key_id, added_at, name_sort, search)
      VALUES (1, 'a', 'one', 'one', 0, 0, 'k1', 0, 'one', 'one');
    INSERT INTO summaries (id, summary) VALUES (1, '{"name":"one"}');
    INSERT INTO annotations (source_id, key, name) VALUES ('a', 'one', 'Shop')`)
  old.close()
  const database = open()
  expect(database.pragma('user_version', { simple: true })).toBe(migrations.length)
  expect(database.prepare('SELECT key, key_id, login FROM sessions').all()).toEqual([
    { key: 'one', key_id: 'k1', login: null },
  ])
  expect(database.prepare('SELECT name FROM annotations').pluck().all()).toEqual(['Shop'])
  openLoginStore(database, () => undefined).add('k1', {
    status: 'alive',
    atMs: 1,
    wayOut: 'direct',
    dcId: 2,
    test: false,
    evidence: '',
    untilMs: null,
    newDcId: null,
    account: null,
  })
  expect(database.prepare('SELECT login FROM sessions').pluck().get()).toBe(loginCode('alive'))
  database.close()
  expect(log.error).not.toHaveBeenCalled()
})
