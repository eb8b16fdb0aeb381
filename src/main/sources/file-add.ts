import { join } from 'node:path'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { extensionOf } from '../formats/format.ts'
import { formatById } from '../formats/registry.ts'
import { encodeSession, writeNew } from './encode-session.ts'
import { fileNameFrom } from './file-keys.ts'
import type { WriteTarget } from './session-store.ts'

const MAX_TRIES = 1_000

/**
 * Writes a session as a new file (or folder of files) of a folder; answers its key. The name is made fit, and a number is
 * added when taken.
 * @throws AppError format.*, source.*
 */
export async function writeNewSession(
  root: string,
  name: string,
  session: Session,
  target: WriteTarget,
): Promise<string> {
  const format = formatById(target.formatId)
  const extension = extensionOf(format)
  const base = fileNameFrom(stemOf(name, extension))
  const encoded = await encodeSession(format, session, base, target)
  for (let number = 1; number <= MAX_TRIES; number += 1) {
    const key = number === 1 ? base + extension : `${base} ${number}${extension}`
    try {
      await writeNew(join(root, key), encoded)
      return key
    } catch (error) {
      if (!isAppError(error, 'source.exists')) throw error
    }
  }
  throw new AppError('source.exists', { file: join(root, base + extension) })
}

function stemOf(name: string, extension: string): string {
  return extension !== '' && name.toLowerCase().endsWith(extension) ? name.slice(0, -extension.length) : name
}
