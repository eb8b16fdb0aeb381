import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import { fingerprint } from '../backends/file-facts.ts'
import { companionHeads, isSqlite, readFileImage, readHead } from '../backends/file-image.ts'
import { readPrivateCopy } from '../backends/long-table.ts'
import { quickTables } from '../backends/page-reader.ts'
import { copyDatabase } from '../backends/private-copy.ts'
import type { SqliteReader } from '../backends/sqlite.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { TablesReader } from '../formats/media.ts'
import { remoteTables } from './peers-remote.ts'
import type { WorkerPool } from './pool.ts'
import { WHOLE_LIMIT_BYTES } from './probe.ts'

/**
 * Private views of databases, kept open between pages as long as the original's signature stays the same. The original
 * itself is never held open: small ones are read into memory, quiet large ones are asked in place query by query without
 * a lock, and large ones with a log beside them are copied.
 */
export interface Snapshots {
  /**
   * Runs `work` over a current view of a database. `work` may run again when the file changed meanwhile.
   * @throws AppError source.*, format.*
   */
  use<T>(path: string, work: (tables: TablesReader) => Promise<T>): Promise<T>
  /** A view of its own that stays as it is until closed, for reading a whole session. */
  open(path: string): Promise<SqliteReader>
  close(): Promise<void>
}

interface View {
  readonly signature: string
  readonly tables: TablesReader
  readonly byteLength: number
  users: number
  isStale: boolean
  dispose(): Promise<void>
}

/** Views kept for the next page: memory and scratch space of those that nobody reads. */
const KEPT_VIEWS = 6
const KEPT_BYTES = 2 * 1024 * 1024 * 1024
/** A bot that writes without pause gives way now and then. */
const ATTEMPTS = 25
const PAUSE_MS = 7
const CLOSE_MS = 500

export function createSnapshots(scratch: string, pool: WorkerPool): Snapshots {
  /** In order of use, the latest last. */
  const views = new Map<string, View>()
  const opening = new Map<string, Promise<View>>()
  // What a crash left behind holds keys: it goes at once.
  removeViews(scratch)

  const freshName = (): string => {
    mkdirSync(scratch, { recursive: true, mode: 0o700 })
    chmodSync(scratch, 0o700)
    return join(scratch, `${VIEW_PREFIX}${randomBytes(8).toString('hex')}.db`)
  }

  const disposals = new Set<Promise<void>>()
  let isClosed = false
  const dispose = (view: View): void => {
    const disposal = view.dispose().catch(() => undefined)
    disposals.add(disposal)
    void disposal.then(() => disposals.delete(disposal))
  }

  const retire = (path: string, view: View): void => {
    if (views.get(path) === view) views.delete(path)
    view.isStale = true
    if (view.users === 0) dispose(view)
  }

  const trim = (): void => {
    let bytes = [...views.values()].reduce((sum, view) => sum + view.byteLength, 0)
    for (const [path, view] of views) {
      if (views.size <= KEPT_VIEWS && bytes <= KEPT_BYTES) return
      if (view.users > 0) continue
      bytes -= view.byteLength
      retire(path, view)
    }
  }

  const build = async (path: string): Promise<View> => {
    const { signature, facts } = fingerprint(path)
    const byteLength = facts.sizeBytes
    const view = (tables: TablesReader, dispose: () => Promise<void>): View => {
      return { signature, tables, byteLength, users: 0, isStale: false, dispose }
    }
    if (byteLength <= WHOLE_LIMIT_BYTES) {
      const tables = await readSmall(path)
      return view(tables, async () => tables.close())
    }
    requireSqlite(path)
    const heads = companionHeads(path)
    // Only Node's own SQLite can open a file as immutable; a runtime without it copies.
    if (!heads.wal && !heads.journal && isBuiltin('node:sqlite')) {
      const remote = remoteTables(pool, { path, signature, immutable: true })
      return view(remote.tables, () => remote.close())
    }
    const copy = freshName()
    await copyDatabase(path, copy)
    const remote = remoteTables(pool, { path: copy, signature: null, immutable: false })
    return view(remote.tables, async () => {
      await remote.close()
      rmSync(copy, { force: true })
    })
  }

  /** The view is counted as in use at once: what runs before its user goes on must not throw it away. */
  const borrow = async (path: string): Promise<View> => {
    const known = views.get(path)
    if (known) {
      views.delete(path)
      views.set(path, known)
      if (fingerprint(path).signature === known.signature) {
        known.users += 1
        return known
      }
      retire(path, known)
    }
    let pending = opening.get(path)
    if (!pending) {
      pending = build(path).finally(() => opening.delete(path))
      opening.set(path, pending)
    }
    const view = await pending
    view.users += 1
    if (isClosed) view.isStale = true
    else if (!view.isStale) views.set(path, view)
    return view
  }

  return {
    use: async (path, work) => {
      for (let attempt = 1; ; attempt += 1) {
        const view = await borrow(path)
        try {
          return await work(view.tables)
        } catch (error) {
          if (!isAppError(error, 'source.changed')) throw error
          if (attempt >= ATTEMPTS) throw new AppError('source.locked', { file: path }, { cause: error })
          retire(path, view)
          await sleep(PAUSE_MS)
        } finally {
          view.users -= 1
          if (view.isStale && view.users === 0) dispose(view)
          trim()
        }
      }
    },
    open: async (path) => {
      if (fingerprint(path).facts.sizeBytes <= WHOLE_LIMIT_BYTES) return readSmall(path)
      requireSqlite(path)
      const copy = freshName()
      await copyDatabase(path, copy)
      try {
        const reader = readPrivateCopy(copy, path)
        return {
          ...reader,
          close: () => {
            reader.close()
            rmSync(copy, { force: true })
          },
        }
      } catch (error) {
        rmSync(copy, { force: true })
        throw error
      }
    },
    close: async () => {
      isClosed = true
      await Promise.allSettled(opening.values())
      for (const [path, view] of views) retire(path, view)
      // A long search may be in the way: it ends with its thread.
      await Promise.race([Promise.all(disposals), sleep(CLOSE_MS, undefined, { ref: false })])
      removeViews(scratch)
    },
  }
}

const VIEW_PREFIX = 'view-'

function removeViews(scratch: string): void {
  if (!existsSync(scratch)) return
  for (const name of readdirSync(scratch)) {
    if (!name.startsWith(VIEW_PREFIX)) continue
    try {
      rmSync(join(scratch, name), { force: true })
    } catch {
      // Windows keeps what a thread still has open: the next start empties the folder.
    }
  }
}

async function readSmall(path: string): Promise<SqliteReader> {
  const image = await readFileImage(path, { limitBytes: 2 * WHOLE_LIMIT_BYTES })
  if (!image.isSqlite) throw new AppError('format.unrecognized', { file: path, reason: 'it is not a SQLite database' })
  return quickTables(image.bytes, { file: path, wal: image.wal })
}

function requireSqlite(path: string): void {
  const head = readHead(path, 16)
  if (!head || !isSqlite(head)) {
    throw new AppError('format.unrecognized', { file: path, reason: 'it is not a SQLite database' })
  }
}
