import { type Dirent, readdirSync, realpathSync, type Stats, statSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { isUnfinished } from './atomic-write.ts'
import { AppError } from '../domain/errors.ts'
import { fromFileError } from './file-errors.ts'
import { COMPANION_SUFFIXES, type FileFingerprint, fingerprintOf } from './file-facts.ts'
import { type FolderClaim, listFolder } from './folder-view.ts'

export type WalkedEntry =
  /** A regular file; companions of a database are not entries of their own. */
  | ({ readonly kind: 'file'; readonly key: string } & FileFingerprint)
  /** A folder that may be a session itself: `walkInto`, called before the walk goes on, makes it a folder like any other. */
  | ({ readonly kind: 'folder'; readonly key: string; walkInto(): void } & FileFingerprint)
  /** A folder or a special file whose name says session. */
  | { readonly kind: 'odd'; readonly key: string; readonly path: string; readonly what: 'folder' | 'special file' }
  /** Something that could not be looked at. */
  | { readonly kind: 'unreadable'; readonly key: string; readonly path: string; readonly error: AppError }

/** Deeper trees are cut: no one keeps sessions there, and a hostile tree must end. */
const MAX_DEPTH = 32

/** Key of the root itself, where it is a session folder. No file has this name. */
export const ROOT_KEY = '.'

/** Folders that hold thousands of files and never a session of the person's own. */
const SKIPPED = new Set(['.git', 'node_modules', '.hg', '.svn', '__pycache__'])
const SYSTEM = new Set(['/proc', '/sys', '/dev'])

/** True for folders that no walk enters and no watcher watches. */
export function isSkippedFolder(path: string): boolean {
  return SKIPPED.has(basename(path)) || SYSTEM.has(path)
}

/** True when a name claims to be a session file. */
export function namedLikeSession(name: string): boolean {
  return name.toLowerCase().endsWith('.session')
}

/**
 * Every file below `root`, lazily, in no particular order. Follows links to files; follows links to folders once each
 * (loops end) and never to a folder that contains the root. Keys use `/` on every platform. Synchronous: run it in a
 * worker. `claim` tells of a folder's names whether it may be a session itself, and which of its files then matter.
 * @throws AppError source.not-found, source.denied when the root itself cannot be read
 */
export function* walk(root: string, claim: FolderClaim = () => null): Generator<WalkedEntry> {
  const visited = new Set<string>()
  const realRoot = realPath(root)
  const stack: { path: string; key: string; depth: number }[] = [{ path: root, key: '', depth: 0 }]
  for (let folder = stack.pop(); folder; folder = stack.pop()) {
    let entries: Dirent[]
    try {
      const stats = statSync(folder.path)
      const identity = `${stats.dev}.${stats.ino}`
      if (visited.has(identity)) continue
      visited.add(identity)
      entries = readdirSync(folder.path, { withFileTypes: true })
    } catch (error) {
      const failure = fromFileError(error, folder.path)
      if (folder.depth === 0) throw failure
      // Gone between listing and reading is no news.
      if (failure.code !== 'source.not-found') {
        yield { kind: 'unreadable', key: folder.key, path: folder.path, error: failure }
      }
      continue
    }
    const names = new Set<string>()
    for (const entry of entries) names.add(entry.name)
    let interest = claim([...names])
    if (interest) {
      const { matters, isShared } = interest
      yield* visitFolder(folder, matters, () => {
        interest = null
      })
      if (interest && !isShared) continue
    }
    if (interest === null && folder.depth > 0 && namedLikeSession(folder.path)) {
      yield { kind: 'odd', key: folder.key, path: folder.path, what: 'folder' }
    }
    for (const entry of entries) {
      if (isUnfinished(entry.name)) continue
      const path = folder.path.endsWith(sep) ? folder.path + entry.name : folder.path + sep + entry.name
      const key = folder.key === '' ? entry.name : `${folder.key}/${entry.name}`
      if (interest?.matters(entry.isDirectory() ? `${entry.name}/` : entry.name)) continue
      if (entry.isFile()) {
        if (!isCompanion(entry.name, names)) yield* visitFile(path, key, entry.name, names)
        continue
      }
      const target = kindOf(entry, path)
      if (target === 'file') yield* visitFile(path, key, entry.name, names)
      if (target === 'other' && namedLikeSession(entry.name)) yield { kind: 'odd', key, path, what: 'special file' }
      if (target !== 'folder') continue
      if (folder.depth + 1 >= MAX_DEPTH || isSkippedFolder(path)) continue
      if (entry.isSymbolicLink() && contains(realPath(path), realRoot)) continue
      stack.push({ path, key, depth: folder.depth + 1 })
    }
  }
}

function* visitFolder(
  { path, key }: { readonly path: string; readonly key: string },
  matters: (path: string) => boolean,
  walkInto: () => void,
): Generator<WalkedEntry> {
  const ownKey = key === '' ? ROOT_KEY : key
  try {
    const { signature, facts } = listFolder(path, matters)
    yield { kind: 'folder', key: ownKey, signature, facts, walkInto }
  } catch (error) {
    const failure = fromFileError(error, path)
    if (failure.code !== 'source.not-found') yield { kind: 'unreadable', key: ownKey, path, error: failure }
  }
}

function* visitFile(path: string, key: string, name: string, names: ReadonlySet<string>): Generator<WalkedEntry> {
  try {
    const print = fingerprintOf(path, statSync(path), (suffix) => names.has(name + suffix))
    yield { kind: 'file', key, ...print }
  } catch (error) {
    const failure = fromFileError(error, path)
    if (failure.code !== 'source.not-found') yield { kind: 'unreadable', key, path, error: failure }
    else if (name.includes('\ufffd') && namedLikeSession(name)) {
      // What a name that is not Unicode became when it was read finds nothing.
      const reason = 'its name is not valid Unicode, rename it first'
      yield { kind: 'unreadable', key, path, error: new AppError('source.unreachable', { file: path, reason }) }
    }
  }
}

/** A `-wal` without its database is nobody's companion, but nothing to read either. */
function isCompanion(name: string, names: ReadonlySet<string>): boolean {
  return COMPANION_SUFFIXES.some((suffix) => name.endsWith(suffix) && names.has(name.slice(0, -suffix.length)))
}

function kindOf(entry: Dirent, path: string): 'file' | 'folder' | 'other' | 'gone' {
  if (entry.isDirectory()) return 'folder'
  if (!entry.isSymbolicLink()) return 'other'
  let stats: Stats | undefined
  try {
    stats = statSync(path, { throwIfNoEntry: false })
  } catch {
    // A link in a circle (ELOOP) or into a place that may not be seen.
    return 'gone'
  }
  if (!stats) return 'gone'
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'folder' : 'other'
}

function realPath(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}

function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep)
}

/** The path of a key below a root. */
export function pathOfKey(root: string, key: string): string {
  return key === '' || key === ROOT_KEY ? root : join(root, ...key.split('/'))
}
