import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprint } from '../backends/file-facts.ts'
import { createSqliteFile } from '../backends/sqlite.ts'
import { remoteTables } from './peers-remote.ts'
import { createPool, type WorkerPool } from './pool.ts'

let folder: string
let path: string
let pool: WorkerPool
const asked: string[] = []

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deck-remote-'))
  path = join(folder, 'peers.session')
  const database = createSqliteFile(path)
  await database.run('CREATE TABLE entities (id INTEGER PRIMARY KEY, name TEXT)')
  for (let id = 1n; id <= 30n; id += 1n) await database.run('INSERT INTO entities VALUES (?, ?)', [id, `peer ${id}`])
  database.commit()
  database.close()
  const real = createPool()
  pool = {
    ...real,
    run: (name, task, transfer) => (asked.push(`run ${name}`), real.run(name, task, transfer)),
    runUrgent: (name, task) => (asked.push(`urgent ${name}`), real.runUrgent(name, task)),
  }
})
afterAll(async () => {
  await pool.close()
  rmSync(folder, { recursive: true })
})

test.each([true, false])('counts once, out of the way of pages (in place: %s)', async (immutable) => {
  asked.length = 0
  const { signature } = fingerprint(path)
  const { tables, close } = remoteTables(pool, { path, signature, immutable })
  expect(await Promise.all([tables.count('entities'), tables.count('entities')])).toEqual([30, 30])
  expect(asked).toEqual(['run countRows'])
  expect(await tables.query('SELECT name FROM entities WHERE id = ?', [7n])).toEqual([['peer 7']])
  expect(asked).toEqual(['run countRows', 'urgent queryDatabase'])
  await close()
})

test('a file that changed is not counted as what it was', async () => {
  const { signature } = fingerprint(path)
  const { tables, close } = remoteTables(pool, { path, signature, immutable: true })
  appendFileSync(path, new Uint8Array(1))
  await expect(tables.count('entities')).rejects.toMatchObject({ code: 'source.changed' })
  await close()
})
