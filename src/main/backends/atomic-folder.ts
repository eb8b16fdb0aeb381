import { chmod, mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { syncFolder, temporarySibling, unfinished, writeSynced } from './atomic-write.ts'
import { fileErrorCode, fromFileError } from './file-errors.ts'

/**
 * Makes a folder whole or not at all: a temporary sibling (0700, its files 0600), synced, then renamed. `files` are named
 * by their paths in the folder, with `/` between. An empty folder in its place gives way; anything else is refused.
 * @throws AppError source.exists, source.denied, source.read-only, source.not-found, source.unreachable
 */
export async function writeFolderAtomically(path: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const temporary = temporarySibling(path)
  unfinished.add(temporary)
  try {
    await expectFree(path)
    const folders = new Set([''])
    for (const name of files.keys()) for (const folder of foldersOf(name)) folders.add(folder)
    for (const folder of [...folders].toSorted()) await makePrivate(join(temporary, folder))
    for (const [name, bytes] of files) await writeSynced(join(temporary, name), bytes)
    for (const folder of folders) await syncFolder(join(temporary, folder))
    await putInPlace(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined)
    throw fromFileError(error, path, 'write')
  } finally {
    unfinished.delete(temporary)
  }
}

/** "a/b/c" lies in "a" and "a/b". A name that leads out of the folder is a defect of the format. */
function foldersOf(name: string): string[] {
  const parts = name.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))) {
    throw new AppError('internal', { reason: 'a file of the folder has no plain name' })
  }
  return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join('/'))
}

async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { mode: 0o700 })
  // What the process masks off new folders is not asked for here.
  await chmod(folder, 0o700)
}

async function expectFree(path: string): Promise<void> {
  try {
    if ((await readdir(path)).length === 0) return
  } catch (error) {
    if (fileErrorCode(error) === 'ENOENT') return
    if (fileErrorCode(error) !== 'ENOTDIR') throw error
  }
  throw new AppError('source.exists', { file: path })
}

/** A rename puts a folder over an empty one (Windows: over none), and fails when somebody filled it meanwhile. */
async function putInPlace(temporary: string, path: string): Promise<void> {
  try {
    if (process.platform === 'win32') await rmdir(path).catch(() => undefined)
    await rename(temporary, path)
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(fileErrorCode(error))) throw error
    throw new AppError('source.exists', { file: path }, { cause: error })
  }
}
