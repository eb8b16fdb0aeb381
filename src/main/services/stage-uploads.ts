import { rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Transfers } from '../ports.ts'
import { fileNameFrom } from '../sources/file-keys.ts'
import { makeFolder } from '../sources/user-files.ts'

/**
 * Puts uploaded files into a private folder of their own, under their own names, so that a database and its `-wal` find
 * each other. Answers the main files; `dispose` removes all.
 * @throws AppError request.expired when an upload is no longer there
 */
export async function stageUploads(
  transfers: Transfers,
  scratch: string,
  uploadIds: readonly string[],
): Promise<{ paths: string[]; dispose: () => void }> {
  const folder = join(uploadsIn(scratch), crypto.randomUUID())
  // Not later: quitting does not wait for what was only begun.
  const dispose = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
  try {
    const paths = new Set<string>()
    for (const id of uploadIds) {
      const upload = transfers.take(id)
      if (!upload) throw new AppError('request.expired', {})
      // Names of folders dropped as a whole come with their way: two files of one name do not meet.
      const parts = upload.name.split(/[\\/]/).map(fileNameFrom)
      const name = parts.pop() ?? 'session'
      const place = join(folder, ...parts)
      await makeFolder(place)
      const path = await writeApart(place, name, upload.bytes)
      paths.add(path)
    }
    const companion = /-(wal|shm|journal)$/
    return {
      paths: [...paths].filter((path) => !(companion.test(path) && paths.has(path.replace(companion, '')))),
      dispose,
    }
  } catch (error) {
    dispose()
    throw error
  }
}

function uploadsIn(scratch: string): string {
  return join(scratch, 'uploads')
}

/** A failure about an uploaded file speaks of the file by its own name: where it lies meanwhile says nothing to anybody. */
export function underOwnName(error: unknown, scratch: string): unknown {
  if (!isAppError(error) || !('file' in error.details)) return error
  const { file } = error.details
  if (!file?.startsWith(uploadsIn(scratch) + sep)) return error
  return new AppError(error.code, { ...error.details, file: basename(file) }, { cause: error })
}

/** Two uploads of one name lie in folders of their own. */
async function writeApart(folder: string, name: string, bytes: Uint8Array): Promise<string> {
  for (let count = 1; ; count += 1) {
    const place = count === 1 ? folder : join(folder, `${basename(folder)} ${count}`)
    await makeFolder(place)
    try {
      const path = join(place, name)
      await writeFile(path, bytes, { flag: 'wx', mode: 0o600 })
      return path
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
