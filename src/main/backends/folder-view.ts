import { createHash } from 'node:crypto'
import {
  constants,
  type Dirent,
  type Stats,
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
} from 'node:fs'
import { lstatSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { isMainThread } from 'node:worker_threads'
import { AppError } from '../domain/errors.ts'
import type { FolderEntry, FolderInterest, FolderReader } from '../formats/format.ts'
import { fileErrorCode, fromFileError } from './file-errors.ts'
import { type FileFacts, markOf } from './file-facts.ts'

/** Judges a folder by the names of files and folders at its own level; null when it is no session folder. */
export type FolderClaim = (names: readonly string[]) => FolderInterest | null

/** The files of a session folder at one look. */
export interface FolderListing {
  readonly path: string
  /** Sorted by path. */
  readonly entries: readonly FolderEntry[]
  /** By path: changes whenever the file does. */
  readonly marks: ReadonlyMap<string, string>
  /** Changes whenever a file that matters comes, goes or changes. */
  readonly signature: string
  /** Total size, latest change, and the widest rights of any file that others can reach. */
  readonly facts: FileFacts
}

/** Folders below the claimed one that are looked into. */
const LEVELS = 2
/** Stores of one file for each peer grow large; nothing that is a session grows larger. */
const MAX_FILES = 200_000
const FILE_LIMIT_BYTES = 8 * 1024 * 1024
const FILES_AT_ONCE = 500
const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0)

/** Lists a claimed folder. Links in it are passed over: they would lead out. @throws AppError source.* */
export function listFolder(path: string, matters: (path: string) => boolean): FolderListing {
  const steps = listing(path, matters)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/** {@link listFolder} that lets others have a turn between some hundred files. */
export async function listFolderInTurns(path: string, matters: (path: string) => boolean): Promise<FolderListing> {
  const steps = listing(path, matters)
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    await setImmediate()
  }
}

function* listing(path: string, matters: (path: string) => boolean): Generator<void, FolderListing> {
  const found: { readonly path: string; readonly stats: Stats }[] = []
  const top = statOf(path)
  const stack = [{ key: '', level: 0, reach: reachOf(top) }]
  let mode = 0
  for (let folder = stack.pop(); folder; folder = stack.pop()) {
    for (const entry of namesIn(join(path, folder.key), folder.level)) {
      const key = folder.key + entry.name
      if (entry.isDirectory() && folder.level < LEVELS && matters(`${key}/`)) {
        const stats = statOrNull(join(path, key))
        if (stats?.isDirectory())
          stack.push({ key: `${key}/`, level: folder.level + 1, reach: folder.reach & reachOf(stats) })
      }
      if (!entry.isFile() || !matters(key)) continue
      const stats = statOrNull(join(path, key))
      if (!stats?.isFile()) continue
      found.push({ path: key, stats })
      mode |= stats.mode & folder.reach
      if (found.length > MAX_FILES) {
        throw new AppError('source.too-large', { file: path, limit: `${MAX_FILES.toLocaleString('en-US')} files` })
      }
      if (found.length % FILES_AT_ONCE === 0) yield
    }
    yield
  }
  found.sort((a, b) => (a.path < b.path ? -1 : 1))
  const marks = new Map(found.map(({ path: key, stats }) => [key, markOf(stats)]))
  const hash = createHash('sha1')
  for (const [key, mark] of marks) hash.update(`${key}\0${mark}\n`)
  return {
    path,
    entries: found.map(({ path: key, stats }) => {
      return { path: key, sizeBytes: stats.size, modifiedAtMs: Math.trunc(stats.mtimeMs) }
    }),
    marks,
    signature: `folder:${marks.size}:${hash.digest('hex')}:${top.mode}`,
    facts: {
      path,
      sizeBytes: found.reduce((sum, { stats }) => sum + stats.size, 0),
      modifiedAtMs: Math.trunc(found.reduce((latest, { stats }) => Math.max(latest, stats.mtimeMs), 0)),
      mode: process.platform === 'win32' ? null : mode & 0o7777,
      companions: [],
    },
  }
}

/** The rights a file's bits can give at all: nobody reads a file in a folder that lets nobody in. */
function reachOf({ mode }: Stats): number {
  return 0o700 | (mode & 0o010 ? 0o070 : 0) | (mode & 0o001 ? 0o007 : 0)
}

function namesIn(path: string, level: number): Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if (level === 0) throw fromFileError(error, path)
    // Gone meanwhile, or not to be seen: the format says what it misses.
    return []
  }
}

function statOf(path: string): Stats {
  try {
    return statSync(path)
  } catch (error) {
    throw fromFileError(error, path)
  }
}

function statOrNull(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    if (fileErrorCode(error) !== '') return null
    throw error
  }
}

/** Names of a folder's own level, files and folders. @throws AppError source.* */
export function namesOfFolder(path: string): string[] {
  try {
    return readdirSync(path)
  } catch (error) {
    throw fromFileError(error, path)
  }
}

/** Another program writes now and then: a look that met it is done again. */
const ATTEMPTS = 8
/** From here on, files that came or went do not matter as long as those that were read stayed. */
const LENIENT_FROM = 4
const LONGEST_PAUSE_MS = 40

/**
 * Runs `work` over a claimed folder; again when a file it read changed meanwhile, so that what it sees belongs together.
 * @throws AppError format.unrecognized when the folder is not claimed, source.locked when it never held still, source.*
 */
export async function withFolder<T>(
  path: string,
  claim: FolderClaim,
  work: (folder: FolderReader, listing: FolderListing) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const matters = claim(namesOfFolder(path))?.matters
    if (!matters) throw new AppError('format.unrecognized', { file: path, reason: 'it is a folder' })
    const before = await list(path, matters)
    const reads = new Set<string>()
    const outcome = await work(readerOver(before, reads), before).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    if (isStill(before, reads) && (attempt >= LENIENT_FROM || hasSameNames(before, await list(path, matters)))) {
      if ('value' in outcome) return outcome.value
      throw outcome.error
    }
    if (attempt >= ATTEMPTS) throw new AppError('source.locked', { file: path })
    await sleep(Math.random() * LONGEST_PAUSE_MS)
  }
}

function list(path: string, matters: (path: string) => boolean): Promise<FolderListing> | FolderListing {
  return isMainThread ? listFolderInTurns(path, matters) : listFolder(path, matters)
}

function isStill({ path, marks }: FolderListing, reads: ReadonlySet<string>): boolean {
  return [...reads].every((key) => {
    const stats = statOrNull(join(path, key))
    return stats !== null && markOf(stats) === marks.get(key)
  })
}

function hasSameNames(before: FolderListing, after: FolderListing): boolean {
  return before.marks.size === after.marks.size && after.entries.every((entry) => before.marks.has(entry.path))
}

function readerOver({ path, entries, marks }: FolderListing, reads: Set<string>): FolderReader {
  return {
    name: basename(path),
    entries,
    read: async (key) => {
      const file = join(path, ...key.split('/'))
      // What was not listed is not read: links, and paths that lead out.
      if (!marks.has(key)) throw new AppError('session.not-found', { file })
      reads.add(key)
      try {
        // A worker has nothing else to do, and files are often many and tiny.
        return isMainThread ? await readFileInTurns(file) : readFileNow(file)
      } catch (error) {
        const failure = fromFileError(error, file)
        throw failure.code === 'source.not-found'
          ? new AppError('session.not-found', { file }, { cause: error })
          : failure
      }
    },
  }
}

function readFileNow(file: string): Uint8Array {
  const handle = openSync(file, READ_FLAGS)
  try {
    const stats = fstatSync(handle)
    expectReadable(stats, file)
    const bytes = new Uint8Array(stats.size)
    let at = 0
    while (at < bytes.byteLength) {
      const read = readSync(handle, bytes, at, bytes.byteLength - at, at)
      if (read === 0) break
      at += read
    }
    return bytes.subarray(0, at)
  } finally {
    closeSync(handle)
  }
}

async function readFileInTurns(file: string): Promise<Uint8Array> {
  const handle = await open(file, READ_FLAGS)
  try {
    expectReadable(await handle.stat(), file)
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

function expectReadable(stats: Stats, file: string): void {
  if (!stats.isFile()) throw new AppError('session.not-found', { file })
  if (stats.size > FILE_LIMIT_BYTES) throw new AppError('source.too-large', { file, limit: '8 MB' })
}
