import { constants } from 'node:fs'
import { access, chmod, lstat, mkdir, open, rm, rmdir, stat, utimes } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { writeFileAtomically } from '../backends/atomic-write.ts'
import { fileErrorCode, fromFileError } from '../backends/file-errors.ts'
import { AppError } from '../domain/errors.ts'
import type { KeptFile } from './trash-container.ts'

/** A file as read, with what tells whether it changed since. */
export interface TakenFile {
  readonly path: string
  readonly identity: string
  readonly kept: KeptFile
}

/**
 * Reads a file whole; the read itself is checked against a change beneath it.
 * @returns null when there is none
 * @throws AppError source.changed, source.denied
 */
export async function readForTrash(path: string, name: string = basename(path)): Promise<TakenFile | null> {
  return withFileErrors(path, 'read', async () => {
    const before = await identityOf(path)
    if (before === null) return null
    const handle = await open(path, constants.O_RDONLY)
    try {
      const facts = await handle.stat()
      const bytes = await handle.readFile()
      const taken: TakenFile = {
        path,
        identity: before,
        kept: {
          name,
          bytes,
          modifiedAtMs: facts.mtimeMs,
          mode: process.platform === 'win32' ? null : facts.mode & 0o7777,
        },
      }
      if (bytes.byteLength !== facts.size) throw new AppError('source.changed', { file: path })
      await assertUnchanged(taken)
      return taken
    } finally {
      await handle.close()
    }
  })
}

/** @throws AppError source.changed */
export async function assertUnchanged(file: TakenFile): Promise<void> {
  if ((await identityOf(file.path)) !== file.identity) throw new AppError('source.changed', { file: file.path })
}

/** @throws AppError source.denied when the folder does not let files go */
export async function assertRemovable(path: string): Promise<void> {
  await withFileErrors(path, 'write', () => access(dirname(path), constants.W_OK))
}

/** @throws AppError source.denied */
export async function removeTaken(path: string): Promise<void> {
  await withFileErrors(path, 'write', () => rm(path))
}

/** Removes folders that files were taken from, as far as nothing is left in them; the deepest first. */
export async function removeEmptyFolders(top: string, names: readonly string[]): Promise<void> {
  const folders = new Set(names.flatMap((name) => foldersOf(name)))
  for (const folder of [...folders].toSorted((a, b) => b.length - a.length)) {
    await rmdir(join(top, ...folder.split('/'))).catch(() => undefined)
  }
}

/** "a/b/c" lies in "a" and "a/b". */
function foldersOf(name: string): string[] {
  const parts = name.split('/')
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

/**
 * Puts files back below `folder`, the first being the main one: all or none, never over something. The folder itself has
 * to be there, those in it are made (0700).
 * @throws AppError source.exists, source.not-found (the folder went), source.denied
 */
export async function putBack(folder: string, files: readonly KeptFile[]): Promise<void> {
  const done: string[] = []
  const made: string[] = []
  const names = files.map((file) => plainName(file.name))
  const paths = new Map(files.map((file) => [file, join(folder, ...file.name.split('/'))]))
  try {
    for (const path of paths.values()) {
      if ((await identityOf(path)) !== null) throw new AppError('source.exists', { file: path })
    }
    for (const name of new Set(names.flatMap(foldersOf))) {
      const path = join(folder, ...name.split('/'))
      if (await withFileErrors(path, 'write', () => makeFolder(path))) made.push(path)
    }
    // Companions first: a main file that appears without its -wal would be read as an older state.
    for (const [file, path] of [...paths].toReversed()) {
      await withFileErrors(path, 'write', () => placeFile(path, file))
      done.push(path)
    }
  } catch (error) {
    for (const path of done) await rm(path, { force: true })
    for (const path of made.toReversed()) await rmdir(path).catch(() => undefined)
    throw error
  }
}

/** @returns whether it was not there before */
async function makeFolder(path: string): Promise<boolean> {
  try {
    await mkdir(path, { mode: 0o700 })
    return true
  } catch (error) {
    if (fileErrorCode(error) === 'EEXIST' && (await stat(path)).isDirectory()) return false
    throw error
  }
}

/** @throws AppError format.malformed for a name that leads out of the folder */
function plainName(name: string): string {
  if (name.split('/').some((part) => ['', '.', '..'].includes(part) || part.includes('\0'))) {
    throw new AppError('format.malformed', { format: 'trash entry', reason: 'a name in it leads elsewhere' })
  }
  return name
}

async function placeFile(path: string, file: KeptFile): Promise<void> {
  await writeFileAtomically(path, file.bytes, { replaces: 'new' })
  if (file.mode !== null) await chmod(path, file.mode)
  if (file.modifiedAtMs !== null) await utimes(path, new Date(), file.modifiedAtMs / 1000)
}

async function identityOf(path: string): Promise<string | null> {
  try {
    const facts = await stat(path, { bigint: true })
    if (!facts.isFile()) throw new AppError('source.denied', { file: path, action: 'read' })
    const entry = await lstat(path, { bigint: true })
    return [facts.dev, facts.ino, facts.size, facts.mtimeNs, entry.ino].join(':')
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function withFileErrors<T>(file: string, action: 'read' | 'write', work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw fromFileError(error, file, action)
  }
}
