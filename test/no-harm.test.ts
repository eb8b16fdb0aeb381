import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { afterAll, beforeAll, expect, test, onTestFinished } from 'vitest'
import { Secret } from '../src/main/domain/secret.ts'
import { collect } from '../src/main/domain/session.ts'
import type { Scanner, ScannedFile } from '../src/main/sources/scan-types.ts'
import { createPool } from '../src/main/sources/pool.ts'
import { createScanner } from '../src/main/sources/scanner.ts'
import type { SessionSummary } from '../src/main/sources/session-store.ts'
import { treeState } from './support/tree-state.ts'

/** Reading changes nothing, sees what a reader of the database would see, and never makes its writer wait. */

const FIXTURE = 'fixtures/telethon/schema7.session'
const FIRST_PAGE = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 50 } as const
const insert = 'INSERT INTO entities VALUES (?, 1, NULL, NULL, ?, 1)'

let folder: string
let root: string
let scanner: Scanner

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deck-no-harm-'))
  root = join(folder, 'root')
  mkdirSync(root)
  scanner = createScanner({
    pool: createPool(),
    scratch: join(folder, 'scratch'),
    trash: () => {
      throw new Error('nothing is deleted here')
    },
  })
  interrupted(
    'log.session',
    (db) => {
      db.pragma('journal_mode = wal')
      db.prepare(insert).run(777_001n, 'only in the log')
    },
    '-wal',
  )
})
afterAll(async () => {
  await scanner.close()
  rmSync(folder, { recursive: true })
})

async function scanAll(at = root): Promise<readonly ScannedFile[]> {
  const files: ScannedFile[] = []
  await scanner.scan(at, {
    known: new Map(),
    signal: new AbortController().signal,
    onFiles: (found) => files.push(...found),
    onUnchanged: () => undefined,
    onProgress: () => undefined,
  })
  return files
}

/** Everything the window asks of a session. */
async function readEverything(summary: SessionSummary): Promise<void> {
  const store = scanner.store(root)
  await store.summary(summary.key)
  if (summary.format === null) return
  await scanner.probe(summary.path ?? '')
  await store.peers(summary.key, FIRST_PAGE)
  await store.peers(summary.key, { ...FIRST_PAGE, search: 'a', sort: 'name' })
  await store.channelStates(summary.key, { offset: 0, limit: 10 })
  await store.sentFiles(summary.key, { offset: 0, limit: 10 })
  for (const table of (await store.rawTables?.(summary.key)) ?? []) {
    await store.rawRows?.(summary.key, table.name, { offset: 0, limit: 20 })
  }
  const session = await store.open(summary.key)
  await collect(session.session.peers)
  await session.close()
}

/** A copy taken while the database is open and in the middle of something. */
function interrupted(name: string, prepare: (db: Database.Database) => void, companion: '-wal' | '-journal'): string {
  const live = join(folder, `live-${name}`)
  copyFileSync(FIXTURE, live)
  const db = new Database(live)
  prepare(db)
  const path = join(root, name)
  copyFileSync(live, path)
  copyFileSync(live + companion, path + companion)
  if (db.inTransaction) db.exec('ROLLBACK')
  db.close()
  return path
}

/** A second process that writes to the file until stopped, and then says how that went. */
async function startWriter(
  path: string,
  mode: string,
  pauseSeconds: number,
): Promise<{
  stop(): Promise<void>
  outcome(): Promise<{ done: number; locked: number; failures: string[] }>
}> {
  const writer = spawn('python3', [resolve('test/support/writer.py'), path, mode, String(pauseSeconds)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  onTestFinished(() => void writer.kill())
  const output = createInterface({ input: writer.stdout })[Symbol.asyncIterator]()
  expect((await output.next()).value).toBe('ready')
  const closed = once(writer, 'close')
  let last = ''
  return {
    stop: async () => {
      writer.stdin.end()
      last = String((await output.next()).value)
      await closed
    },
    outcome: async () => JSON.parse(last),
  }
}

test('listing, opening, paging and looking into every fixture changes no byte, time or name', async () => {
  const families = readdirSync('fixtures').filter((name) => existsSync(join('fixtures', name, 'manifest.json')))
  for (const name of families) cpSync(join('fixtures', name), join(root, name), { recursive: true })
  const before = treeState(root)
  await scanner.unlock(root, 'tdata/mtcute-passcode', Secret.fromText('hunter2'))
  await expect(scanner.unlock(root, 'tdata/opentele-passcode', Secret.fromText('no'))).rejects.toThrow('passcode.wrong')
  const files = await scanAll()
  const sessions = files.flatMap((file) => file.summaries)
  const formatIds = new Set(sessions.flatMap((one) => one.format?.formatId ?? []))
  for (const id of ['telethon.sqlite', 'pyrogram.sqlite', 'tdesktop.tdata', 'gramjs.store', 'ferogram.binary']) {
    expect(formatIds).toContain(id)
  }
  expect(sessions.filter((one) => one.format !== null).length).toBeGreaterThan(60)
  for (const summary of sessions) await readEverything(summary)
  expect(treeState(root)).toEqual(before)
})

test('rows that are only in the -wal are seen', async () => {
  const path = join(root, 'log.session')
  const page = await scanner.store(root).peers('log.session', { ...FIRST_PAGE, search: 'only in the log' })
  expect(page.peers.map((peer) => peer.id)).toEqual([777_001n])
  const [withLog] = await scanner.probe(path)
  const [without] = await scanner.probe(FIXTURE)
  expect(withLog?.peers).toBe((without?.peers ?? 0) + 1)
})

test('an unfinished transaction with a hot -journal is not seen', async () => {
  const path = interrupted(
    'hot.session',
    (db) => {
      db.pragma('cache_size = 1')
      db.pragma('cache_spill = 1')
      db.exec('BEGIN')
      db.exec('DELETE FROM entities')
      const statement = db.prepare(insert)
      for (let id = 5_000_000n; id < 5_000_400n; id += 1n) statement.run(id, 'x'.repeat(900))
    },
    '-journal',
  )
  // Pages of the unfinished transaction are in the file: without the journal it would be read wrongly.
  expect(readFileSync(path).equals(readFileSync(FIXTURE))).toBe(false)
  const before = treeState(root)
  const [summary] = await scanner.probe(path)
  const [original] = await scanner.probe(FIXTURE)
  expect(summary).toMatchObject({ keyId: original?.keyId, peers: original?.peers, problems: original?.problems })
  const page = await scanner.store(root).peers('hot.session', { ...FIRST_PAGE, search: 'xxxx' })
  expect(page.peers).toEqual([])
  expect(treeState(root)).toEqual(before)
})

function agrees(summary: SessionSummary | undefined): boolean {
  return summary !== undefined && summary.peers === summary.updateState?.pts
}

test.each(['DELETE', 'WAL'])('a large session in %s mode is paged while its bot writes', async (mode) => {
  const path = join(root, 'large.session')
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
  copyFileSync(FIXTURE, path)
  const db = new Database(path)
  db.exec('DELETE FROM entities WHERE id > 0')
  const statement = db.prepare(insert)
  db.transaction(() => {
    for (let id = 1n; id <= 1_000n; id += 1n) statement.run(id, 'long '.repeat(2_500))
  })()
  db.close()
  const { outcome, stop } = await startWriter(path, mode, 0.03)
  const store = scanner.store(root)
  // The first commit of the writer makes them agree; the fixture itself does not.
  await expect.poll(async () => (await scanner.probe(path))[0]).toSatisfy(agrees)
  for (let round = 0; round < 30; round += 1) {
    const page = await store.peers('large.session', { ...FIRST_PAGE, offset: round * 20 })
    expect(page.peers).toHaveLength(50)
    expect((await scanner.probe(path))[0]).toSatisfy(agrees)
  }
  const session = await store.open('large.session')
  expect((await collect(session.session.peers)).length).toBe(session.session.peers.count)
  await session.close()
  await stop()
  const result = await outcome()
  expect(result).toMatchObject({ locked: 0, failures: [] })
  expect(result.done).toBeGreaterThan(5)
})

test.each(['DELETE', 'TRUNCATE', 'PERSIST', 'WAL'])(
  'a bot that writes all the time in %s mode is never locked out, and reads agree with themselves',
  async (mode) => {
    const path = join(root, 'busy.session')
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(path + suffix, { force: true })
    copyFileSync(FIXTURE, path)
    const { outcome, stop } = await startWriter(path, mode, 0.0005)
    const store = scanner.store(root)
    const seen = new Set<number>()
    for (let round = 0; round < 60; round += 1) {
      const [summary] = await scanner.probe(path)
      expect(summary?.problems.map((problem) => problem.code)).toEqual([])
      // The first commit of the writer makes them agree; the fixture itself need not.
      if (seen.size > 0 || summary?.peers === summary?.updateState?.pts) {
        expect(summary?.peers).toBe(summary?.updateState?.pts)
        seen.add(summary?.peers ?? -1)
      }
      await store.peers('busy.session', { ...FIRST_PAGE, offset: round * 10 })
      await store.peers('busy.session', { ...FIRST_PAGE, search: 'xxx', direction: 'desc' })
      if (round % 20 === 0) {
        const session = await store.open('busy.session')
        expect((await collect(session.session.peers)).length).toBe(session.session.peers.count)
        await session.close()
      }
    }
    await stop()
    const result = await outcome()
    expect(result).toMatchObject({ locked: 0, failures: [] })
    expect(result.done).toBeGreaterThan(20)
    // Snapshots were taken at several moments of the writer's life.
    expect(seen.size).toBeGreaterThan(3)
  },
)
