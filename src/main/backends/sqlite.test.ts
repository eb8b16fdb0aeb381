import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { isAppError } from '../domain/errors.ts'
import { createSqliteFile, createSqliteMemory, readSqliteBytes, readSqliteFile, sqliteBytes } from './sqlite.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-sqlite-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

const SQL = 'CREATE TABLE t (id integer primary key, big integer, name text, data blob, part real)'
const big = 9_007_199_254_740_993n

test('writes a file and reads it back with 64-bit integers and bytes', async () => {
  const path = join(folder, 'a.session')
  const writer = createSqliteFile(path)
  await writer.run(SQL)
  await writer.runMany('INSERT INTO t VALUES (?, ?, ?, ?, ?)', [
    [2n, big, 'Ж', Uint8Array.of(1, 2), 0.5],
    [1n, null, null, new Uint8Array(0), null],
  ])
  writer.commit()
  writer.close()

  const reader = readSqliteFile(path)
  const schema = await reader.schema()
  expect(schema.wal).toBe(false)
  expect(schema.tables.get('t')?.columns.map((column) => [column.name, column.type, column.primaryKey])).toEqual([
    ['id', 'INTEGER', 1],
    ['big', 'INTEGER', 0],
    ['name', 'TEXT', 0],
    ['data', 'BLOB', 0],
    ['part', 'REAL', 0],
  ])
  const all = { table: 't', columns: ['id', 'big', 'name', 'data', 'part'] }
  expect(await reader.scan(all)).toEqual([
    [1n, null, null, new Uint8Array(0), null],
    [2n, big, 'Ж', Uint8Array.of(1, 2), 0.5],
  ])
  expect(await reader.scan({ ...all, columns: ['name'], whereKey: 2n })).toEqual([['Ж']])
  expect(await reader.scan({ ...all, columns: ['id'], limit: 1 })).toEqual([[1n]])
  expect(await reader.count('t')).toBe(2)
  expect(await reader.query('SELECT id FROM t WHERE deck_fold(name) = ?', ['ж'])).toEqual([[2n]])
  reader.close()
})

test('what was not committed is not in the file', async () => {
  const path = join(folder, 'rolled-back.session')
  const writer = createSqliteFile(path)
  await writer.run(SQL)
  writer.commit()
  await writer.run('INSERT INTO t (id) VALUES (1)')
  writer.close()
  const reader = readSqliteFile(path)
  expect(await reader.count('t')).toBe(0)
  reader.close()
})

test('a database in memory becomes bytes and comes back, WAL mark or not', async () => {
  const bytes = await sqliteBytes(async (tables) => tables.run(SQL))
  const marked = Uint8Array.from(bytes)
  marked[18] = 2
  marked[19] = 2
  const reader = readSqliteBytes(marked)
  expect((await reader.schema()).wal).toBe(true)
  expect(await reader.count('t')).toBe(0)
  reader.close()
  expect(marked[18]).toBe(2)
})

test('a table without rowid and a table that hides rowid scan in key order', async () => {
  const writer = createSqliteMemory()
  await writer.run('CREATE TABLE w (a blob, b integer, PRIMARY KEY (a, b)) WITHOUT ROWID')
  await writer.run('CREATE TABLE h (rowid text, v integer)')
  await writer.runMany('INSERT INTO w VALUES (?, ?)', [
    [Uint8Array.of(2), 1n],
    [Uint8Array.of(1), 2n],
  ])
  await writer.run("INSERT INTO h VALUES ('z', 1), ('a', 2)")
  expect((await writer.schema()).tables.get('w')?.withoutRowid).toBe(true)
  expect(await writer.scan({ table: 'w', columns: ['b'] })).toEqual([[2n], [1n]])
  expect(await writer.scan({ table: 'h', columns: ['v'] })).toEqual([[1n], [2n]])
  writer.close()
})

test.each([
  ['text', new TextEncoder().encode('not a database, just text '.repeat(40)), 'format.unrecognized'],
  ['truncated', 'cut', 'format.malformed'],
])('%s gives a code with the file named and the cause kept', async (name, given, code) => {
  const path = join(folder, `${name}.session`)
  const whole = await sqliteBytes(async (tables) => {
    await tables.run(SQL)
    await tables.runMany(
      'INSERT INTO t (name) VALUES (?)',
      Array.from({ length: 500 }, () => ['x'.repeat(100)]),
    )
  })
  writeFileSync(path, given === 'cut' ? whole.subarray(0, 8192) : (given as Uint8Array))
  const act = async (): Promise<void> => {
    const reader = readSqliteFile(path)
    try {
      await reader.scan({ table: 't', columns: ['name'] })
    } finally {
      reader.close()
    }
  }
  await expect(act()).rejects.toSatisfy(
    (error) => isAppError(error) && error.code === code && 'file' in error.details && error.details.file === path,
  )
  await expect(act()).rejects.toHaveProperty('cause')
  expect(readFileSync(path).byteLength).toBeGreaterThan(0)
})
