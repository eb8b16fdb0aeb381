import { basename } from 'node:path'
import { withFolder } from '../backends/folder-view.ts'
import { AppError } from '../domain/errors.ts'
import { type Claim, claimFolder, detectFolder } from '../formats/detect.ts'
import type { FolderFormat, FolderReader, StoredSession, Unlock } from '../formats/format.ts'
import { inPlace, isLockError } from './place-errors.ts'
import { formatOf, summarise } from './probe-content.ts'
import { lockedSummary, problemOf, unreadableSummary } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'

export interface FolderTarget {
  readonly path: string
  readonly key: string
}

/** What a folder was recognised as. */
export interface KnownFolder {
  readonly format: FolderFormat
  readonly claims: readonly Claim<FolderFormat>[]
}

/** Null for a folder that is no session, whatever its names promised. */
export async function recogniseFolder(folder: FolderReader): Promise<KnownFolder | null> {
  const claims = await detectFolder(folder)
  const format = formatOf(claims)
  return format && { format, claims }
}

/** Whether a claimed folder is a session after all. Looks at few files; one that cannot be read is still recognised. */
export async function isSessionFolder(path: string): Promise<boolean> {
  return withFolder(path, claimFolder, async (folder) => (await recogniseFolder(folder)) !== null)
}

/**
 * The sessions in a folder; null when it is none. What was recognised and cannot be read, or is locked, is one summary
 * that says why.
 * @throws AppError source.* when the folder itself cannot be read
 */
export async function probeFolder(target: FolderTarget, unlock: Unlock): Promise<readonly SessionSummary[] | null> {
  return withFolder(target.path, claimFolder, async (folder) => {
    const known = await recogniseFolder(folder)
    if (!known) return null
    const { format, claims } = known
    const place = { key: target.key, name: basename(target.path), path: target.path }
    try {
      const stored = await storedIn(folder, format, unlock)
      return stored.map(({ key, name, decoded }, index) => {
        const ownName = name ?? (stored.length === 1 ? place.name : `${place.name} ${index + 1}`)
        const ownPlace = { ...place, key: keyIn(place.key, key), name: ownName }
        return summarise(format, claims, decoded, ownPlace, unlock)
      })
    } catch (error) {
      const failure = inPlace(error, target.path)
      if (isLockError(failure)) return [lockedSummary(place, format.id, failure)]
      return [unreadableSummary(place, [problemOf(failure)])]
    }
  })
}

/** @throws AppError format.*, passcode.*, source.* */
export async function storedIn(
  folder: FolderReader,
  format: FolderFormat,
  unlock: Unlock,
): Promise<readonly StoredSession[]> {
  const stored = await format.list(folder, unlock)
  if (stored.length === 0) {
    throw new AppError('format.malformed', { format: format.label, reason: 'it holds no session' })
  }
  return stored
}

/** The key of one of several sessions in a place. */
function keyIn(placeKey: string, key: string): string {
  return key === '' ? placeKey : `${placeKey}#${key}`
}
