import { chmodSync, closeSync, existsSync, mkdirSync, openSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'
import { migrations } from './migrations.ts'

export type AppDatabase = Database.Database

const FILE_NAME = 'session-deck.db'
const SIDE_FILES = ['-wal', '-shm', '-journal'] as const

/**
 * Opens the app's own database, brought up to date. A damaged one is set aside under another name and built anew: it is
 * a cache plus annotations, and losing sight of the sessions would be worse than losing the notes.
 * @throws AppError format.unsupported-version when a newer app wrote it, source.denied
 */
export function openAppDatabase(dataFolder: string, log: Log, nowMs: number): AppDatabase {
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 })
  chmodSync(dataFolder, 0o700)
  const path = join(dataFolder, FILE_NAME)
  try {
    return openHealthy(path)
  } catch (error) {
    if (isAppError(error)) throw error
    if (isDenied(error)) throw new AppError('source.denied', { file: path, action: 'write' }, { cause: error })
    if (isBusy(error)) throw new AppError('source.locked', { file: path }, { cause: error })
    log.error('the app database is damaged and was set aside', { asideName: setAside(path, nowMs) })
    return openHealthy(path)
  }
}

function openHealthy(path: string): AppDatabase {
  // SQLite gives -wal and -shm the mode of the main file, so creating it 0600 covers all three.
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
  const uncleanEnd = existsSync(`${path}-wal`)
  const database = new Database(path, { timeout: 5000 })
  try {
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = NORMAL')
    // A checkpoint waits for the disk, and with it whoever asks for the list: left to the close, or to 80 MB of changes.
    database.pragma('wal_autocheckpoint = 20000')
    database.pragma('foreign_keys = ON')
    database.pragma('cache_size = -32000')
    // What was forgotten (the memory source's rows, say) does not linger in freed pages.
    database.pragma('secure_delete = FAST')
    if (uncleanEnd && database.pragma('quick_check(1)', { simple: true }) !== 'ok') throw new Error('damaged')
    migrate(database, path)
    return database
  } catch (error) {
    database.close()
    throw error
  }
}

function migrate(database: AppDatabase, path: string): void {
  const found = Number(database.pragma('user_version', { simple: true }))
  if (found > migrations.length)
    throw new AppError('format.unsupported-version', {
      file: path,
      format: 'Session Deck database',
      found: String(found),
      known: String(migrations.length),
    })
  for (const [index, sql] of migrations.entries()) {
    if (index < found) continue
    const step = database.transaction(() => {
      // Another process may have run this step while we waited for the lock.
      if (Number(database.pragma('user_version', { simple: true })) > index) return
      database.exec(sql)
      database.pragma(`user_version = ${index + 1}`)
    })
    step.immediate()
  }
}

function setAside(path: string, nowMs: number): string {
  const suffix = `.damaged-${nowMs}`
  for (const side of ['', ...SIDE_FILES]) {
    if (existsSync(path + side)) renameSync(path + side, path + suffix + side)
  }
  return FILE_NAME + suffix
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

function isDenied(error: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS', 'SQLITE_READONLY', 'SQLITE_CANTOPEN', 'SQLITE_PERM'].includes(codeOf(error))
}

function isBusy(error: unknown): boolean {
  return codeOf(error).startsWith('SQLITE_BUSY')
}
