import { writeFolderAtomically } from '../backends/atomic-folder.ts'
import { type FileFill, writeFileAtomically } from '../backends/atomic-write.ts'
import { fillSqliteFile, sqliteBytes } from '../backends/sqlite.ts'
import { AppError } from '../domain/errors.ts'
import type { Session } from '../domain/session.ts'
import type { Format } from '../formats/format.ts'
import type { TablesWriter } from '../formats/media.ts'
import { refuseOtherServer } from '../formats/other-server.ts'
import type { WriteTarget } from './session-store.ts'

/** A session in the shape of its format, on its way to a place. */
export type Encoded =
  /** A whole file; a string ends with a line end, as editors and shells expect. */
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** A SQLite file that is made row by row, each time anew: with `rowCount` rows or so, it may be larger than memory. */
  | {
      readonly kind: 'tables'
      readonly fill: (tables: TablesWriter) => Promise<void>
      readonly rowCount: number
    }
  /** The files of a folder by their paths in it. */
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> }

/**
 * What a format makes of a session. `name` is the session's, for formats that keep it in the names of their files.
 * @throws AppError format.missing-field, format.not-writable, session.no-key, session.other-server
 */
export async function encodeSession(
  format: Format,
  session: Session,
  name: string,
  target: WriteTarget,
): Promise<Encoded> {
  const notWritable = (): AppError =>
    new AppError('format.not-writable', { format: format.label, reason: 'it can only be read' })
  refuseOtherServer(session, format)
  const { options } = target
  switch (format.medium) {
    case 'tables': {
      const { write } = format
      if (!write) throw notWritable()
      const rowCount = session.peers.count + session.channelStates.count + session.sentFiles.count
      return { kind: 'tables', fill: (tables) => write(tables, name, session, options), rowCount }
    }
    case 'file':
      if (!format.encode) throw notWritable()
      return { kind: 'bytes', bytes: await format.encode(session, options) }
    case 'folder':
      if (!format.encode) throw notWritable()
      return { kind: 'folder', files: await format.encode(session, { ...options, name }) }
    case 'text':
      if (!format.encode) throw notWritable()
      return { kind: 'bytes', bytes: new TextEncoder().encode(`${await format.encode(session, options)}\n`) }
  }
}

export type EncodedFile = Exclude<Encoded, { kind: 'folder' }>

/** The content of a file: bytes, or what fills an empty one of any size in flat memory. */
export type FileContent = Uint8Array | FileFill

export function contentOf(encoded: EncodedFile): FileContent {
  return encoded.kind === 'bytes' ? encoded.bytes : (path) => fillSqliteFile(path, encoded.fill)
}

/** The bytes of the file, in memory: for what is sealed or sent, and for strings. */
export function bytesOf(encoded: EncodedFile): Promise<Uint8Array> {
  return encoded.kind === 'bytes' ? Promise.resolve(encoded.bytes) : sqliteBytes(encoded.fill)
}

/**
 * Writes a new file (0600) or folder (0700, its files 0600) whole or not at all.
 * @throws AppError source.exists, source.denied, source.not-found, and what the format throws
 */
export async function writeNew(path: string, encoded: Encoded): Promise<void> {
  if (encoded.kind === 'folder') await writeFolderAtomically(path, encoded.files)
  else await writeFileAtomically(path, contentOf(encoded), { replaces: 'new' })
}
