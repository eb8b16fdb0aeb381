import { constants } from 'node:fs'
import { access, chmod, lstat, open, rm, stat, utimes } from 'node:fs/promises'
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
export async function readForTrash(path: string): Promise<TakenFile | null> {
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
          name: basename(path),
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

/**
 * Puts files back beside each other in `folder`, the first being the main one: all or none, never over something.
 * @throws AppError source.exists, source.not-found (the folder went), source.denied
 */
export async function putBack(folder: string, files: readonly KeptFile[]): Promise<void> {
  const done: string[] = []
  try {
    for (const file of files) {
      if ((await identityOf(join(folder, file.name))) !== null) {
        throw new AppError('source.exists', { file: join(folder, file.name) })
      }
    }
    // Companions first: a main file that appears without its -wal would be read as an older state.
    for (const file of files.toReversed()) {
      const path = join(folder, file.name)
      await withFileErrors(path, 'write', () => placeFile(path, file))
      done.push(path)
    }
  } catch (error) {
    for (const path of done) await rm(path, { force: true })
    throw error
  }
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
