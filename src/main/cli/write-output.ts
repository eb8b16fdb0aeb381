import { lstat, rename } from 'node:fs/promises'
import { fromFileError } from '../backends/file-errors.ts'
import { AppError } from '../domain/errors.ts'
import { type Encoded, writeNew } from '../sources/encode-session.ts'
import { assertNoReplica } from '../sources/replica.ts'

/** Files that belong to a database of the same name: left behind, they would be read into the new one. */
const COMPANIONS = ['-wal', '-shm', '-journal']

export interface WrittenOutput {
  readonly path: string
  /** Where the file went that was there before. */
  readonly replaced: string | null
}

/**
 * Writes a new file (mode 0600) or folder (0700), complete or not at all. A folder that holds something is never
 * replaced, nor is anything by a folder. With `force` the file in its place is renamed to
 * `path.replaced-1` (or -2 …) together with its companions: the command line has no trash, and never destroys a key.
 * @throws AppError source.exists, source.locked when a program holds the old file open, source.denied, source.not-found
 */
export async function writeOutput(
  path: string,
  encoded: Encoded,
  options: {
    readonly force: boolean
    inUseBy(path: string): Promise<readonly unknown[]>
  },
): Promise<WrittenOutput> {
  try {
    const replaced = encoded.kind !== 'folder' && (await exists(path)) ? await makeRoom(path, options) : null
    try {
      await writeNew(path, encoded)
    } catch (error) {
      if (replaced !== null && !(await exists(path))) await moveAll(replaced, path)
      throw error
    }
    return { path, replaced }
  } catch (error) {
    throw fromFileError(error, path, 'write')
  }
}

async function makeRoom(path: string, options: Parameters<typeof writeOutput>[2]): Promise<string> {
  if (!options.force || (await lstat(path)).isDirectory()) throw new AppError('source.exists', { file: path })
  assertNoReplica(path)
  if ((await options.inUseBy(path)).length > 0) throw new AppError('source.locked', { file: path })
  const kept = await freeName(path)
  await moveAll(path, kept)
  return kept
}

async function moveAll(from: string, to: string): Promise<void> {
  for (const companion of COMPANIONS) {
    if (await exists(from + companion)) await rename(from + companion, to + companion)
  }
  await rename(from, to)
}

async function freeName(path: string): Promise<string> {
  for (let number = 1; ; number += 1) {
    const name = `${path}.replaced-${number}`
    if (!(await exists(name))) return name
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch {
    return false
  }
}
