import { statSync } from 'node:fs'
import { type FileFingerprint, fingerprint } from '../backends/file-facts.ts'
import { reusableMemory } from '../backends/file-image.ts'
import { fileErrorCode } from '../backends/file-errors.ts'
import { listFolder, namesOfFolder } from '../backends/folder-view.ts'
import { type Holder, holdersOf, pathsOpenBelow } from '../backends/in-use.ts'
import { namedLikeSession, walk } from '../backends/walk.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import { Secret } from '../domain/secret.ts'
import { claimFolder } from '../formats/detect.ts'
import type { Unlock } from '../formats/format.ts'
import type { ScannedFile } from '../sources/scan-types.ts'
import { oddFile, probeFile, probeNamed } from '../sources/probe.ts'
import { isSessionFolder, probeFolder } from '../sources/probe-folder.ts'
import { sessionFolders } from '../sources/session-folders.ts'
import type { SessionSummary } from '../sources/session-store.ts'
export { countRows, queryDatabase } from './database-calls.ts'
export { watchFolder } from './watch-folder.ts'
export { stretchPassphrase } from './stretch-passphrase.ts'
import {
  type FileToProbe,
  type KnownPasscodes,
  type Outcome,
  outcomeOf,
  type PathTask,
  type ProbeTask,
  type RescanTask,
  type WalkBatch,
  type WalkTask,
} from './messages.ts'

/** Entry of the worker threads: each exported function is a task of the pool. */

const BATCH = 250

/** Walks a tree and tells what changed since the catalog saw it. */
export async function walkTree({ root, known, stop, port }: WalkTask): Promise<Outcome<null>> {
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
    for (const entry of walk(root, claimFolder)) {
      if (Atomics.load(stop, 0) !== 0) break
      if (entry.kind === 'odd' || entry.kind === 'unreadable') odd.push(oddFile(entry))
      else if (known.get(entry.key) === entry.signature) unchanged.push(entry.key)
      else if (entry.kind === 'folder' && !(await isSession(entry.facts.path))) entry.walkInto()
      else changed.push({ kind: entry.kind, key: entry.key, signature: entry.signature, facts: entry.facts })
      if (unchanged.length >= 4 * BATCH || changed.length >= BATCH || odd.length >= BATCH) flush()
    }
    flush(true)
    return { value: null }
  } catch (error) {
    flush(true)
    return outcomeOf(error)
  }
}

/** A folder that cannot be looked at well enough is walked: what is in it says why. */
async function isSession(path: string): Promise<boolean> {
  try {
    return await isSessionFolder(path)
  } catch (error) {
    if (!isAppError(error)) throw error
    return false
  }
}

/** A thread does one task at a time. */
const memory = reusableMemory()

/** Reads some files and folders that a walk found. */
export async function probeFiles({ files, passcodes }: ProbeTask): Promise<readonly ScannedFile[]> {
  const unlockOf = unlocks(passcodes)
  const scanned: ScannedFile[] = []
  for (const file of files) scanned.push(await probeOne(file, unlockOf(file.facts.path)))
  return scanned
}

async function probeOne({ kind, key, signature, facts }: FileToProbe, unlock: Unlock): Promise<ScannedFile> {
  if (kind === 'folder') return { key, signature, facts, summaries: await summariesOfFolder(key, facts.path, unlock) }
  const hasCompanions = facts.companions.some(({ name }) => !name.endsWith('-shm'))
  const target = { key, path: facts.path, sizeBytes: facts.sizeBytes, hasCompanions, memory, unlock }
  return { key, signature, facts, summaries: await probeFile(target) }
}

async function summariesOfFolder(key: string, path: string, unlock: Unlock): Promise<readonly SessionSummary[]> {
  try {
    return (await probeFolder({ key, path }, unlock)) ?? []
  } catch (error) {
    // Gone between walk and probe: the watcher tells.
    if (isAppError(error, 'source.not-found')) return []
    if (!isAppError(error)) throw error
    return oddFile({ kind: 'unreadable', key, path, error }).summaries
  }
}

function unlocks(passcodes: KnownPasscodes): (path: string) => Unlock {
  const known = new Map(passcodes)
  return (path) => unlockWith(known.get(path) ?? null)
}

function unlockWith(passcode: Uint8Array | null): Unlock {
  return { passcode: passcode && new Secret(passcode) }
}

/** Reads files by name; missing ones are left out. A file of a session folder stands for that folder. */
export async function rescanFiles({ root, files, passcodes }: RescanTask): Promise<readonly ScannedFile[]> {
  const unlockOf = unlocks(passcodes)
  const folders = sessionFolders(root, isSession)
  const scanned = new Map<string, ScannedFile>()
  for (const { key, path } of files) {
    try {
      const folder = await folders.around(key)
      if (folder && !folder.matters) continue
      if (folder && scanned.has(folder.key)) continue
      const found = folder ? printOfFolder(folder.key, folder.path) : printOfFile(key, path)
      if (found) scanned.set(found.key, await probeOne(found, unlockOf(found.facts.path)))
    } catch (error) {
      if (isAppError(error, 'source.not-found')) continue
      if (!isAppError(error)) throw error
      scanned.set(key, oddFile({ kind: 'unreadable', key, path, error }))
    }
  }
  return [...scanned.values()]
}

function printOfFolder(key: string, path: string): FileToProbe | null {
  const matters = claimFolder(namesOfFolder(path))?.matters ?? null
  return matters && { kind: 'folder', key, ...pick(listFolder(path, matters)) }
}

function pick({ signature, facts }: FileFingerprint): FileFingerprint {
  return { signature, facts }
}

/** Null for a folder that is no session. */
function printOfFile(key: string, path: string): FileToProbe | null {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
  if (isFolder && !namedLikeSession(path)) return null
  return { kind: 'file', key, ...fingerprint(path) }
}

/** Reads one path that somebody named. */
export async function probePath({ path, passcode }: PathTask): Promise<Outcome<readonly SessionSummary[]>> {
  try {
    const key = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
    const unlock = unlockWith(passcode)
    const { facts } = fingerprint(path)
    if (statSync(path).isDirectory()) {
      const summaries = await probeFolder({ key, path }, unlock)
      if (summaries) return { value: summaries }
      throw new AppError('format.unrecognized', { file: path, reason: 'it is a folder' })
    }
    return { value: await probeNamed({ key, path, sizeBytes: facts.sizeBytes, hasCompanions: true, unlock }) }
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
