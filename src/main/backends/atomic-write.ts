import { randomBytes } from 'node:crypto'
import { existsSync, rmSync } from 'node:fs'
import { link, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'
import { fileErrorCode, fromFileError } from './file-errors.ts'
import { fingerprint } from './file-facts.ts'

export interface WriteOptions {
  /** `new`: refuse when something lies there. Otherwise the signature the target had when it was read. */
  readonly replaces: 'new' | { readonly signature: string }
  /** Called with the target still in place, right before it is replaced: keep it. A failure stops the write. */
  readonly keep?: () => Promise<void>
}

/** Fills the empty private file that lies at a path, and leaves nothing beside it. */
export type FileFill = (path: string) => Promise<void>

/**
 * Writes a file whole or not at all: a temporary sibling (0600), filled, synced, then put in place. A crash leaves the old
 * file or the new one. On Windows modes mean little (the folder's rights are inherited), a rename over a file that another
 * program holds open fails and is reported as `source.locked`, and folders cannot be synced.
 * @throws AppError source.exists, source.changed, source.denied, source.read-only, source.not-found, source.unreachable
 */
export async function writeFileAtomically(
  path: string,
  content: Uint8Array | FileFill,
  options: WriteOptions,
): Promise<void> {
  const temporary = temporarySibling(path)
  unfinished.add(temporary)
  try {
    // Told for certain at the end; before a long fill it is worth a look.
    if (options.replaces === 'new' && typeof content === 'function' && existsSync(path)) {
      throw new AppError('source.exists', { file: path })
    }
    await writeSynced(temporary, content)
    if (options.replaces === 'new') await putNew(temporary, path)
    else {
      expectUnchanged(path, options.replaces.signature)
      await options.keep?.()
      expectUnchanged(path, options.replaces.signature)
      await rename(temporary, path)
    }
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw fromFileError(error, path, 'write')
  } finally {
    unfinished.delete(temporary)
  }
}

/** Temporary files and folders that are being filled. */
export const unfinished = new Set<string>()

/** For the end of a process that cannot wait: takes away what would be left half written. Throws nothing. */
export function removeUnfinished(): void {
  for (const path of unfinished) {
    for (const ending of ['', '-journal', '-wal', '-shm']) {
      try {
        rmSync(path + ending, { recursive: true, force: true })
      } catch {
        // Nobody is left to be told.
      }
    }
  }
}

/** A name that neither a scan nor a person takes for a session, in the same folder so that the rename stays on one disk. */
export function temporarySibling(path: string): string {
  return join(dirname(path), `.${basename(path).slice(0, 60)}.${randomBytes(6).toString('hex')}.part`)
}

const UNFINISHED = /^\..{1,60}\.[0-9a-f]{12}\.part(?:-journal|-wal|-shm)?$/s

/** Whether a name is that of a {@link temporarySibling}: a scan at that moment would show a session twice. */
export function isUnfinished(name: string): boolean {
  return UNFINISHED.test(name)
}

/** A new file (0600) that is on the disk when this resolves. */
export async function writeSynced(path: string, content: Uint8Array | FileFill): Promise<void> {
  let file = await open(path, 'wx', 0o600)
  try {
    if (typeof content === 'function') {
      await file.close()
      await content(path)
      file = await open(path, 'r+')
    } else {
      await file.writeFile(content)
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A link fails when its name is taken, which a rename would not: two writers cannot both think that they were first. */
async function putNew(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path)
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EINVAL'].includes(fileErrorCode(error))) throw error
    // FAT and some network drives have no links: claim the name with an empty file, then put the content over it.
    const claim = await open(path, 'wx', 0o600)
    await claim.close()
    await rename(temporary, path)
    return
  }
  await rm(temporary)
}

function expectUnchanged(path: string, signature: string): void {
  if (fingerprint(path).signature !== signature) throw new AppError('source.changed', { file: path })
}

/** Makes a rename outlast a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  try {
    const handle = await open(folder, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch {
    // Some network drives cannot sync a folder. The file itself is in place.
  }
}
