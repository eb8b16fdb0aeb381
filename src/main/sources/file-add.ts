import { join } from 'node:path'
import { writeFileAtomically } from '../backends/atomic-write.ts'
import { sqliteBytes } from '../backends/sqlite.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import { extensionOf, type Format } from '../formats/format.ts'
import { formatById } from '../formats/registry.ts'
import { fileNameFrom } from './file-keys.ts'
import type { WriteTarget } from './session-store.ts'

const MAX_TRIES = 1_000

/**
 * Writes a session as a new file of a folder; answers its key. The name is made fit, and a number is added when taken.
 * @throws AppError format.*, source.*
 */
export async function writeNewSession(
  root: string,
  name: string,
  session: Session,
  target: WriteTarget,
): Promise<string> {
  const format = formatById(target.formatId)
  const bytes = await encodeSession(format, session, target)
  const extension = extensionOf(format)
  const base = fileNameFrom(name.toLowerCase().endsWith(extension) ? name.slice(0, -extension.length) : name)
  for (let number = 1; number <= MAX_TRIES; number += 1) {
    const key = number === 1 ? base + extension : `${base} ${number}${extension}`
    try {
      await writeFileAtomically(join(root, key), bytes, { replaces: 'new' })
      return key
    } catch (error) {
      if (!isAppError(error, 'source.exists')) throw error
    }
  }
  throw new AppError('source.exists', { file: join(root, base + extension) })
}

/** The bytes of the file that a format makes of a session. @throws AppError format.missing-field, format.not-writable */
export async function encodeSession(format: Format, session: Session, target: WriteTarget): Promise<Uint8Array> {
  const notWritable = (): AppError =>
    new AppError('format.not-writable', { format: format.label, reason: 'it can only be read' })
  if (format.medium === 'tables') {
    const { write } = format
    if (!write) throw notWritable()
    return sqliteBytes((tables) => write(tables, '', session, target.options))
  }
  if (format.medium === 'file') {
    if (!format.encode) throw notWritable()
    return format.encode(session, target.options)
  }
  if (!format.encode || format.medium === 'folder') throw notWritable()
  return new TextEncoder().encode(`${format.encode(session, target.options)}\n`)
}
