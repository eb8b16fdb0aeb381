import { closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import { fileErrorCode, fromFileError } from './file-errors.ts'
import {
  isHotJournal,
  JOURNAL_HEADER_BYTE_LENGTH,
  journalChanges,
  journalNonce,
  type PageChanges,
  WAL_HEADER_BYTE_LENGTH,
  walChanges,
  withChanges,
} from './sqlite-journal.ts'

/**
 * The content of a file at one moment, read with plain reads alone. No SQLite lock is taken (a writer that does not wait
 * would meet it as "database is locked") and none of this process can be dropped: closing any descriptor of a file drops
 * every POSIX lock the process has on it, so user files are never opened with SQLite at all.
 */
export interface FileImage {
  /** Of a SQLite database: what a reader would see now, `-wal` and hot `-journal` taken into account. */
  readonly bytes: Uint8Array
  readonly isSqlite: boolean
  /** The header says WAL mode. */
  readonly wal: boolean
  /** WAL mode and no usable `-wal` beside it: when tables are missing, this is why. */
  readonly companion: 'none' | 'wal' | 'journal'
}

export interface ImageOptions {
  /** Files above this are refused. */
  readonly limitBytes: number
  /** False when a directory listing of a moment ago showed no companion: saves looking for them in quiet files. */
  readonly mayHaveCompanions?: boolean
  /** Where to read to; the image may lie in it. For callers that are done with one file before they read the next. */
  readonly memory?: ReusableMemory
}

export interface ReusableMemory {
  take(byteLength: number): Buffer
}

/** One buffer for file after file: allocating one for each costs more than reading it. */
export function reusableMemory(): ReusableMemory {
  let buffer = Buffer.allocUnsafeSlow(64 * 1024)
  return {
    take: (byteLength) => {
      if (buffer.byteLength < byteLength) buffer = Buffer.allocUnsafeSlow(byteLength * 2)
      return buffer.subarray(0, byteLength)
    },
  }
}

/** A log grows this long only when something keeps its writer from ever tidying up. */
const COMPANION_LIMIT_BYTES = 1024 * 1024 * 1024
/** A bot that writes without a pause leaves gaps of well under a millisecond: keep trying to hit one. */
const PATIENCE_MS = 3_000
const LONGEST_PAUSE_MS = 6
/** Within one tick of the file system's clock, a change cannot be told by the time of change. */
const QUIET_MS = 2_000

/** A pipe put in a file's place must not make the open wait for a writer. */
export const READ_FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

const SQLITE_MAGIC = Buffer.from('SQLite format 3\0', 'latin1')

export function isSqlite(bytes: Uint8Array): boolean {
  return bytes.byteLength >= 16 && SQLITE_MAGIC.equals(bytes.subarray(0, 16))
}

/**
 * Reads a whole file, again and again until nothing changed meanwhile.
 * @throws AppError source.not-found, source.denied, source.too-large, source.locked when it never held still
 */
export async function readFileImage(path: string, options: ImageOptions): Promise<FileImage> {
  const until = performance.now() + PATIENCE_MS
  do {
    const image = attemptImage(path, options)
    if (image) return image
    // Pauses of one length could fall into step with the writer's own rhythm.
    await sleep(Math.random() * LONGEST_PAUSE_MS)
  } while (performance.now() < until)
  throw new AppError('source.locked', { file: path })
}

function attemptImage(path: string, options: ImageOptions): FileImage | null {
  let file: number
  try {
    file = openSync(path, READ_FLAGS)
  } catch (error) {
    throw fromFileError(error, path)
  }
  try {
    const found = fstatSync(file)
    if (!found.isFile()) throw new AppError('format.unrecognized', { file: path, reason: 'it is not a regular file' })
    if (found.size > options.limitBytes) {
      throw new AppError('source.too-large', { file: path, limit: limitText(options.limitBytes) })
    }
    const isQuiet = Math.abs(Date.now() - found.mtimeMs) > QUIET_MS
    const mayHaveCompanions = !isQuiet || options.mayHaveCompanions !== false
    const heads = mayHaveCompanions ? companionHeads(path) : NO_COMPANIONS
    // Measured after the heads: a log that began anew before them has moved its pages into the file, and made it longer.
    const before = mayHaveCompanions ? fstatSync(file) : found
    const main = readAll(file, before.size, options.memory)
    if (main === null) return null
    if (!isSqlite(main)) {
      return isSame(before, fstatSync(file)) ? { bytes: main, isSqlite: false, wal: false, companion: 'none' } : null
    }
    const wal = main[18] === 2 || main[19] === 2
    // The companion is read after the database: what a writer moved into the database until then is in the companion.
    const changes = mayHaveCompanions ? companionChanges(path, heads) : 'none'
    if (changes === 'moved') return null
    if (!isSame(before, fstatSync(file))) {
      // With a companion this is harmless as long as the file was not replaced by another one.
      if (changes === 'none') return null
    } else if (changes === 'none' && !isQuiet && !sameCounter(file, main)) {
      return null
    }
    if (!isQuiet && statSync(path, { throwIfNoEntry: false })?.ino !== before.ino) return null
    if (changes === 'none') return { bytes: main, isSqlite: true, wal, companion: 'none' }
    const bytes = changes.pages ? withChanges(main, changes.pages) : main
    return { bytes, isSqlite: true, wal, companion: changes.companion }
  } catch (error) {
    throw fromFileError(error, path)
  } finally {
    closeSync(file)
  }
}

interface CompanionHeads {
  readonly wal: Uint8Array | null
  readonly journal: Uint8Array | null
}

const NO_COMPANIONS: CompanionHeads = { wal: null, journal: null }

/** The first bytes of the `-wal` and of a hot `-journal`, null where there is none or an empty one. */
export function companionHeads(path: string): CompanionHeads {
  const wal = readHead(`${path}-wal`, WAL_HEADER_BYTE_LENGTH)
  const journal = readHead(`${path}-journal`, JOURNAL_HEADER_BYTE_LENGTH)
  return {
    wal: wal && wal.byteLength === WAL_HEADER_BYTE_LENGTH ? wal : null,
    journal: journal && isHotJournal(journal) ? journal : null,
  }
}

type Companion = { readonly pages: PageChanges | null; readonly companion: 'wal' | 'journal' }

/**
 * What the companions change in a database that was read just now. 'moved' when a transaction ended or began meanwhile:
 * a journal that was removed, a log that started anew.
 */
export function companionChanges(path: string, before: CompanionHeads): Companion | 'none' | 'moved' {
  if (before.wal) {
    const wal = readWhole(`${path}-wal`)
    const after = readHead(`${path}-wal`, WAL_HEADER_BYTE_LENGTH)
    if (!wal || !after || !sameBytes(before.wal, after)) return 'moved'
    return { pages: walChanges(wal), companion: 'wal' }
  }
  if (before.journal) {
    const journal = readWhole(`${path}-journal`)
    const after = companionHeads(path).journal
    if (!journal || !after || journalNonce(before.journal) !== journalNonce(after)) return 'moved'
    return { pages: journalChanges(journal), companion: 'journal' }
  }
  const after = companionHeads(path)
  return after.wal || after.journal ? 'moved' : 'none'
}

/** Bytes 24 to 27 grow with every transaction in rollback mode; page 1 is the first page a commit writes. */
const COUNTER_START = 24
const COUNTER_END = 28

function sameCounter(file: number, main: Uint8Array): boolean {
  const now = Buffer.alloc(COUNTER_END)
  if (readSync(file, now, 0, COUNTER_END, 0) !== COUNTER_END) return false
  return sameBytes(now.subarray(COUNTER_START), main.subarray(COUNTER_START, COUNTER_END))
}

export function isSame(a: Stats, b: Stats): boolean {
  return a.size === b.size && a.mtimeMs === b.mtimeMs && a.ctimeMs === b.ctimeMs && a.ino === b.ino
}

function readAll(file: number, byteLength: number, memory?: ReusableMemory): Uint8Array | null {
  const bytes = memory ? memory.take(byteLength) : Buffer.allocUnsafeSlow(byteLength)
  let at = 0
  while (at < byteLength) {
    const read = readSync(file, bytes, at, byteLength - at, at)
    if (read === 0) return null
    at += read
  }
  return new Uint8Array(bytes.buffer, bytes.byteOffset, byteLength)
}

/** The first bytes of a file, fewer when it is shorter, null when there is none. */
export function readHead(path: string, byteLength: number): Uint8Array | null {
  return withFile(path, (file) => {
    const head = Buffer.alloc(byteLength)
    return head.subarray(0, readSync(file, head, 0, byteLength, 0))
  })
}

function readWhole(path: string): Uint8Array | null {
  return withFile(path, (file) => {
    const { size } = fstatSync(file)
    if (size > COMPANION_LIMIT_BYTES)
      throw new AppError('source.too-large', { file: path, limit: limitText(COMPANION_LIMIT_BYTES) })
    return readAll(file, size)
  })
}

/** Null when there is no file; a pipe or folder of its name is none. */
function withFile<T>(path: string, work: (file: number) => T): T | null {
  let file: number
  try {
    file = openSync(path, READ_FLAGS)
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return null
    throw fromFileError(error, path)
  }
  try {
    return fstatSync(file).isFile() ? work(file) : null
  } finally {
    closeSync(file)
  }
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}

function limitText(byteLength: number): string {
  return `${Math.round(byteLength / 1024 / 1024)} MB`
}
