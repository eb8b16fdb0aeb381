import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { openAppDatabase } from './app-database.ts'
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
