import { type Holder, holdersOf, pathsOpenBelow } from '../backends/in-use.ts'
import { fingerprint } from '../backends/file-facts.ts'
import { reusableMemory } from '../backends/file-image.ts'
import { fileErrorCode } from '../backends/file-errors.ts'
import { walk } from '../backends/walk.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { ScannedFile } from '../sources/interfaces.ts'
import { oddFile, probeFile, probeNamed } from '../sources/probe.ts'
import type { SessionSummary } from '../sources/session-store.ts'
export { countRows, queryDatabase } from './database-calls.ts'
export { watchFolder } from './watch-folder.ts'
export { stretchPassphrase } from './stretch-passphrase.ts'
import {
  type FileToProbe,
  type Outcome,
  outcomeOf,
  type RescanTask,
  type WalkBatch,
  type WalkTask,
} from './messages.ts'

/** Entry of the worker threads: each exported function is a task of the pool. */

const BATCH = 250

/** Walks a tree and tells what changed since the catalog saw it. */
export function walkTree({ root, known, stop, port }: WalkTask): Outcome<null> {
  let unchanged: string[] = []
  let changed: FileToProbe[] = []
  let odd: ScannedFile[] = []
  const flush = (isLast = false): void => {
    port.postMessage({ unchanged, changed, odd, isLast } satisfies WalkBatch)
    unchanged = []
    changed = []
    odd = []
  }
  try {
    for (const entry of walk(root)) {
      if (Atomics.load(stop, 0) !== 0) break
      if (entry.kind !== 'file') odd.push(oddFile(entry))
      else if (known.get(entry.key) === entry.signature) unchanged.push(entry.key)
      else changed.push({ key: entry.key, signature: entry.signature, facts: entry.facts })
      if (unchanged.length >= 4 * BATCH || changed.length >= BATCH || odd.length >= BATCH) flush()
    }
    flush(true)
    return { value: null }
  } catch (error) {
    flush(true)
    return outcomeOf(error)
  }
}

/** A thread does one task at a time. */
const memory = reusableMemory()

/** Reads some files that a walk found. */
export async function probeFiles(files: readonly FileToProbe[]): Promise<readonly ScannedFile[]> {
  const scanned: ScannedFile[] = []
  for (const { key, signature, facts } of files) {
    const hasCompanions = facts.companions.some(({ name }) => !name.endsWith('-shm'))
    const summaries = await probeFile({ key, path: facts.path, sizeBytes: facts.sizeBytes, hasCompanions, memory })
    scanned.push({ key, signature, facts, summaries })
  }
  return scanned
}

/** Reads files by name; missing ones are left out. */
export async function rescanFiles({ files }: RescanTask): Promise<readonly ScannedFile[]> {
  const scanned: ScannedFile[] = []
  for (const { key, path } of files) {
    try {
      const print = fingerprint(path)
      scanned.push(...(await probeFiles([{ key, ...print }])))
    } catch (error) {
      if (isAppError(error, 'source.not-found')) continue
      if (!isAppError(error)) throw error
      scanned.push(oddFile({ kind: 'unreadable', key, path, error }))
    }
  }
  return scanned
}

/** Reads one path that somebody named. */
export async function probePath(path: string): Promise<Outcome<readonly SessionSummary[]>> {
  try {
    const { facts } = fingerprint(path)
    const key = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    return { value: await probeNamed({ key, path, sizeBytes: facts.sizeBytes, hasCompanions: true }) }
  } catch (error) {
    if (!isAppError(error) && fileErrorCode(error) === '') return outcomeOf(new AppError('internal', {}))
    return outcomeOf(error)
  }
}

/** Processes that hold a file open. */
export async function filesInUse(path: string): Promise<readonly Holder[]> {
  return holdersOf(path)
}

/** Files at or below a root that some process holds open. */
export async function openBelow(root: string): Promise<ReadonlySet<string>> {
  return pathsOpenBelow(root)
}
