import { statSync } from 'node:fs'
import { fingerprint } from '../backends/file-facts.ts'
import { isSqlite, readFileImage, readHead } from '../backends/file-image.ts'
import { listFolderInTurns, namesOfFolder, withFolder } from '../backends/folder-view.ts'
import { AppError } from '../domain/errors.ts'
import { claimFolder } from '../formats/detect.ts'
import { explainForeignBytes } from '../formats/foreign.ts'
import type { Decoded, FolderFormat, FolderReader, Unlock } from '../formats/format.ts'
import { pathIn } from './file-keys.ts'
import { inPlace } from './place-errors.ts'
import { WHOLE_LIMIT_BYTES } from './probe.ts'
import { inFile, readWhole, stringsIn } from './probe-content.ts'
import { recogniseFolder, storedIn } from './probe-folder.ts'

/** A session's key taken apart: the file or folder, and which of its sessions when it holds several. */
export interface Place {
  /** Key of the file or folder. */
  readonly fileKey: string
  readonly path: string
  readonly inner: string
  readonly isFolder: boolean
}

/** @throws AppError session.not-found */
export function locatePlace(root: string, key: string): Place {
  const whole = placeAt(root, key, '')
  if (whole) return whole
  // Names of files and of the sessions in them may hold the mark themselves.
  for (let at = key.lastIndexOf('#'); at > 0; at = key.lastIndexOf('#', at - 1)) {
    const place = placeAt(root, key.slice(0, at), key.slice(at + 1))
    if (place) return place
  }
  return notFound(pathIn(root, key))
}

function placeAt(root: string, fileKey: string, inner: string): Place | null {
  const path = pathIn(root, fileKey)
  const stats = statSync(path, { throwIfNoEntry: false })
  return stats ? { fileKey, path, inner, isFolder: stats.isDirectory() } : null
}

function notFound(file: string): never {
  throw new AppError('session.not-found', { file })
}

/** False for folders, and for files that are read whole. @throws AppError session.not-found */
export function isDatabase({ path, isFolder }: Place): boolean {
  if (isFolder) return false
  const head = readHead(path, 16)
  return head ? isSqlite(head) : notFound(path)
}

/** Changes whenever the place does. @throws AppError source.* */
export async function signatureOf({ path, isFolder }: Place): Promise<string> {
  if (!isFolder) return fingerprint(path).signature
  const matters = claimFolder(namesOfFolder(path))?.matters
  return matters ? (await listFolderInTurns(path, matters)).signature : ''
}

/** A session of a place that is no database. @throws AppError format.*, passcode.*, session.not-found, source.* */
export async function decodePlace(place: Place, unlock: Unlock): Promise<Decoded> {
  try {
    return await (place.isFolder ? decodeInFolder(place, unlock) : decodeInFile(place, unlock))
  } catch (error) {
    throw inPlace(error, place.path)
  }
}

/** Runs `work` over a session folder and the format it is of. @throws AppError format.unrecognized, source.* */
export function inSessionFolder<T>(
  { path }: Pick<Place, 'path'>,
  work: (folder: FolderReader, format: FolderFormat) => Promise<T>,
): Promise<T> {
  return withFolder(path, claimFolder, async (folder) => {
    const known = await recogniseFolder(folder)
    if (!known) throw new AppError('format.unrecognized', { file: path, reason: 'it is a folder' })
    return work(folder, known.format)
  })
}

function decodeInFolder(place: Place, unlock: Unlock): Promise<Decoded> {
  return inSessionFolder(place, async (folder, format) => {
    const stored = await storedIn(folder, format, unlock)
    return stored.find(({ key }) => key === place.inner)?.decoded ?? notFound(place.path)
  })
}

async function decodeInFile(place: Place, unlock: Unlock): Promise<Decoded> {
  const { bytes } = await readFileImage(place.path, { limitBytes: WHOLE_LIMIT_BYTES })
  const whole = await readWhole(bytes, unlock)
  if (whole) {
    if ('decoded' in whole) return whole.decoded
    throw whole.error
  }
  const strings = stringsIn(bytes)
  if (!strings) throw inFile(explainForeignBytes(bytes), place.path)
  const wanted = strings[place.inner === '' ? 0 : Number(place.inner) - 1]
  return wanted ? wanted.format.decode(wanted.text) : notFound(place.path)
}
