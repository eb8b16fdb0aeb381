import { type Stats, statSync } from 'node:fs'
import { basename } from 'node:path'
import { fileErrorCode, fromFileError } from './file-errors.ts'

/** Where a session lies on disk, as last seen. Same shape as the sources' `FileFacts`. */
export interface FileFacts {
  readonly path: string
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  readonly mode: number | null
  readonly companions: readonly { readonly name: string; readonly sizeBytes: number }[]
}

export interface FileFingerprint {
  readonly facts: FileFacts
  /** Changes whenever the file, its `-wal` or its `-journal` changes. */
  readonly signature: string
}

/** Beside the local copy of a database on a libSQL server: how far it was copied. */
export const REPLICA_SUFFIX = '-client_wal_index'

/** What SQLite leaves beside a database. Readers touch `-shm`, so it is listed but says nothing about a change. */
export const COMPANION_SUFFIXES = ['-wal', '-journal', '-shm', REPLICA_SUFFIX] as const
type CompanionSuffix = (typeof COMPANION_SUFFIXES)[number]

/** The main file's path when `path` is that of a companion, else null. */
export function mainFileOf(path: string): string | null {
  const suffix = COMPANION_SUFFIXES.find((candidate) => path.endsWith(candidate))
  return suffix === undefined || basename(path) === suffix ? null : path.slice(0, -suffix.length)
}

/**
 * Facts and signature of one file. `has` tells which companions are worth a `stat` (a directory listing knows); without
 * it all are tried.
 * @throws AppError source.not-found, source.denied
 */
export function fingerprint(path: string, has: (suffix: CompanionSuffix) => boolean = () => true): FileFingerprint {
  try {
    return fingerprintOf(path, statSync(path), has)
  } catch (error) {
    throw fromFileError(error, path)
  }
}

/** {@link fingerprint} of a file whose `stat` is known. */
export function fingerprintOf(
  path: string,
  stats: Stats,
  has: (suffix: CompanionSuffix) => boolean = () => true,
): FileFingerprint {
  let signature = markOf(stats)
  const companions: { name: string; sizeBytes: number }[] = []
  for (const suffix of COMPANION_SUFFIXES) {
    if (!has(suffix)) continue
    const companion = statOrNull(path + suffix)
    if (!companion) continue
    companions.push({ name: basename(path) + suffix, sizeBytes: companion.size })
    if (suffix !== '-shm') signature += `${suffix}${markOf(companion)}`
  }
  return {
    signature,
    facts: {
      path,
      sizeBytes: stats.size,
      modifiedAtMs: Math.trunc(stats.mtimeMs),
      mode: process.platform === 'win32' ? null : stats.mode & 0o7777,
      companions,
    },
  }
}

/**
 * `mtimeMs` keeps a quarter of a microsecond, finer than the clock of any file system. The change time catches writers
 * that put the old mtime back, and changed permissions.
 */
export function markOf(stats: Stats): string {
  return `${stats.size}.${stats.mtimeMs}.${stats.ctimeMs}.${stats.ino};`
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null
  } catch (error) {
    if (fileErrorCode(error) !== '') return null
    throw error
  }
}
