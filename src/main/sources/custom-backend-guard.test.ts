import { randomBytes } from 'node:crypto'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import type { ConnectOptions, StoreConnection, StoreLocation } from '../backends/store.ts'
import { isAppError } from '../domain/errors.ts'
import { keyIdOf } from '../domain/key-id.ts'
import { Secret } from '../domain/secret.ts'
import { emptySession, homeOf } from '../domain/session.ts'
import type { Cell, DocumentsReader, TableInfo, TablesReader } from '../formats/media.ts'
import { telethonSqlalchemy } from '../formats/telethon/sqlalchemy.ts'
import { guardedBackend } from './custom-backend-guard.ts'
import type { StoreMedium } from './store-types.ts'

const location: StoreLocation = {
  kind: 'custom:acme',
  hosts: ['anywhere'],
  database: '',
  user: '',
  tls: { mode: 'off', ca: '' },
  topology: { kind: 'single' },
  prefix: '',
}
const limits = { connectTimeoutMs: 100, commandTimeoutMs: 100 }

function open(
  medium: StoreMedium,
  connect: (options: ConnectOptions) => unknown,
  { signal = new AbortController().signal, password = null as Secret | null, prefix = '' } = {},
): Promise<StoreConnection> {
  const backend = guardedBackend(
    {
      kind: 'acme',
      label: 'Acme',
      help: 'Acme.',
      medium,
      fields: { address: { label: 'Address' } },
      connect: (_address, _secrets, options) => connect(options),
    },
    'acme.mjs',
  )
  return backend.connect({ ...location, prefix }, { password }, { signal, ...limits })
}

async function failure(work: Promise<unknown>): Promise<unknown> {
  try {
    await work
  } catch (error) {
    if (isAppError(error)) return { code: error.code, ...error.details }
    throw error
  }
  throw new Error('it did not fail')
}

/** A backend over an SQLite database, as a module would write it. */
function sqliteConnection(database: DatabaseSync) {
  const query = async (sql: string, parameters: readonly Cell[] = []) => {
    const statement = database.prepare(sql)
    statement.setReadBigInts(true)
    return statement.all(...parameters).map((row) => Object.values(row))
  }
  const reader: TablesReader = {
    dialect: 'sqlite',
    async schema() {
      const tables = new Map<string, TableInfo>()
      for (const [name] of await query("SELECT name FROM sqlite_master WHERE type = 'table'")) {
        const columns = (await query(`PRAGMA table_info("${String(name)}")`)).map((row) => ({
          name: String(row[1]),
          type: String(row[2]),
          notNull: row[3] === 1n,
          primaryKey: Number(row[5]),
        }))
        tables.set(String(name), { name: String(name), columns, withoutRowid: false })
      }
      return { tables, indexes: new Set(), wal: false }
    },
    scan: ({ table, columns, limit = -1 }) => query(`SELECT ${columns.join(', ')} FROM "${table}" LIMIT ${limit}`),
    count: async (table) => Number((await query(`SELECT count(*) FROM "${table}"`))[0]?.[0]),
    query,
  }
  const run = async (sql: string, parameters: readonly Cell[] = []) => void (await query(sql, parameters))
  const runMany = async (sql: string, rows: readonly (readonly Cell[])[]) => {
    for (const row of rows) await run(sql, row)
  }
  return {
    server: 'Acme 1',
    reader,
    async write(work: (writer: unknown) => Promise<void>) {
      database.exec('BEGIN')
      try {
        await work({ ...reader, run, runMany })
        database.exec('COMMIT')
      } catch (error) {
        database.exec('ROLLBACK')
        throw error
      }
    },
    close: () => {},
  }
}

describe('a backend of one’s own for tables', () => {
  const store = telethonSqlalchemy.shared!
  const options = { variant: '2', options: new Map<string, string>(), nowSeconds: 0 }

  it('holds sessions of the app’s formats, in transactions, under its prefix alone', async () => {
    const database = new DatabaseSync(':memory:')
    const connection = await open('tables', () => sqliteConnection(database))
    if (connection.medium !== 'tables') throw new Error('no tables')
    const { reader, write } = connection
    const authKey = new Secret(randomBytes(256))
    const dc = { id: 2, address: '149.154.167.51', port: 443, authKey, home: true }
    const session = { ...emptySession(), dataCenters: [dc] }
    await write((writer) => store.write!(writer, 'tg_|shop', session, options))
    const stored = await store.read(reader, 'tg_|shop')
    expect(keyIdOf(homeOf(stored!.decoded.session)!.authKey!)).toBe(keyIdOf(authKey))
    const broken = write(async (writer) => {
      await store.remove!(writer, 'tg_|shop')
      throw new RangeError('ours')
    })
    await expect(broken).rejects.toThrow(RangeError)
    expect(await store.read(reader, 'tg_|shop')).not.toBeNull()
    const elsewhere = await open('tables', () => sqliteConnection(database), { prefix: 'other_' })
    if (elsewhere.medium !== 'tables') throw new Error('no tables')
    expect((await elsewhere.reader.schema()).tables.size).toBe(0)
  })

  it.each([
    ['a row that is none', { query: async () => [7] }, 'gives what are no rows'],
    ['a cell that is none', { query: async () => [[new Date()]] }, 'gives what are no rows'],
    ['nothing', { query: async () => undefined }, 'gives what are no rows'],
    ['words of a driver', { query: async () => Promise.reject(new Error('secret words')) }, 'failed'],
  ])('that answers with %s is named', async (_what, change, words) => {
    const made = sqliteConnection(new DatabaseSync(':memory:'))
    const connection = await open('tables', () => ({ ...made, reader: { ...made.reader, ...change } }))
    if (connection.medium !== 'tables') throw new Error('no tables')
    expect(await failure(connection.reader.query('SELECT 1'))).toEqual({
      code: 'source.module-failed',
      reason: `acme.mjs ${words}`,
    })
  })
})

describe('a backend of one’s own for documents', () => {
  const reader = (change: object): object => ({
    collections: async () => ['bots.session', 'other.session', 'nodot'],
    find: async () => [{ _id: 1n, key: new Uint8Array(1), list: [null, { a: true }] }],
    count: async () => 1,
    ...change,
  })
  const opened = async (change: object = {}, prefix = ''): Promise<DocumentsReader> => {
    const made = { server: 'Acme 1', reader: reader(change), write: async () => {}, close: () => {} }
    const connection = await open('documents', () => made, { prefix })
    if (connection.medium !== 'documents') throw new Error('no documents')
    return connection.reader
  }

  it('shows databases under its prefix alone', async () => {
    expect(await (await opened()).collections()).toEqual(['bots.session', 'other.session'])
    expect(await (await opened({}, 'bots')).collections()).toEqual(['bots.session'])
    expect(await (await opened()).find({ collection: 'bots.session', limit: 1 })).toHaveLength(1)
  })

  it.each([[[{ _id: undefined }]], [[{ at: new Date() }]], [[{ fn() {} }]], [[[]]], ['x'], [null]])(
    'that finds %j is named',
    async (found) => {
      const find = (await opened({ find: async () => found })).find({ collection: 'a.b', limit: 1 })
      expect(await failure(find)).toMatchObject({ code: 'source.module-failed' })
    },
  )
})

describe('a backend of one’s own that takes its time', () => {
  const never = () => new Promise<never>(() => {})
  const made = sqliteConnection(new DatabaseSync(':memory:'))
  const tooLong = { code: 'source.unreachable', reason: expect.stringContaining('too long') as string }

  it('fails where it connects, and is closed when it comes after all', async () => {
    const late = Promise.withResolvers<unknown>()
    let isClosed = false
    expect(await failure(open('tables', () => late.promise))).toMatchObject(tooLong)
    late.resolve({ ...made, close: () => void (isClosed = true) })
    await expect.poll(() => isClosed).toBe(true)
  })

  it('fails where it reads, begins or saves, and saying so where nobody knows what was saved', async () => {
    const reading = await open('tables', () => ({ ...made, reader: { ...made.reader, query: never } }))
    if (reading.medium !== 'tables') throw new Error('no tables')
    expect(await failure(reading.reader.query('SELECT 1'))).toMatchObject(tooLong)
    const begins = await open('tables', () => ({ ...made, write: never }))
    expect(await failure(begins.write(async () => 1))).toMatchObject(tooLong)
    const saves = await open('tables', () => ({
      ...made,
      async write(work: (writer: unknown) => Promise<void>) {
        await made.write(work)
        await never()
      },
    }))
    expect(await failure(saves.write(async () => 1))).toMatchObject({
      code: 'source.unreachable',
      reason: expect.stringContaining('look again') as string,
    })
  })

  it('is let go when the connection is ended from outside', async () => {
    const stop = new AbortController()
    const connection = await open('tables', () => ({ ...made, reader: { ...made.reader, query: never } }), {
      signal: stop.signal,
    })
    if (connection.medium !== 'tables') throw new Error('no tables')
    const reading = connection.reader.query('SELECT 1')
    stop.abort(new Error('ended'))
    await expect(reading).rejects.toThrow('ended')
  })

  it('does not give its password away by what it says', async () => {
    const word = randomBytes(12).toString('hex')
    const { AppError } = await import('../domain/errors.ts')
    const says = (reason: string) => () => {
      throw new AppError('source.unreachable', { reason })
    }
    const password = Secret.fromText(word)
    expect(await failure(open('tables', says(`no way in with ${word}`), { password }))).toEqual({
      code: 'source.module-failed',
      reason: 'acme.mjs failed',
    })
    expect(await failure(open('tables', says('it rests'), { password }))).toMatchObject({ reason: 'it rests' })
  })
})
