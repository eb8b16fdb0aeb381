import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { buildIfStale, projectRoot } from '../scripts/build-if-stale.ts'
import type { PeerQuery } from '../src/main/formats/format.ts'
import { createPool } from '../src/main/sources/pool.ts'
import { createScanner } from '../src/main/sources/scanner.ts'
import { asRatio, inMs, median, report } from './row.ts'
import { longestStallMs } from './thread-stall.ts'

/** Pages and searches over a session of a million peers, against the `sqlite3` program asking the same. */
const ROWS = 1_000_000
const LIMIT = 100

await buildIfStale({ announce: true })
const folder = mkdtempSync(join(tmpdir(), 'deck-bench-peers-'))
const path = join(folder, 'million.session')
process.stderr.write('writing a million peers\n')
writeMillion(path)
const scanner = createScanner({
  pool: createPool(join(projectRoot, 'out/main')),
  scratch: join(folder, 'scratch'),
  trash: () => {
    throw new Error('nothing is deleted here')
  },
})
try {
  const store = scanner.store(folder)
  const key = 'million.session'
  const base: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: LIMIT }
  const timed = async (query: Partial<PeerQuery>): Promise<{ ms: number; found: number }> => {
    const start = performance.now()
    const page = await store.peers(key, { ...base, ...query })
    const ms = performance.now() - start
    return { ms, found: page.peers.length }
  }

  // The thread and SQLite are up: what is measured is the session, not the start of the program.
  await warmUp(store, folder)
  const first = await timed({})
  report({
    name: 'first page of a session with a million peers',
    value: inMs(first.ms),
    target: '≤ 5 ms',
    met: first.ms <= 5,
  })

  const deep = await timed({ offset: 900_000 })
  report({ name: 'first jump deep into the list', value: inMs(deep.ms) })
  const random = seededRandom(7)
  const pages: number[] = []
  for (let round = 0; round < 300; round += 1) pages.push((await timed({ offset: Math.floor(random() * ROWS) })).ms)
  report({ name: 'any page, median of 300', value: inMs(median(pages)), target: '≤ 1 ms', met: median(pages) <= 1 })

  const offset = 500_000
  const cliPage = sqlite3(
    `SELECT id, hash, username, phone, name, date FROM entities WHERE id <> 0 ORDER BY id LIMIT ${LIMIT} OFFSET ${offset}`,
  )
  report({ name: 'the same page, sqlite3', value: inMs(cliPage) })

  for (const [label, search] of [
    ['a rare name', 'needle 777'],
    ['a name that nobody has', 'zzzqqq'],
    ['a Cyrillic name', 'Иголка'],
  ] as const) {
    const ours: number[] = []
    const theirs: number[] = []
    const like = Array.from(search).every((character) => character < '\x7f')
      ? (column: string): string => `${column} LIKE '%${search}%'`
      : (column: string): string => `${column} GLOB '*${classes(search)}*'`
    const sql = `SELECT id, hash, username, phone, name, date FROM entities WHERE id <> 0 AND (${like('name')} OR ${like('username')}) ORDER BY id LIMIT ${LIMIT + 1}`
    let found = 0
    for (let round = 0; round < 7; round += 1) {
      // Another letter case each time, so that nothing kept from before can answer.
      const answer = await timed({ search: round % 2 ? search : search.toUpperCase() })
      ours.push(answer.ms)
      found = answer.found
      theirs.push(sqlite3(sql))
    }
    report({
      name: `search for ${label} (${found} found)`,
      value: inMs(median(ours)),
      baselineName: 'sqlite3',
      baseline: inMs(median(theirs)),
      ratio: asRatio(median(ours) / median(theirs)),
      target: '≤ 1.0×',
      met: median(ours) <= median(theirs),
    })
  }
  report({ name: 'first page by name', value: inMs((await timed({ sort: 'name' })).ms) })
  report({
    name: 'first jump deep into the list by name',
    value: inMs((await timed({ sort: 'name', offset: 900_000 })).ms),
  })
  report({ name: 'any page by name, once jumped', value: inMs((await timed({ sort: 'name', offset: 400_000 })).ms) })
  const stallMs = await longestStallMs(async () => {
    await timed({ search: 'zzzqqq' })
    await timed({ sort: 'updated', offset: 700_000 })
  })
  report({
    name: 'longest stall of the process during a search and a jump (its own processor time)',
    value: inMs(stallMs),
    target: '≤ 50 ms',
    met: stallMs <= 50,
  })
} finally {
  await scanner.close()
  rmSync(folder, { recursive: true })
}

/** A small database beside it, large enough to be asked in the thread. */
async function warmUp(store: ReturnType<typeof scanner.store>, root: string): Promise<void> {
  const db = create(join(root, 'warm.session'))
  fill(db, 150_000)
  db.close()
  await store.peers('warm.session', { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: LIMIT })
  // Its rows are counted in the background: let that end.
  await setTimeout(200)
}

function create(file: string): Database.Database {
  const db = new Database(file)
  db.exec(`
    CREATE TABLE version (version integer primary key);
    CREATE TABLE sessions (dc_id integer primary key, server_address text, port integer, auth_key blob, takeout_id integer);
    CREATE TABLE entities (id integer primary key, hash integer not null, username text, phone integer, name text, date integer);
    CREATE TABLE sent_files (md5_digest blob, file_size integer, type integer, id integer, hash integer, primary key(md5_digest, file_size, type));
    CREATE TABLE update_state (id integer primary key, pts integer, qts integer, date integer, seq integer);
    INSERT INTO version VALUES (7);
    INSERT INTO sessions VALUES (2, '149.154.167.51', 443, randomblob(256), NULL);
    INSERT INTO update_state VALUES (0, 1, 1, 1700000000, 1)`)
  return db
}

function fill(db: Database.Database, rows: number): void {
  const insert = db.prepare('INSERT INTO entities VALUES (?, ?, ?, ?, ?, ?)')
  const random = seededRandom(1)
  db.transaction(() => {
    for (let row = 0; row < rows; row += 1) {
      const id = BigInt(row + 1) * 4_001n * (row % 5 === 0 ? -1n : 1n) - (row % 5 === 0 ? 1_000_000_000_000n : 0n)
      const name =
        row % 9_973 === 0
          ? `Needle 777 ${row}`
          : row % 9_967 === 0
            ? `Иголка ${row}`
            : `Person ${Math.floor(random() * 1e9).toString(36)} ${row}`
      const username = row % 2 ? `user_${row.toString(36)}` : null
      insert.run(
        id,
        BigInt(Math.floor(random() * 2 ** 52)),
        username,
        row % 3 ? null : 49_170_000_000 + row,
        name,
        1_700_000_000,
      )
    }
  })()
}

function writeMillion(file: string): void {
  const db = create(file)
  fill(db, ROWS)
  db.close()
}

function sqlite3(sql: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync('sqlite3', [path, sql], { encoding: 'utf8' })
  if (status !== 0) throw new Error(`sqlite3 failed: ${stderr}`)
  return performance.now() - start
}

function classes(text: string): string {
  return Array.from(text, (one) => `[${one.toLowerCase()}${one.toUpperCase()}]`).join('')
}

function seededRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
