import { chmod, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../domain/errors.ts'

/** Writes a file of the app's own whole or not at all: temporary sibling, synced, renamed, mode 0600 in a 0700 folder. */
export async function writePrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.new`
  try {
    const handle = await open(temporary, 'w', 0o600)
    try {
      await handle.chmod(0o600)
      await handle.writeFile(bytes)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(temporary, path)
    await syncFolder(dirname(path))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

/** Makes a rename last through a power cut. Windows cannot sync a folder, and need not. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Where entry `id` lies. Ids are made by us, but also come back from callers: none may leave the folder. */
export function sealedPath(folder: string, id: string): string {
  if (!/^[0-9a-f]{16,64}$/.test(id)) throw new AppError('session.not-found', {})
  return join(folder, `${id}.sealed`)
}

/** Makes the folder, private also where it was there before. */
export async function makePrivateFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
}

/** A fresh entry id: 16 hex digits. */
export function newEntryId(randomBytes: (byteLength: number) => Uint8Array): string {
  return Buffer.from(randomBytes(8)).toString('hex')
}
