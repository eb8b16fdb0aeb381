import { basename, dirname, join } from 'node:path'
import { isAppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { Library } from '../sources/interfaces.ts'
import { unreadableSummary } from '../sources/session-reader.ts'
import type { SessionSummary } from '../sources/session-store.ts'
import { freePath, makeFolder, writeUserFile } from '../sources/user-files.ts'
import { encryptWithPassphrase } from './age-passphrase.ts'
import type { Core } from './core.ts'
import { showWritten, sourceCovering } from './covering-source.ts'
import { ensureSealing } from './protected.ts'

export interface FileDestination {
  readonly kind: 'file' | 'folder'
  readonly path: string
}

export interface FileChoice {
  readonly passphrase: Secret | null
  readonly overwrite: boolean
}

/**
 * Writes an exported file (0600), encrypted when there is a passphrase; answers its path. `taken` are the paths written in
 * the same run: two sessions of one name do not overwrite each other.
 * @throws AppError source.exists unless `overwrite`, then what was there goes to the trash; source.changed, source.denied
 */
export async function exportFile(
  core: Core,
  plain: Uint8Array,
  fileName: string,
  destination: FileDestination,
  { passphrase, overwrite }: FileChoice,
  taken: Set<string>,
): Promise<string> {
  const path = destinationPath(fileName, destination, passphrase !== null, taken)
  const bytes = passphrase ? await encryptWithPassphrase(plain, passphrase, core.ports.randomBytes) : plain
  taken.add(path)
  await makeFolder(dirname(path))
  await writeUserFile(path, bytes, overwrite ? keepReplaced(core.library, path) : null)
  await showWritten(core.library, path)
  return path
}

function destinationPath(
  fileName: string,
  { kind, path: chosen }: FileDestination,
  isEncrypted: boolean,
  taken: ReadonlySet<string>,
): string {
  if (kind === 'file') return isEncrypted && !chosen.toLowerCase().endsWith('.age') ? `${chosen}.age` : chosen
  const wished = join(chosen, isEncrypted ? `${fileName}.age` : fileName)
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
