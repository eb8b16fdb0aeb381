import { readSqliteBytes, sqliteBytes } from '../../../src/main/backends/sqlite.ts'
import { AppError } from '../../../src/main/domain/errors.ts'
import { Secret } from '../../../src/main/domain/secret.ts'
import type { Session } from '../../../src/main/domain/session.ts'
import { type Claim, detectFile, detectFolder, detectTables, detectText } from '../../../src/main/formats/detect.ts'
import type { EncodeOptions, FolderReader, Format, StoredSession, Unlock } from '../../../src/main/formats/format.ts'
import type { VectorContent } from './family.ts'

/** A folder in memory, as formats see one. */
export function memoryFolder(name: string, files: ReadonlyMap<string, Uint8Array>): FolderReader {
  return {
    name,
    entries: [...files]
      .map(([path, bytes]) => ({ path, sizeBytes: bytes.byteLength, modifiedAtMs: 0 }))
      .toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    read: async (path) => {
      const bytes = files.get(path)
      if (bytes === undefined) throw new AppError('session.not-found', { file: path })
      return bytes.slice()
    },
  }
}

/** Writes a session in whatever a format is kept in. */
export async function writeContent(format: Format, session: Session, options: EncodeOptions): Promise<VectorContent> {
  switch (format.medium) {
    case 'text':
      return { medium: 'text', text: await format.encode!(session, options) }
    case 'file':
      return { medium: 'file', bytes: await format.encode!(session, options) }
    case 'folder': {
      const name = 'my-session'
      return { medium: 'folder', name, files: await format.encode!(session, { ...options, name }) }
    }
    case 'tables':
      return { medium: 'tables', bytes: await sqliteBytes((tables) => format.write!(tables, 'key', session, options)) }
  }
}

export async function detectContent(content: VectorContent): Promise<readonly Claim<Format>[]> {
  switch (content.medium) {
    case 'text':
      return detectText(content.text)
    case 'file':
      return detectFile(content.bytes)
    case 'folder':
      return detectFolder(memoryFolder(content.name, content.files))
    case 'tables': {
      const tables = readSqliteBytes(content.bytes)
      try {
        return detectTables(await tables.schema())
      } finally {
        tables.close()
      }
    }
  }
}

export function unlockWith(passcode: string | null | undefined): Unlock {
  return { passcode: passcode == null ? null : Secret.fromText(passcode) }
}

/** Every session a format finds in the content, while its rows can be read. */
export async function withSessions<T>(
  format: Format,
  content: VectorContent,
  unlock: Unlock,
  work: (stored: readonly StoredSession[]) => Promise<T>,
): Promise<T> {
  const alone = (decoded: StoredSession['decoded']): StoredSession[] => [{ key: '', name: null, decoded }]
  if (format.medium === 'text' && content.medium === 'text') return work(alone(format.decode(content.text)))
  if (format.medium === 'file' && content.medium === 'file') {
    return work(alone(await format.decode(content.bytes, unlock)))
  }
  if (format.medium === 'folder' && content.medium === 'folder') {
    return work(await format.list(memoryFolder(content.name, content.files), unlock))
  }
  if (format.medium === 'tables' && content.medium === 'tables') {
    const tables = readSqliteBytes(content.bytes)
    try {
      return await work(await format.list(tables))
    } finally {
      tables.close()
    }
  }
  throw new Error(`${format.id} is not kept in ${content.medium}`)
}
