import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isAppError } from '../domain/errors.ts'
import type { Cell } from '../formats/media.ts'
import { pagesOfBytes } from './database-pages.ts'
import { isSqlite } from './file-image.ts'
import { pageReader, quickTables } from './page-reader.ts'
import { createSqliteMemory, readSqliteBytes, type SqliteReader } from './sqlite.ts'

/** Reads everything by both readers and demands the same. */
async function expectSame(bytes: Uint8Array): Promise<void> {
  const sqlite = readSqliteBytes(bytes)
  const pages = pageReader(pagesOfBytes(bytes), (await sqlite.schema()).wal)
  const schema = await sqlite.schema()
  const ours = pages.schema()
  expect([...ours.indexes].sort()).toEqual([...schema.indexes].sort())
  expect(ours.wal).toBe(schema.wal)
  expect([...ours.tables.keys()].sort()).toEqual([...schema.tables.keys()].sort())
  for (const [name, table] of schema.tables) {
    const mine = ours.tables.get(name)
    expect(mine?.columns).toEqual(table.columns)
    expect(mine?.withoutRowid).toBe(table.withoutRowid)
    const request = { table: name, columns: table.columns.map((column) => column.name).reverse() }
    expect(pages.scan(request)).toEqual(await sqlite.scan(request))
    expect(pages.scan({ ...request, limit: 3 })).toEqual(await sqlite.scan({ ...request, limit: 3 }))
    expect(pages.count(name)).toBe(await sqlite.count(name))
    // Equality on the key is for integers alone.
    const key = table.columns.filter((column) => column.primaryKey > 0)
    if (table.withoutRowid && (key.length !== 1 || key[0]?.type !== 'INTEGER')) continue
    for (const whereKey of [0n, 1n, 2n, 700n, -5n, 9_007_199_254_740_993n]) {
      expect(pages.scan({ ...request, whereKey })).toEqual(await sqlite.scan({ ...request, whereKey }))
    }
  }
  sqlite.close()
}

const fixtures = readdirSync('fixtures', { recursive: true, encoding: 'utf8' })
  .filter((name) => /\.(session|sqlite|db)$/.test(name))
  .map((name) => join('fixtures', name))
  .filter((path) => isSqlite(readFileSync(path)))

test.each(fixtures)('reads %s as SQLite does', async (path) => {
  await expectSame(readFileSync(path))
})

const cell: fc.Arbitrary<Cell> = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -3n, max: 300n }),
  fc.double({ noNaN: true }),
  fc.string({ unit: 'grapheme', maxLength: 40 }),
  fc.integer({ min: 400, max: 9_000 }).map((length) => 'ю'.repeat(length)),
  fc.uint8Array({ maxLength: 300 }),
  fc.constant(null),
)
const key = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })

test('generated databases of every page size read as SQLite reads them', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(512, 1024, 4096, 65_536),
      fc.uniqueArray(fc.tuple(key, cell, cell), { maxLength: 120, selector: ([id]) => id }),
      fc.boolean(),
      async (pageByteLength, rows, withoutRowid) => {
        const db = new Database(':memory:')
        db.exec(`PRAGMA page_size = ${pageByteLength}`)
        const tail = withoutRowid ? ' WITHOUT ROWID' : ''
        db.exec(`CREATE TABLE t (x any, "i d" INTEGER NOT NULL, y, r REAL, PRIMARY KEY("i d"))${tail}`)
        db.exec('CREATE INDEX by_x ON t (x)')
        db.exec('CREATE TABLE empty (a text -- note, with a comma\n, b varchar(10,2) /* ) */ not null)')
        const insert = db.prepare('INSERT INTO t ("i d", x, y, r) VALUES (?, ?, ?, ?)')
        for (const [id, x, y] of rows) insert.run(id, x, y, typeof y === 'bigint' ? y : 1n)
        await expectSame(Uint8Array.from(db.serialize()))
        db.close()
      },
    ),
    { numRuns: process.env['SLOW'] ? 500 : 40 },
  )
})

test('columns added later read as null, or fall back when they have a default', async () => {
  const writer = createSqliteMemory()
  await writer.run('CREATE TABLE t (id integer primary key)')
  await writer.run('INSERT INTO t VALUES (1)')
  await writer.run('ALTER TABLE t ADD COLUMN later text')
  await writer.run("ALTER TABLE t ADD COLUMN dated text DEFAULT 'x'")
  const bytes = Uint8Array.from(writer.serialize())
  writer.close()
  const pages = pageReader(pagesOfBytes(bytes), false)
  expect(pages.scan({ table: 't', columns: ['later', 'id'] })).toEqual([[null, 1n]])
  const tables = quickTables(bytes, { file: null, wal: false })
  expect(await tables.scan({ table: 't', columns: ['dated'] })).toEqual([['x']])
  tables.close()
})

test.each([
  ['UTF-16', ["PRAGMA encoding = 'UTF-16'", 'CREATE TABLE t (a text)', "INSERT INTO t VALUES ('ж')"]],
  ['a generated column', ['CREATE TABLE t (a text, b text AS (a))', "INSERT INTO t VALUES ('ж')"]],
  ['a strict table', ['CREATE TABLE t (a text) STRICT', "INSERT INTO t VALUES ('ж')"]],
])('%s is left to SQLite', async (_name, statements) => {
  const db = new Database(':memory:')
  for (const sql of statements) db.exec(sql)
  const tables = quickTables(Uint8Array.from(db.serialize()), { file: null, wal: false })
  db.close()
  expect(await tables.scan({ table: 't', columns: ['a'] })).toEqual([['ж']])
  tables.close()
})

test('damaged pages give a code or rows, never another error or an endless loop', async () => {
  const base = Uint8Array.from(readFileSync('fixtures/telethon/schema7.session'))
  const readAll = async (tables: SqliteReader): Promise<void> => {
    const { tables: known } = await tables.schema()
    for (const [table, info] of known) {
      await tables.scan({ table, columns: info.columns.map((column) => column.name) })
      await tables.count(table)
    }
  }
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(base.byteLength - 1), fc.nat(255)), { minLength: 1, maxLength: 30 }),
      fc.option(fc.nat(base.byteLength), { nil: null, freq: 4 }),
      async (changes, length) => {
        const bytes = base.slice(0, length ?? base.byteLength)
        for (const [at, value] of changes) if (at >= 16 && at < bytes.byteLength) bytes[at] = value
        const tables = quickTables(bytes, { file: 'x', wal: false })
        try {
          await readAll(tables)
        } catch (error) {
          expect(isAppError(error), String(error)).toBe(true)
        } finally {
          tables.close()
        }
      },
    ),
    { numRuns: process.env['SLOW'] ? 20_000 : 400 },
  )
})
