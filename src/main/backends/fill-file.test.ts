import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Cell, Row, TablesWriter } from '../formats/media.ts'
import { fillSqliteFile } from './fill-file.ts'
import { readPrivateCopy } from './long-table.ts'
import { readSqliteBytes, sqliteBytes } from './sqlite.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-fill-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Fills a file, and a database in memory by SQLite alone; answers all rows with the classes of their cells. */
async function both(work: (tables: TablesWriter) => Promise<void>, tables: readonly string[]): Promise<void> {
  const path = join(folder, 'file.db')
  writeFileSync(path, '')
  await fillSqliteFile(path, work)
  const ours = readPrivateCopy(path, path)
  const theirs = readSqliteBytes(await sqliteBytes(work))
  try {
    expect(await ours.query('PRAGMA integrity_check')).toEqual([['ok']])
    const schema = 'SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid'
    expect(await ours.query(schema)).toEqual(await theirs.query(schema))
    for (const table of tables) {
      const columns = (await theirs.schema()).tables.get(table)?.columns.map(({ name }) => name) ?? []
      const classes = columns.map((name) => `typeof("${name}")`).join(', ')
      const sql = `SELECT rowid, *, ${classes} FROM ${table} ORDER BY rowid`
      const expected = await theirs.query(sql)
      expect(expected.length).toBeGreaterThan(0)
      expect(await ours.query(sql)).toEqual(expected)
    }
  } finally {
    ours.close()
    theirs.close()
  }
}

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

function batches(rows: readonly Row[]): readonly (readonly Row[])[] {
  return Array.from({ length: Math.ceil(rows.length / 1000) }, (_, index) =>
    rows.slice(index * 1000, index * 1000 + 1000),
  )
}

const ids: readonly [string, (index: number) => bigint][] = [
  ['small', (index) => BigInt(index)],
  ['marked', (index) => (index < 1000 ? -1_000_000_000_000n - 10_000_000n + BigInt(index) : BigInt(index) * 4001n)],
  ['of every length', (index) => BigInt.asIntN(64, -(2n ** 63n) + (2n ** 64n / BigInt(MANY)) * BigInt(index))],
  ['of seven and eight bytes', (index) => 2n ** 49n - 1500n + BigInt(index)],
  ['up to the last', (index) => 2n ** 63n - BigInt(MANY) + BigInt(index)],
]

test.each(ids)('rows in order are those that SQLite writes: ids %s', async (_name, idOf) => {
  await both(
    async (tables) => {
      await tables.run(CREATE)
      await tables.run('CREATE INDEX by_phone ON t (phone)')
      for (const rows of batches(Array.from({ length: MANY }, (_, index) => rowOf(index, idOf(index))))) {
        await tables.runMany(INSERT, rows)
      }
      await tables.run('CREATE TABLE later (a)')
    },
    ['t'],
  )
})

const odd: readonly [string, Row][] = [
  ['an id that was there', rowOf(1, 5n)],
  ['an id between others', rowOf(1, -7n)],
  ['no id', [null, 1n, null, null, null, null]],
  ['a text that looks like a fraction', [9_000n, 1n, null, '1.50', null, null]],
  ['a text with spaces around a number', [9_000n, 1n, null, ' 12 ', null, null]],
  ['a number for a text', [9_000n, 1n, 12n, null, null, null]],
  ['a row longer than a page', [9_000n, 1n, 'ю'.repeat(9000), null, null, null]],
]

test.each(odd)('SQLite takes over at %s', async (_name, row) => {
  await both(
    async (tables) => {
      await tables.run(CREATE)
      const rows = Array.from({ length: MANY }, (_, index) => rowOf(index))
      await tables.runMany(INSERT, rows)
      await tables.runMany(INSERT, [row, rowOf(8, 9_001n)])
      await tables.runMany(
        INSERT,
        Array.from({ length: MANY }, (_, index) => rowOf(index, BigInt(index + 20_000))),
      )
    },
    ['t'],
  )
})

test('what SQLite refuses is refused', async () => {
  const path = join(folder, 'file.db')
  writeFileSync(path, '')
  const work = fillSqliteFile(path, async (tables) => {
    await tables.run(CREATE)
    await tables.runMany(
      INSERT,
      Array.from({ length: MANY }, (_, index) => rowOf(index)),
    )
    await tables.runMany(INSERT, [[9_000n, null, null, null, null, null]])
  })
  await expect(work).rejects.toThrow()
})

test('tables with keys of several columns, without keys, side by side, with columns by name', async () => {
  await both(
    async (tables) => {
      await tables.run('CREATE TABLE s (who VARCHAR(9) NOT NULL, id BIGINT NOT NULL, name TEXT, PRIMARY KEY (who, id))')
      await tables.run('CREATE TABLE n (id INTEGER, name TEXT)')
      await tables.run('CREATE INDEX by_name ON n (name)')
      for (let start = 0; start < MANY; start += 1000) {
        const numbers = Array.from({ length: 1000 }, (_, index) => BigInt(start + index))
        await tables.runMany(
          'INSERT INTO "s" (name, who, id) VALUES (?, ?, ?)',
          numbers.map((id) => [`n${id}`, 'me', id]),
        )
        await tables.runMany(
          'INSERT INTO n (id, name) VALUES (?, ?)',
          numbers.slice(0, 3).map((id) => [id, `n${id}`]),
        )
      }
      await tables.runMany('REPLACE INTO s (who, id, name) VALUES (?, ?, ?)', [
        ['me', 3n, 'again'],
        ['you', 3n, 'other'],
      ])
    },
    ['s', 'n'],
  )
})

test('tables that check or react are left to SQLite', async () => {
  await both(
    async (tables) => {
      await tables.run('CREATE TABLE u (id INTEGER PRIMARY KEY, name TEXT UNIQUE)')
      await tables.run('CREATE TABLE c (id INTEGER PRIMARY KEY, name TEXT)')
      await tables.run('CREATE TABLE log (id INTEGER)')
      await tables.run('CREATE TRIGGER seen AFTER INSERT ON c BEGIN INSERT INTO log VALUES (new.id); END')
      const rows = Array.from({ length: 700 }, (_, index) => [BigInt(index), `n${index % 600}`])
      await tables.runMany('INSERT OR IGNORE INTO u VALUES (?, ?)', rows)
      await tables.runMany('INSERT INTO c VALUES (?, ?)', rows)
    },
    ['u', 'c', 'log'],
  )
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
