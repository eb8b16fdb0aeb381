import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { readSqliteBytes } from '../../src/main/backends/sqlite.ts'
import { storeBackend } from '../../src/main/backends/stores.ts'
import type { Cell, Row, TablesWriter } from '../../src/main/formats/media.ts'
import { statusOf } from '../../src/main/sources/catalog-row.ts'
import { storedSummary } from '../../src/main/sources/store-rows.ts'
import { mtpylonSessions } from '../../src/main/formats/mtpylon/sessions.ts'
import { mtpylonRedis } from '../../src/main/formats/mtpylon/sessions-redis.ts'
import { cached, run, Unavailable } from '../interop/support/run.ts'
import { redisMissing, startRedis } from '../support/servers/redis.ts'

const MODULE = new URL('../../resources/mtpylon/', import.meta.url).pathname
const CHECK = new URL('support/mtpylon_check.py', import.meta.url).pathname
const REDIS_PACKAGE = 'redis==5.2.1'

/** What the protocol promises, whatever holds the sessions. */
const EXPECTED = [
  ['before', false],
  ['created', true, false, false],
  ['others', true, true, true],
  ['seen', true],
  ['ended', false],
  ['again', true],
  ['observed', false, true],
  ['failure', ['AttributeError']],
]

interface Checked {
  readonly results: unknown
  readonly ids: Readonly<Record<'first' | 'second' | 'third', string>>
}

async function check(args: readonly string[], path: string, env = {}): Promise<Checked> {
  const paths = { PYTHONPATH: [MODULE, path].filter(Boolean).join(':'), PYTHONDONTWRITEBYTECODE: '1' }
  return JSON.parse(await run('python3', [CHECK, ...args], { env: { ...paths, ...env } })) as Checked
}

/** Why a check is skipped, printed: a skipped test says nothing by itself. */
async function missing(make: () => Promise<unknown>): Promise<string | null> {
  try {
    await make()
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    process.stderr.write(`skipped: ${reason}\n`)
    return reason
  }
}

const noPython = await missing(() => run('python3', ['-c', 'import sqlite3']))
let redisFolder = ''
const noRedisPackage =
  noPython ??
  redisMissing() ??
  (await missing(async () => {
    redisFolder = await cached(`python-${REDIS_PACKAGE.replace('==', '-')}`, async (into) => {
      const quiet = ['--quiet', '--disable-pip-version-check', '--root-user-action=ignore']
      await run('python3', ['-m', 'pip', 'install', ...quiet, '--target', into, REDIS_PACKAGE], {
        timeoutMs: 600_000,
      }).catch(() => {
        throw new Unavailable(`${REDIS_PACKAGE} cannot be installed`)
      })
    })
  }))

/** Those of the check that did not end. */
const living = ({ ids }: Checked): readonly string[] =>
  [
    `${ids.first}:${-(2n ** 63n)}`,
    `${ids.first}:${2n ** 63n - 1n}`,
    `${ids.second}:${-(2n ** 63n)}`,
    `${ids.third}:2`,
    ...[100, 101, 102, 103, 104].map((id) => `${ids.third}:${id}`),
  ].toSorted()

describe.skipIf(noPython !== null)('the module for mtpylon servers, in a SQLite file', () => {
  it('keeps the protocol, is listed, and its sessions are ended from here', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-deck-mtpylon-'))
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
    const path = join(folder, 'sessions.sqlite')
    const checked = await check(['sqlite', path], '')
    expect(checked.results).toEqual(EXPECTED)

    expect(await keysIn(path)).toEqual(living(checked))
    const key = `${checked.ids.third}:100`
    const writable = new DatabaseSync(path, { readBigInts: true })
    const tables = tablesOver(writable)
    const { shared } = mtpylonSessions
    const { signal } = new AbortController()
    expect(await shared!.survey(tables, signal)).toEqual([{ prefix: '', sessions: 9 }])
    const paged: string[] = []
    for await (const page of shared!.pages(tables, '', signal)) paged.push(...page.map((one) => one.key))
    expect(paged.toSorted()).toEqual(living(checked))
    expect((await shared!.read(tables, key))?.key).toBe(key)
    await shared!.remove!(tables, key)
    expect(await shared!.read(tables, key)).toBeNull()
    await expect(shared!.remove!(tables, key)).rejects.toMatchObject({ code: 'session.not-found' })
    writable.close()
    expect(await keysIn(path)).toEqual(living(checked).filter((one) => one !== key))
    const database = new DatabaseSync(path, { readOnly: true })
    const row = database.prepare('SELECT ended_at FROM mtpylon_sessions WHERE session_id = 100').get()
    database.close()
    expect(Number(row?.['ended_at'])).toBeGreaterThan(1_700_000_000)
  })
})

describe.skipIf(noRedisPackage !== null)('the module for mtpylon servers, in Redis', () => {
  it('keeps the protocol, is listed, and its sessions are ended from here', async () => {
    const server = await startRedis()
    onTestFinished(() => server.stop())
    const checked = await check(['redis'], redisFolder, { REDIS_URL: `redis://127.0.0.1:${server.port}/0` })
    expect(checked.results).toEqual(EXPECTED)
    const backend = await storeBackend('redis')
    const connection = await backend.connect(
      {
        kind: 'redis',
        hosts: [`127.0.0.1:${server.port}`],
        database: '0',
        user: '',
        tls: { mode: 'off', ca: '' },
        topology: { kind: 'single' },
        prefix: '',
      },
      { password: null },
      { signal: new AbortController().signal, connectTimeoutMs: 5000, commandTimeoutMs: 5000 },
    )
    onTestFinished(() => connection.close())
    if (connection.medium !== 'keyvalue') throw new Error('no keys')
    const { signal } = new AbortController()
    const [place] = await mtpylonRedis.survey(connection.reader, signal)
    expect(place).toEqual({ prefix: 'mtpylon:', sessions: null })
    const listed = async (): Promise<readonly string[]> => {
      const keys: string[] = []
      for await (const page of mtpylonRedis.pages(connection.reader, 'mtpylon:', signal)) {
        for (const stored of page) {
          keys.push(stored.key)
          expect(statusOf(storedSummary(mtpylonRedis, stored))).toBe('no-key')
        }
      }
      return keys.toSorted()
    }
    expect(await listed()).toEqual(living(checked))
    const key = `${checked.ids.third}:100`
    await connection.write((writer) => mtpylonRedis.remove!(writer, key))
    expect(await mtpylonRedis.read(connection.reader, key)).toBeNull()
    expect(await listed()).toEqual(living(checked).filter((one) => one !== key))
    await expect(connection.write((writer) => mtpylonRedis.remove!(writer, key))).rejects.toMatchObject({
      code: 'session.not-found',
    })
  })
})

/** As a file among others: read from its bytes, each row with the status it has in the list. */
async function keysIn(path: string): Promise<readonly string[]> {
  const tables = readSqliteBytes(new Uint8Array(readFileSync(path)))
  try {
    const stored = await mtpylonSessions.list(tables)
    for (const one of stored) {
      expect(statusOf(storedSummary(mtpylonSessions, one))).toBe('no-key')
      expect(one.decoded.session.server).toBe('mtpylon')
      expect(one.decoded.session.savedAt).toBeGreaterThanOrEqual(1_700_000_000)
    }
    return stored.map(({ key }) => key).toSorted()
  } finally {
    tables.close()
  }
}

/** The file as another program would change it. */
function tablesOver(database: DatabaseSync): TablesWriter {
  const query = async (sql: string, parameters: readonly Cell[] = []): Promise<readonly Row[]> =>
    database
      .prepare(sql)
      .all(...parameters)
      .map((row) => Object.values(row) as Cell[])
  const refuse = (): never => {
    throw new TypeError('not needed here')
  }
  return {
    dialect: 'sqlite',
    schema: async () => readSqliteBytes(new Uint8Array(readFileSync(String(database.location())))).schema(),
    query,
    run: async (sql, parameters) => void (await query(sql, parameters)),
    scan: refuse,
    count: refuse,
    runMany: refuse,
  }
}
