import { chmodSync, cpSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { projectRoot } from './programs.ts'

/** A folder of session files that a story begins with, and what must not be seen of them. */
export interface Library {
  readonly folder: string
  /**
   * Copies a golden file or folder (`telethon/schema8.session`, `tdata/mtcute-simple`) into the folder; answers its
   * path. Mode 0600 (folders 0700) unless told.
   */
  add(fixture: string, name?: string, mode?: number): string
  /** Copies a golden database and does to it what scripts do. */
  addAltered(fixture: string, name: string, sql: string): string
  /** Writes a file that is no session. */
  write(name: string, content: string | Uint8Array, mode?: number): string
  /** Auth keys of everything added. */
  readonly keys: readonly Uint8Array[]
}

export function makeLibrary(folder: string): Library {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const keys: Uint8Array[] = []
  const place = (name: string, mode: number, put: (path: string) => void): string => {
    const path = join(folder, name)
    mkdirSync(dirname(path), { recursive: true })
    put(path)
    // The umask has its say in creation, not here.
    chmodSync(path, mode)
    return path
  }
  const add: Library['add'] = (fixture, name = fixture.split('/').at(-1) ?? fixture, mode) => {
    const origin = join(projectRoot, 'fixtures', fixture)
    const isFolder = statSync(origin).isDirectory()
    keys.push(...(isFolder ? [] : keysInTables(origin)), ...keysInManifest(fixture))
    return place(name, mode ?? (isFolder ? 0o700 : 0o600), (path) => cpSync(origin, path, { recursive: true }))
  }
  return {
    folder,
    keys,
    add,
    addAltered: (fixture, name, sql) => {
      const path = add(fixture, name)
      const database = new Database(path)
      database.exec(sql)
      database.close()
      return path
    },
    write: (name, content, mode = 0o600) => place(name, mode, (path) => writeFileSync(path, content)),
  }
}

/** Every auth key of a SQLite session file: 256-byte blobs, whatever the table and column. Empty for other files. */
function keysInTables(path: string): Uint8Array[] {
  const bytes = readFileSync(path)
  if (bytes.subarray(0, 15).toString('latin1') !== 'SQLite format 3') return []
  // A copy in memory: opening the golden file itself could leave companions beside it. Rollback journal, not WAL.
  bytes.fill(1, 18, 20)
  const database = new Database(bytes)
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[]
    return tables.flatMap((table) =>
      (
        database
          .prepare(`SELECT * FROM "${table.replaceAll('"', '""')}"`)
          .raw()
          .all() as unknown[][]
      )
        .flat()
        .filter((cell): cell is Buffer => cell instanceof Uint8Array && cell.byteLength === 256),
    )
  } finally {
    database.close()
  }
}

interface Manifest {
  readonly entries?: readonly { readonly file?: string; readonly dir?: string }[]
}

/** Every auth key that the manifest of a family knows of a file or folder, whatever it is kept in. */
function keysInManifest(fixture: string): Uint8Array[] {
  const [family = '', ...rest] = fixture.split('/')
  const path = join(projectRoot, 'fixtures', family, 'manifest.json')
  const { entries = [] } = JSON.parse(readFileSync(path, 'utf8')) as Manifest
  const own = rest.join('/')
  return entries.filter(({ file, dir }) => (file ?? dir)?.replace(/\/$/, '') === own).flatMap(keysInJson)
}

function keysInJson(value: unknown): Uint8Array[] {
  if (typeof value === 'string') return /^[0-9a-f]{512}$/.test(value) ? [Buffer.from(value, 'hex')] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(keysInJson) : []
}
