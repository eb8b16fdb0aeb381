import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Cell, Row } from '../formats/media.ts'
import { fillSqliteFile } from './fill-file.ts'
import { readPrivateCopy } from './long-table.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-fill-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const MANY = 3000
const CREATE =
  'CREATE TABLE t (id INTEGER PRIMARY KEY, hash INTEGER NOT NULL, name TEXT, phone INTEGER, at REAL, raw BLOB)'
const INSERT = 'INSERT OR REPLACE INTO t VALUES (?, ?, ?, ?, ?, ?)'

function rowOf(index: number, id = BigInt(index)): Cell[] {
  const names = [null, '', 'Plain', 'Имя', '名前 🙂', 'x'.repeat(index % 300), '12', '\0nul']
  const phones: Cell[] = [null, '491700000001', 5n, '', 'none', 0n, 1n, 2.5, 7]
  return [
    id,
    BigInt.asIntN(64, 0x1234_5678_9abc_def1n * BigInt(index + 1)) >> BigInt(index % 64),
    names[index % names.length] ?? null,
    phones[index % phones.length] ?? null,
    index % 3 ? index / 2 : null,
    index % 5 ? new Uint8Array(index % 200).fill(index) : null,
  ]
}

test('a file is whole, and what SQLite refuses is refused', async () => {
  const path = join(folder, 'file.db')
  writeFileSync(path, '')
  await fillSqliteFile(path, async (tables) => {
    await tables.run(CREATE)
    await tables.runMany(
      INSERT,
      Array.from({ length: MANY }, (_, index) => rowOf(index)),
    )
  })
  expect(readdirSync(folder)).toEqual(['file.db'])
  const reader = readPrivateCopy(path, path)
  try {
    expect(await reader.query('PRAGMA integrity_check')).toEqual([['ok']])
    expect(await reader.count('t')).toBe(MANY)
  } finally {
    reader.close()
  }
  writeFileSync(path, '')
  const refused = fillSqliteFile(path, async (tables) => {
    await tables.run(CREATE)
    await tables.runMany(INSERT, [[9_000n, null, null, null, null, null]])
  })
  await expect(refused).rejects.toThrow()
})

test('whole tables by pages are the rows that SQLite reads', async () => {
  const path = join(folder, 'file.db')
  writeFileSync(path, '')
  await fillSqliteFile(path, async (tables) => {
    await tables.run(CREATE)
    await tables.runMany(
      INSERT,
      Array.from({ length: MANY }, (_, index) => rowOf(index, BigInt(index * 3 - 4000))),
    )
    await tables.runMany(INSERT, [[99_999n, 1n, 'ю'.repeat(9000), null, 3, null]])
    await tables.run('ALTER TABLE t ADD COLUMN more TEXT')
  })
  const reader = readPrivateCopy(path, path)
  try {
    const found: Row[] = []
    for await (const rows of reader.rows?.('t', 'id', ['more', 'raw', 'at', 'name', 'hash']) ?? []) found.push(...rows)
    expect(found).toEqual(await reader.query('SELECT id, more, raw, at, name, hash FROM t ORDER BY id'))
    expect(reader.rows?.('t', 'id', ['NULL'])).toBeNull()
    expect(reader.rows?.('t', 'hash', ['name'])).toBeNull()
  } finally {
    reader.close()
  }
})
