import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

// Which running program holds which key. A claim is a row; whether its program still runs is told by a lock of SQLite's
// own on an empty file of that program: the system lets go of it when the process ends, however it ends.

const FILE_NAME = 'keys.db'
const OWNER_SUFFIX = '.owner'
/** Others hold the table for a fraction of a millisecond. */
const TABLE_TIMEOUT_MS = 5000

/** What came of trying to claim a key; `waitMs` where it was used over another way out too short a while ago. */
type Claim =
  | { readonly kind: 'claimed' }
  | { readonly kind: 'held' }
  | { readonly kind: 'too-soon'; readonly waitMs: number }

export interface KeyOwners {
  /** `sameWayMs`: for how long after its last use a key stays with its way out. */
  claim(keyId: string, wayOutId: string, nowMs: number, sameWayMs: number): Claim
  release(keyId: string, nowMs: number): void
  close(): void
}

/** Opens the table in a folder, which is made 0700 where it is missing. */
export function openKeyOwners(folder: string): KeyOwners {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const table = new Database(join(folder, FILE_NAME), { timeout: TABLE_TIMEOUT_MS })
  // Nothing in it outlives a crash that matters: no need to wait for the disk.
  table.pragma('journal_mode = MEMORY')
  table.pragma('synchronous = OFF')
  table.exec(`
    CREATE TABLE IF NOT EXISTS held (key_id TEXT PRIMARY KEY, owner TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS used (key_id TEXT PRIMARY KEY, way_out TEXT NOT NULL, at_ms INTEGER NOT NULL) WITHOUT ROWID;
  `)
  const me = randomUUID()
  // Under the table's lock: nobody takes a file that is being made for one left behind.
  const own = table
    .transaction(() => {
      for (const name of readdirSync(folder)) if (name.endsWith(OWNER_SUFFIX)) isRunning(join(folder, name))
      return lockFile(join(folder, me + OWNER_SUFFIX))
    })
    .immediate()

  const holder = table.prepare<[string], { owner: string }>('SELECT owner FROM held WHERE key_id = ?')
  const hold = table.prepare('INSERT OR REPLACE INTO held (key_id, owner) VALUES (?, ?)')
  const letGo = table.prepare('DELETE FROM held WHERE key_id = ? AND owner = ?')
  const lastUse = table.prepare<[string], { way_out: string; at_ms: number }>(
    'SELECT way_out, at_ms FROM used WHERE key_id = ?',
  )
  const use = table.prepare('INSERT OR REPLACE INTO used (key_id, way_out, at_ms) VALUES (?, ?, ?)')
  const stamp = table.prepare('UPDATE used SET at_ms = ? WHERE key_id = ?')
  const prune = table.prepare('DELETE FROM used WHERE at_ms < ?')

  const claim = table.transaction((keyId: string, wayOutId: string, nowMs: number, sameWayMs: number): Claim => {
    const owner = holder.get(keyId)?.owner
    if (owner !== undefined && (owner === me || isRunning(join(folder, owner + OWNER_SUFFIX)))) return { kind: 'held' }
    prune.run(nowMs - sameWayMs)
    const last = lastUse.get(keyId)
    // A clock that was set back must not lock a key up for longer.
    const waitMs = last && last.way_out !== wayOutId ? Math.min(last.at_ms + sameWayMs - nowMs, sameWayMs) : 0
    if (waitMs > 0) return { kind: 'too-soon', waitMs }
    hold.run(keyId, me)
    use.run(keyId, wayOutId, nowMs)
    return { kind: 'claimed' }
  })
  const release = table.transaction((keyId: string, nowMs: number) => {
    letGo.run(keyId, me)
    stamp.run(nowMs, keyId)
  })
  return {
    claim: (...input) => claim.immediate(...input),
    release: (keyId, nowMs) => release.immediate(keyId, nowMs),
    close: () => {
      if (!table.open) return
      table.prepare('DELETE FROM held WHERE owner = ?').run(me)
      own.close()
      rmSync(join(folder, me + OWNER_SUFFIX), { force: true })
      table.close()
    },
  }
}

/** @throws a busy error where another program has it */
function lockFile(path: string): Database.Database {
  const file = new Database(path, { timeout: 0 })
  try {
    file.exec('BEGIN EXCLUSIVE')
    return file
  } catch (error) {
    file.close()
    throw error
  }
}

/** Also takes the file of a program that ended away. Its name is never given again. */
function isRunning(path: string): boolean {
  if (!existsSync(path)) return false
  try {
    lockFile(path).close()
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true
    throw error
  }
  rmSync(path, { force: true })
  return false
}
