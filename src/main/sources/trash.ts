import { readFile, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Ports } from '../ports.ts'
import type { AppDatabase } from './app-database.ts'
import { MEMORY_ID, type Protection, type Ref, type Trash, type TrashInput, type TrashRecord } from './interfaces.ts'
import type { SessionSummary } from './session-store.ts'
import { type KeptFile, packFiles, unpackFiles } from './trash-container.ts'
import {
  assertRemovable,
  assertUnchanged,
  putBack,
  readForTrash,
  removeEmptyFolders,
  removeTaken,
  type TakenFile,
} from './trash-files.ts'
import { newEntryId, sealedPath, writePrivateFile } from './vault-files.ts'

const KEPT_MS = 30 * 24 * 3600 * 1000
/** What is kept is sealed in one piece, in memory. */
const FOLDER_LIMIT_BYTES = 256 * 1024 * 1024

export interface TrashStore extends Trash {
  /** Purges what is past its time. */
  expire(): Promise<void>
}

interface TrashOptions {
  readonly database: AppDatabase
  readonly protection: Pick<Protection, 'seal' | 'open'>
  readonly ports: Pick<Ports, 'paths' | 'clock' | 'randomBytes' | 'log'>
  readonly onChange: () => void
  /** Gives an entry of a built-in source back to it. */
  readonly restoreEntry: (record: TrashRecord, bytes: Uint8Array) => Promise<Ref>
  /** A file lies at its place again: the session's ref where its source still exists. */
  readonly onFileRestored: (record: TrashRecord) => Promise<Ref | null>
}

interface TrashRow {
  readonly id: string
  readonly reason: 'deleted' | 'replaced'
  readonly source_id: string
  readonly source_name: string
  readonly path: string | null
  readonly summary: string
  readonly given_name: string | null
  readonly deleted_at: number
  readonly expires_at: number
  readonly byte_length: number
}

/** Sealed keeping of what was deleted or replaced. What comes from memory stays in memory, and goes with it. */
export function openTrash(options: TrashOptions): TrashStore {
  const { database, protection, ports } = options
  const folder = join(ports.paths.data, 'trash')
  const inMemory = new Map<string, { record: TrashRecord; bytes: Uint8Array }>()
  const insert = database.prepare(`
    INSERT INTO trash (id, reason, source_id, source_name, path, summary, given_name, deleted_at, expires_at, byte_length)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const select = database.prepare<[string], TrashRow>('SELECT * FROM trash WHERE id = ?')
  const selectAll = database.prepare<[], TrashRow>('SELECT * FROM trash ORDER BY deleted_at DESC, id')
  const expired = database.prepare<[number], string>('SELECT id FROM trash WHERE expires_at <= ?').pluck()
  const drop = database.prepare('DELETE FROM trash WHERE id = ?')

  function recordFor(input: TrashInput, path: string | null, sizeBytes: number): TrashRecord {
    const deletedAtMs = ports.clock.now()
    const { reason, sourceId, sourceName, summary, givenName } = input
    const expiresAtMs = deletedAtMs + KEPT_MS
    const id = newEntryId(ports.randomBytes)
    return { id, reason, sourceId, sourceName, path, summary, givenName, deletedAtMs, expiresAtMs, sizeBytes }
  }

  async function keep(record: TrashRecord, files: readonly KeptFile[]): Promise<void> {
    await writePrivateFile(sealedPath(folder, record.id), protection.seal(packFiles(files)))
    insert.run(
      record.id,
      record.reason,
      record.sourceId,
      record.sourceName,
      record.path,
      JSON.stringify(record.summary),
      record.givenName,
      record.deletedAtMs,
      record.expiresAtMs,
      record.sizeBytes,
    )
  }

  function find(id: string): TrashRecord {
    const row = inMemory.get(id)?.record ?? select.get(id)
    if (!row) throw new AppError('session.not-found', {})
    return 'source_id' in row ? recordOf(row) : row
  }

  async function forget(id: string): Promise<void> {
    if (!inMemory.delete(id)) {
      await rm(sealedPath(folder, id), { force: true })
      drop.run(id)
    }
  }

  async function takeAll(input: TrashInput & { readonly path: string }, taken: readonly TakenFile[]): Promise<string> {
    const files = taken.map((file) => file.kept)
    const sizeBytes = files.reduce((sum, file) => sum + file.bytes.byteLength, 0)
    const record = recordFor(input, input.path, sizeBytes)
    await keep(record, files)
    let removed = 0
    try {
      for (const file of taken) await assertUnchanged(file)
      // The main file goes first: a leftover companion is harmless, a main file without its -wal is not.
      for (const file of taken) {
        await removeTaken(file.path)
        removed += 1
      }
    } catch (error) {
      // Only when the original is all there again is the copy superfluous.
      const isBack = await putBack(dirname(input.path), files.slice(0, removed)).then(
        () => true,
        () => false,
      )
      if (isBack) await forget(record.id)
      throw error
    }
    options.onChange()
    return record.id
  }

  return {
    list: () =>
      [...selectAll.all().map(recordOf), ...[...inMemory.values()].map((kept) => kept.record)].toSorted(
        (a, b) => b.deletedAtMs - a.deletedAtMs,
      ),

    async takeFile(input) {
      // Asks for the protection before anything is read: nothing is removed that could not be kept.
      protection.seal(new Uint8Array(0))
      await assertRemovable(input.path)
      const main = await readForTrash(input.path)
      if (main === null) throw new AppError('source.not-found', { file: input.path })
      const beside = await Promise.all(input.companions.map((name) => readForTrash(resolve(dirname(input.path), name))))
      return takeAll(input, [main, ...beside.filter((file): file is TakenFile => file !== null)])
    },

    async takeFolder(input) {
      protection.seal(new Uint8Array(0))
      const taken: TakenFile[] = []
      let sizeBytes = 0
      // The folder's own name is part of theirs: what comes back is found beside what lies there.
      const names = input.files.map((file) => `${basename(input.path)}/${file}`)
      for (const name of names) {
        const path = join(dirname(input.path), ...name.split('/'))
        await assertRemovable(path)
        const file = await readForTrash(path, name)
        if (file === null) throw new AppError('source.changed', { file: path })
        sizeBytes += file.kept.bytes.byteLength
        if (sizeBytes > FOLDER_LIMIT_BYTES) {
          throw new AppError('source.too-large', { file: input.path, limit: `${FOLDER_LIMIT_BYTES / 1024 / 1024} MB` })
        }
        taken.push(file)
      }
      if (taken.length === 0) throw new AppError('session.not-found', { file: input.path })
      const id = await takeAll(input, taken)
      await removeEmptyFolders(dirname(input.path), names)
      return id
    },

    async keepBytes(input) {
      const record = recordFor(input, input.path, input.bytes.byteLength)
      if (input.sourceId === MEMORY_ID) {
        inMemory.set(record.id, { record, bytes: Uint8Array.from(input.bytes) })
      } else {
        const name = input.path === null ? input.summary.key : (input.path.split(/[\\/]/).at(-1) ?? 'session')
        await keep(record, [{ name, bytes: input.bytes, modifiedAtMs: null, mode: 0o600 }])
      }
      options.onChange()
      return record.id
    },

    async restore(id) {
      const record = find(id)
      const files = inMemory.has(id) ? null : unpackFiles(protection.open(await readSealed(sealedPath(folder, id))))
      let ref: Ref | null
      if (record.path === null) {
        const bytes = files === null ? inMemory.get(id)?.bytes : files[0]?.bytes
        if (!bytes) throw new AppError('session.not-found', {})
        ref = await options.restoreEntry(record, bytes)
      } else {
        await putBack(dirname(record.path), files ?? [])
        ref = await options.onFileRestored(record)
      }
      await forget(id)
      options.onChange()
      return { path: record.path, ref }
    },

    async purge(id) {
      find(id)
      await forget(id)
      options.onChange()
    },

    async expire() {
      const ids = expired.all(ports.clock.now())
      for (const id of ids) await forget(id)
      if (ids.length === 0) return
      ports.log.info('trash entries past their time were removed', { count: ids.length })
      options.onChange()
    },
  }
}

async function readSealed(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path)
  } catch (error) {
    throw new AppError('session.not-found', { file: path }, { cause: error })
  }
}

function recordOf(row: TrashRow): TrashRecord {
  return {
    id: row.id,
    reason: row.reason,
    sourceId: row.source_id,
    sourceName: row.source_name,
    path: row.path,
    summary: JSON.parse(row.summary) as SessionSummary,
    givenName: row.given_name,
    deletedAtMs: row.deleted_at,
    expiresAtMs: row.expires_at,
    sizeBytes: row.byte_length,
  }
}
