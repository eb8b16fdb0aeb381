import { rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { isAppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import { bytesOf, contentOf, type Encoded, type FileContent, writeNew } from '../sources/encode-session.ts'
import type { Library } from '../sources/interfaces.ts'
import { unreadableSummary } from '../sources/session-reader.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { freePath, makeFolder, writeUserFile } from '../sources/user-files.ts'
import { encryptFileWithPassphrase, encryptWithPassphrase } from './age-passphrase.ts'
import type { Core } from './core.ts'
import { showWritten, sourceCovering } from './covering-source.ts'
import { ensureSealing } from './protected.ts'
import { tarEntries, tarOf } from './tar.ts'

export interface FileDestination {
  readonly kind: 'file' | 'folder'
  readonly path: string
}

export interface FileChoice {
  readonly passphrase: Secret | null
  readonly overwrite: boolean
}

/** A session ready to be written: `stem` is its name, fit for a file system. */
export interface ExportItem {
  readonly stem: string
  /** With its dot; '' for folders. */
  readonly extension: string
  readonly encoded: Encoded
}

/**
 * Writes an exported file (0600) or folder (0700), encrypted when there is a passphrase: a folder then becomes a tar
 * archive in one file. Answers its path. `taken` are the paths written in the same run: two sessions of one name do not
 * overwrite each other.
 * @throws AppError source.exists unless `overwrite`, then the file that was there goes to the trash (a folder is never
 * replaced); source.changed, source.denied
 */
export async function exportFile(
  core: Core,
  item: ExportItem,
  destination: FileDestination,
  { passphrase, overwrite }: FileChoice,
  taken: Set<string>,
): Promise<string> {
  const { encoded } = item
  const path = destinationPath(item, destination, passphrase !== null, taken)
  taken.add(path)
  await makeFolder(dirname(path))
  const content = passphrase ? await encryptedContent(core, item, passphrase) : plainContent(encoded)
  if (content !== null) await writeUserFile(path, content, overwrite ? keepReplaced(core.library, path) : null)
  else await writeNew(path, encoded)
  await showWritten(core.library, path)
  return path
}

/** Null for a folder, which is no file. */
function plainContent(encoded: Encoded): FileContent | null {
  return encoded.kind === 'folder' ? null : contentOf(encoded)
}

/** More rows than this are not held in memory: they go through a private scratch file. */
const MAX_ROWS_IN_MEMORY = 100_000

async function encryptedContent({ ports }: Core, item: ExportItem, passphrase: Secret): Promise<FileContent> {
  const { encoded } = item
  const { randomBytes, paths, clock } = ports
  if (encoded.kind === 'folder') {
    const tar = tarOf(tarEntries(item.stem, encoded.files), Math.floor(clock.now() / 1000))
    return encryptWithPassphrase(tar, passphrase, randomBytes)
  }
  if (encoded.kind === 'bytes' || encoded.rowCount <= MAX_ROWS_IN_MEMORY) {
    return encryptWithPassphrase(await bytesOf(encoded), passphrase, randomBytes)
  }
  return async (path) => {
    await makeFolder(paths.scratch)
    const plain = join(paths.scratch, `${crypto.randomUUID()}.part`)
    try {
      await writeNew(plain, encoded)
      await encryptFileWithPassphrase(plain, path, passphrase, randomBytes)
    } finally {
      await rm(plain, { force: true })
    }
  }
}

function destinationPath(
  { stem, extension, encoded }: ExportItem,
  { kind, path: chosen }: FileDestination,
  isEncrypted: boolean,
  taken: ReadonlySet<string>,
): string {
  const ending = isEncrypted ? (encoded.kind === 'folder' ? '.tar.age' : '.age') : ''
  if (kind === 'file') return ending === '' || chosen.toLowerCase().endsWith('.age') ? chosen : chosen + ending
  const wished = join(chosen, stem + extension + ending)
  return taken.has(wished) ? freePath(chosen, basename(wished), taken) : wished
}

/** What a write replaces goes to the trash first, where it can be restored from. */
function keepReplaced(library: Library, path: string): (bytes: Uint8Array) => Promise<void> {
  return async (bytes) => {
    await ensureSealing(library.protection)
    const source = sourceCovering(library, path)?.source
    await library.trash.keepBytes({
      reason: 'replaced',
      sourceId: source?.id ?? '',
      sourceName: source?.name ?? dirname(path),
      summary: await summaryAt(library, path),
      givenName: null,
      path,
      bytes,
    })
  }
}

async function summaryAt(library: Library, path: string): Promise<SessionSummary> {
  try {
    const [summary] = await library.scanner.probe(path)
    if (summary) return summary
  } catch (error) {
    // Also what is no session is kept.
    if (!isAppError(error)) throw error
  }
  return unreadableSummary({ key: basename(path), name: basename(path), path }, [])
}
