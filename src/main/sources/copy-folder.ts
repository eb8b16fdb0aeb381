import { basename } from 'node:path'
import { writeFolderAtomically } from '../backends/atomic-folder.ts'
import { isAppError } from '../domain/errors.ts'
import { inSessionFolder } from './read-place.ts'
import { freePath } from './user-files.ts'

/**
 * Copies what makes up the sessions of a folder, byte for byte, to a new folder (0700, its files 0600) of a name that is
 * free: what a passcode locks stays locked. Caches and other programs' files stay behind. Answers the path.
 * @throws AppError format.unrecognized when it is no session folder, source.*
 */
export async function copySessionFolder(from: string, into: string, name: string): Promise<string> {
  const files = await inSessionFolder({ path: from }, async (folder) => {
    const read = new Map<string, Uint8Array>()
    for (const { path } of folder.entries) read.set(path, await folder.read(path))
    return read
  })
  const taken = new Set<string>()
  for (;;) {
    const path = freePath(into, name === '' ? basename(from) : name, taken)
    try {
      await writeFolderAtomically(path, files)
      return path
    } catch (error) {
      if (!isAppError(error, 'source.exists')) throw error
      taken.add(path)
    }
  }
}
