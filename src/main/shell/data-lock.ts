import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'

/** Who has the folder open. */
export interface Holder {
  readonly shell: string
  readonly pid: number
}

/**
 * One program at a time writes the data folder. The lock is SQLite's own on an empty file: the system lets go of it
 * when the process ends, however it ends, so there is no stale lock to judge by its process id.
 * Answers the release function, or who holds it (null when that cannot be told).
 */
export function lockDataFolder(
  root: string,
  shell: string,
): { readonly release: () => void } | { readonly heldBy: Holder | null } {
  const holderFile = join(root, 'open-in.json')
  const lock = new Database(join(root, 'data.lock'), { timeout: 0 })
  try {
    lock.exec('BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if (!isBusy(error)) throw error
    return { heldBy: readHolder(holderFile) }
  }
  writeFileSync(holderFile, JSON.stringify({ shell, pid: process.pid } satisfies Holder), { mode: 0o600 })
  return {
    release: () => {
      if (!lock.open) return
      rmSync(holderFile, { force: true })
      lock.close()
    },
  }
}

/** The sentence for the person who started a second program. */
export function describeHolder(holder: Holder | null, root: string): string {
  const who =
    holder === null
      ? 'another Session Deck'
      : `${holder.shell === 'electron' ? 'the Session Deck app' : `Session Deck (${holder.shell})`}, process ${holder.pid}`
  return `The data in ${root} is open in ${who}. Close that one first, or choose another folder with --data.`
}

function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')
}

function readHolder(file: string): Holder | null {
  try {
    const holder = JSON.parse(readFileSync(file, 'utf8')) as Partial<Holder>
    if (typeof holder.shell !== 'string' || typeof holder.pid !== 'number') return null
    return { shell: holder.shell, pid: holder.pid }
  } catch {
    return null
  }
}
