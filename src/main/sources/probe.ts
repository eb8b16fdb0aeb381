import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { basename } from 'node:path'
import { fromFileError } from '../backends/file-errors.ts'
import { isSqlite, READ_FLAGS, readFileImage, type ReusableMemory } from '../backends/file-image.ts'
import { withLargeDatabase } from '../backends/large-database.ts'
import { expectedByteLength } from '../backends/database-pages.ts'
import { quickTables } from '../backends/page-reader.ts'
import { namedLikeSession, type WalkedEntry } from '../backends/walk.ts'
import { AppError } from '../domain/errors.ts'
import { explainForeignTables } from '../formats/foreign.ts'
import { isPromising } from '../formats/detect.ts'
import { PROMISING_BYTE_LENGTH, type Unlock } from '../formats/format.ts'
import type { TablesReader } from '../formats/media.ts'
import type { ScannedFile } from './scan-types.ts'
import { inPlace } from './place-errors.ts'
import { inFile, probeContent, probeTables } from './probe-content.ts'
import { mayBeSession } from './probe-head.ts'
import { replicaProblems } from './replica.ts'
import { problemOf, type SummaryPlace, unreadableSummary } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'

/** Databases up to this are read whole; larger ones page by page. */
export const WHOLE_LIMIT_BYTES = 8 * 1024 * 1024

export interface ProbeTarget {
  readonly path: string
  /** Key of the file; sessions of a file that holds several add `#` and their own key. */
  readonly key: string
  readonly sizeBytes: number
  /** A directory listing of a moment ago showed a `-wal` or `-journal`. */
  readonly hasCompanions: boolean
  /** For callers that probe one file after another. */
  readonly memory?: ReusableMemory
  /** What opens it, where it is locked and that is known. */
  readonly unlock?: Unlock
}

/**
 * The sessions in one file, judged by content alone. A file that is none answers nothing, unless its name says session:
 * then one summary without format that says why. Reads the first bytes of a file that is none.
 */
export async function probeFile(target: ProbeTarget): Promise<readonly SessionSummary[]> {
  const isNamed = namedLikeSession(target.path)
  try {
    return await probeOrThrow(target, isNamed)
  } catch (error) {
    if (!isNamed && !isOurs(error)) return []
    return [unreadableSummary(placeOf(target), [problemOf(inPlace(error, target.path))])]
  }
}

/** {@link probeFile} for a path somebody named: every failure is thrown, but for a locked one. @throws AppError */
export async function probeNamed(target: ProbeTarget): Promise<readonly SessionSummary[]> {
  try {
    return await probeOrThrow(target, true)
  } catch (error) {
    throw inPlace(error, target.path)
  }
}

/** Errors of a file that was recognised before it failed. */
function isOurs(error: unknown): boolean {
  return (
    error instanceof AppError && (error.code === 'format.unsupported-version' || error.code === 'passcode.required')
  )
}

async function probeOrThrow(target: ProbeTarget, isNamed: boolean): Promise<readonly SessionSummary[]> {
  const { path, sizeBytes } = target
  if (sizeBytes === 0) return isNamed ? reject(path, 'it is empty') : []
  if (!isNamed || sizeBytes > WHOLE_LIMIT_BYTES) {
    const head = readStart(path)
    if (!isSqlite(head) && !(sizeBytes <= WHOLE_LIMIT_BYTES && isWorthReading(path, head, sizeBytes))) {
      if (!isNamed) return []
      if (sizeBytes > WHOLE_LIMIT_BYTES) throw new AppError('source.too-large', { file: path, limit: '8 MB' })
    }
    if (isSqlite(head) && sizeBytes > WHOLE_LIMIT_BYTES) {
      return withLargeDatabase(path, (tables) => probeDatabase(target, isNamed, tables, false))
    }
  }
  const image = await readFileImage(path, {
    limitBytes: WHOLE_LIMIT_BYTES,
    mayHaveCompanions: target.hasCompanions,
    ...(target.memory ? { memory: target.memory } : {}),
  })
  // Cells of a database are copied when read; what a file format makes of its bytes may go on pointing into them.
  if (!image.isSqlite) {
    return probeContent(image.bytes.slice(), placeOf(target), isNamed, target.unlock ?? { passcode: null })
  }
  expectWhole(path, image.bytes)
  const tables = quickTables(image.bytes, { file: path, wal: image.wal })
  try {
    return await probeDatabase(target, isNamed, tables, image.wal && image.companion !== 'wal')
  } finally {
    tables.close()
  }
}

/** A copy that broke off is the commonest damage, and the only one a person can be told the cause of. */
function expectWhole(file: string, bytes: Uint8Array): void {
  const expected = expectedByteLength(bytes)
  if (expected <= bytes.byteLength) return
  const reason = `it is cut short: ${bytes.byteLength} bytes of ${expected} are there`
  throw new AppError('format.malformed', { file, reason })
}

async function probeDatabase(
  target: ProbeTarget,
  isNamed: boolean,
  tables: TablesReader,
  lacksLog: boolean,
): Promise<readonly SessionSummary[]> {
  const summaries = await probeTables(tables, placeOf(target))
  if (summaries) {
    const replica = replicaProblems(target.path)
    return replica.length === 0
      ? summaries
      : summaries.map((one) => ({ ...one, problems: [...one.problems, ...replica] }))
  }
  if (!isNamed) return []
  const schema = await tables.schema()
  throw inFile(explainForeignTables({ ...schema, wal: lacksLog }), target.path)
}

function reject(file: string, reason: string): never {
  throw new AppError('format.unrecognized', { file, reason })
}

function placeOf(target: Pick<ProbeTarget, 'path' | 'key'>): SummaryPlace {
  return { key: target.key, name: nameOf(target.path), path: target.path }
}

/** The file's name without its extension, where that says nothing. */
function nameOf(path: string): string {
  const name = basename(path)
  const plain = name.replace(/\.(session|txt|json|sqlite|db|dat|bin|binlog)$/i, '')
  return plain === '' ? name : plain
}

function isWorthReading(path: string, head: Uint8Array, sizeBytes: number): boolean {
  return isPromising(head, sizeBytes) || mayBeSession(path, head, sizeBytes)
}

function readStart(path: string): Uint8Array {
  let file: number
  try {
    file = openSync(path, READ_FLAGS)
  } catch (error) {
    throw fromFileError(error, path)
  }
  try {
    if (!fstatSync(file).isFile()) reject(path, 'it is not a regular file')
    const head = Buffer.alloc(PROMISING_BYTE_LENGTH)
    return head.subarray(0, readSync(file, head, 0, PROMISING_BYTE_LENGTH, 0))
  } catch (error) {
    throw fromFileError(error, path)
  } finally {
    closeSync(file)
  }
}

/** A folder or special file named like a session, or something that could not be looked at, as a row that says so. */
export function oddFile(entry: Extract<WalkedEntry, { kind: 'odd' | 'unreadable' }>): ScannedFile {
  const error =
    entry.kind === 'unreadable'
      ? entry.error
      : new AppError('format.unrecognized', {
          file: entry.path,
          reason: entry.what === 'folder' ? 'it is a folder' : 'it is not a regular file',
        })
  return {
    key: entry.key,
    signature: entry.kind === 'odd' ? entry.what : error.code,
    facts: { path: entry.path, sizeBytes: 0, modifiedAtMs: 0, mode: null, companions: [] },
    summaries: [unreadableSummary(placeOf(entry), [problemOf(error)])],
  }
}
