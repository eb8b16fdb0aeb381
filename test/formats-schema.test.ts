import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import type { Session } from '../src/main/domain/session.ts'
import { detectTables } from '../src/main/formats/detect.ts'
import type { TablesFormat } from '../src/main/formats/format.ts'
import type { TablesReader } from '../src/main/formats/media.ts'
import { explainForeignBytes, explainForeignTables, explainForeignText } from '../src/main/formats/foreign.ts'
import { pyrogramSqlite } from '../src/main/formats/pyrogram/sqlite.ts'
import { telethonSqlalchemy } from '../src/main/formats/telethon/sqlalchemy.ts'
import { telethonSqlite } from '../src/main/formats/telethon/sqlite.ts'
import { telethonV2Sqlite } from '../src/main/formats/telethon-v2/sqlite.ts'
import { errorSentence } from '../src/shared/error-texts.ts'
import { fixtureBytes, withFixture } from './support/formats/fixtures.ts'
import { randomSession } from './support/formats/random-session.ts'

async function written(format: TablesFormat, variant: string): Promise<Uint8Array> {
  const [session] = fc.sample(randomSession, 1) as [Session]
  const options = { variant, options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
  return sqliteBytes((tables) => format.write!(tables, 'name', session, options))
}

/** What another reader of the file can tell its maker by. */
async function anatomy(tables: TablesReader): Promise<unknown> {
  const objects = await tables.query('SELECT type, name, tbl_name, sql FROM sqlite_master')
  const names = objects.filter(([type]) => type === 'table').map(([, name]) => String(name))
  const columns = await Promise.all(
    names.map(async (name) => [name, await tables.query(`SELECT * FROM pragma_table_info('${name}')`)] as const),
  )
  const one = async (pragma: string): Promise<unknown> => (await tables.query(`PRAGMA ${pragma}`))[0]?.[0]
  return {
    objects,
    columns,
    version: await tables.query('SELECT * FROM version'),
    pragmas: await Promise.all(['user_version', 'application_id', 'encoding', 'page_size', 'auto_vacuum'].map(one)),
  }
}

describe('a file of ours cannot be told from one of the library', () => {
  test.each([
    [telethonSqlite, '1', 'telethon/schema1.session'],
    [telethonSqlite, '2', 'telethon/schema2.session'],
    [telethonSqlite, '3', 'telethon/schema3.session'],
    [telethonSqlite, '4', 'telethon/schema4.session'],
    [telethonSqlite, '5', 'telethon/schema5.session'],
    [telethonSqlite, '6', 'telethon/schema6.session'],
    [telethonSqlite, '7', 'telethon/schema7.session'],
    [telethonSqlite, '8', 'telethon/schema8.session'],
    [telethonV2Sqlite, '10', 'telethon/v2-schema10.session'],
    [telethonSqlalchemy, '2', 'telethon/alchemy-orm.sqlite'],
    [pyrogramSqlite, '1', 'pyrogram/files/v1-user.session'],
    [pyrogramSqlite, '2', 'pyrogram/files/v2-user.session'],
    [pyrogramSqlite, '3', 'pyrogram/files/v3-user.session'],
    [pyrogramSqlite, 'K4', 'pyrogram/files/kurigram-v4.session'],
    [pyrogramSqlite, 'K5', 'pyrogram/files/kurigram-v5.session'],
    [pyrogramSqlite, 'K6', 'pyrogram/files/kurigram-v6.session'],
    [pyrogramSqlite, 'K7', 'pyrogram/files/kurigram-v7.session'],
    [pyrogramSqlite, 'F3', 'pyrogram/files/pyrofork-v3-usernames.session'],
    [pyrogramSqlite, 'F4', 'pyrogram/files/pyrofork-v4.session'],
    [pyrogramSqlite, 'M4', 'pyrogram/files/pyrogrammod-v4.session'],
  ] as const)('$id %s %s', async (format, variant, path) => {
    const bytes = await written(format, variant)
    const tables = readSqliteBytes(bytes)
    try {
      expect(await anatomy(tables)).toEqual(await withFixture(path, anatomy))
    } finally {
      tables.close()
    }
    // Rollback journal: one file is the whole session.
    expect([...bytes.subarray(18, 20)]).toEqual([1, 1])
  })

  test('wzgram 8 is shape K7 with its number', async () => {
    const tables = readSqliteBytes(await written(pyrogramSqlite, 'W8'))
    const [stored] = await pyrogramSqlite.list(tables)
    expect(stored!.decoded.info).toMatchObject({ variant: 'W8', library: 'wzgram', formatVersion: 8 })
    tables.close()
  })

  test('writing into a file that holds a session is refused', async () => {
    const bytes = await written(telethonSqlite, '7')
    const [session] = fc.sample(randomSession, 1) as [Session]
    for (const format of [telethonSqlite, pyrogramSqlite]) {
      const options = { variant: format.defaultVariant, options: new Map<string, string>(), nowSeconds: 0 }
      await expect(sqliteBytes((tables) => format.write!(tables, '', session, options), bytes)).rejects.toMatchObject({
        code: 'format.not-writable',
      })
    }
  })
})

describe('what is not read is named', () => {
  const tables = (...names: [string, readonly string[]][]): Parameters<typeof explainForeignTables>[0] => ({
    tables: new Map(
      names.map(([name, columns]) => {
        const infos = columns.map((column) => ({ name: column, type: '', notNull: false, primaryKey: 0 }))
        return [name, { name, columns: infos, withoutRowid: false }]
      }),
    ),
    indexes: new Set(),
    wal: false,
  })

  test.each([
    [
      'a Telethon file without its sessions',
      tables(['version', ['version']], ['entities', ['id', 'hash']]),
      /without its table “sessions”.*backup/,
    ],
    ['a Kurigram store', tables(['sessions', ['session_name', 'dc_id']]), /store of several Kurigram sessions/],
    ['another program', tables(['people', ['name']]), /another program/],
  ] as const)('%s', (_name, schema, words) => {
    expect(detectTables(schema)).toEqual([])
    const error = explainForeignTables(schema)
    expect(error.code).toBe('format.unrecognized')
    expect(errorSentence(error)).toMatch(words)
  })

  test.each([
    'pyrogram/json/json-0.6.0-user.session',
    'pyrogram/json/json-0.14.1-user.session',
    'pyrogram/json/json-0.14.1-bot-test.session',
  ])('%s cut short', (path) => {
    const cut = fixtureBytes(path).subarray(0, -3)
    expect(errorSentence(explainForeignBytes(cut))).toMatch(/JSON session of Pyrogram .*missing or damaged/)
  })

  test.each([
    ['empty', new Uint8Array(), /empty/],
    ['zeros', new Uint8Array(4096), /zeros/],
    ['a cut SQLite file', new TextEncoder().encode('SQLite form'), /cut short/],
    ['another pickle', Uint8Array.of(0x80, 4, 0x95, 1, 2, 3), /pickle: a pickle can run code/],
    ['Telegram Desktop', new TextEncoder().encode('TDF$\0\0\0'), /Telegram Desktop/],
    ['prose', new TextEncoder().encode('hello'), /not a session/],
    ['binary', Uint8Array.of(1, 2, 3, 250), /no known kind/],
    ['other JSON', new TextEncoder().encode('{"a": 1}'), /JSON, but/],
  ])('%s', (_name, bytes, reason) => {
    expect(errorSentence(explainForeignBytes(bytes))).toMatch(reason)
  })

  test('databases without tables', async () => {
    const empty = { tables: new Map(), indexes: new Set<string>(), wal: false }
    expect(explainForeignTables(empty).details.reason).toMatch(/without tables/)
    expect(explainForeignTables({ ...empty, wal: true }).details.reason).toMatch(/“-wal” file is missing/)
  })

  test('text that fits nothing is described, never repeated', () => {
    const secret = `1${'Qk'.repeat(170)}`
    for (const text of [secret, secret.slice(1), 'hello world', '', 'Qk'.repeat(4000)]) {
      expect(errorSentence(explainForeignText(text))).not.toContain('QkQk')
    }
    expect(explainForeignText('1Qk'.repeat(67).slice(0, 200)).details.reason).toMatch(
      /353 or 369 characters expected, 200 found/,
    )
    expect(explainForeignText(secret).details.reason).toMatch(/begins like a Telethon string/)
  })
})
