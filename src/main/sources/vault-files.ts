import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { writeFileAtomically } from '../backends/atomic-write.ts'
import { AppError } from '../domain/errors.ts'

/** Writes a new entry (0600 in a 0700 folder) whole or not at all. @throws AppError source.exists, source.denied */
export async function writePrivateFile(path: string, bytes: Uint8Array): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomically(path, bytes, { replaces: 'new' })
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
