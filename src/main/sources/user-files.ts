import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { type FileFill, writeFileAtomically } from '../backends/atomic-write.ts'
import { fromFileError } from '../backends/file-errors.ts'
import { fingerprint } from '../backends/file-facts.ts'
import { isSqlite } from '../backends/file-image.ts'
import { copyDatabase } from '../backends/private-copy.ts'
import { AppError } from '../domain/errors.ts'
import { assertNoReplica } from './replica.ts'

// Files at places that the person names: what services may do with them.

/**
 * Writes a file (0600) whole or not at all. Something that lies there is replaced only when `keep` is given, which gets
 * its bytes first; a database whose log lies beside it belongs to a running program and is not replaced.
 * @throws AppError source.exists, source.changed, source.locked, source.denied, source.read-only, source.not-found,
 * request.unsupported for the local copy of a database on a server
 */
export async function writeUserFile(
  path: string,
  content: Uint8Array | FileFill,
  keep: ((replaced: Uint8Array) => Promise<void>) | null,
): Promise<void> {
  if (keep === null || !existsSync(path)) return writeFileAtomically(path, content, { replaces: 'new' })
  if (!(await factsOf(path)).isFile()) throw new AppError('source.exists', { file: path })
  assertNoReplica(path)
  if (existsSync(`${path}-wal`) || existsSync(`${path}-journal`)) throw new AppError('source.locked', { file: path })
  const { signature } = fingerprint(path)
  await writeFileAtomically(path, content, {
    replaces: { signature },
    keep: async () => keep(await readFile(path)),
  })
}

/**
 * The bytes of a file as it is at one moment, the log of a running program merged in. `scratch` is a private folder.
 * @throws AppError source.not-found, source.denied, source.locked
 */
export async function readUserFile(path: string, scratch: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(path)
    if (!isSqlite(bytes)) return bytes
  } catch (error) {
    throw fromFileError(error, path)
  }
  const copy = join(scratch, `${crypto.randomUUID()}.copy`)
  await makeFolder(scratch)
  await copyDatabase(path, copy)
  try {
    return await readFile(copy)
  } finally {
    await rm(copy, { force: true })
  }
}

/** What a path is. @throws AppError source.not-found, source.denied, request.unsupported */
export async function kindOfPath(path: string): Promise<'file' | 'folder'> {
  const facts = await factsOf(path)
  if (facts.isDirectory()) return 'folder'
  if (facts.isFile()) return 'file'
  throw new AppError('format.unrecognized', { file: path, reason: 'it is neither a file nor a folder' })
}

/** Makes a folder that only its owner can look into; leaves one that is there as it is. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw fromFileError(error, path, 'write')
  }
}

/**
 * Takes the rights of others away from a file and what lies beside it, or from a folder: nobody reads what is in a folder
 * that lets nobody in. Answers the mode.
 */
export async function makePrivate(path: string, companions: readonly string[]): Promise<string> {
  if ((await kindOfPath(path)) === 'folder') {
    await chmod(path, 0o700).catch((error: unknown) => {
      throw fromFileError(error, path, 'write')
    })
    return '0700'
  }
  for (const file of [path, ...companions.map((name) => join(dirname(path), name))]) {
    try {
      await chmod(file, 0o600)
    } catch (error) {
      const failure = fromFileError(error, file, 'write')
      // A log comes and goes with the program that writes it.
      if (file === path || failure.code !== 'source.not-found') throw failure
    }
  }
  return '0600'
}

/** A path in `folder` that is free and not in `taken`: "shop.session", "shop 2.session". */
export function freePath(folder: string, fileName: string, taken: ReadonlySet<string> = new Set()): string {
  const extension = extname(fileName)
  const stem = basename(fileName, extension)
  for (let count = 1; ; count += 1) {
    const path = join(folder, count === 1 ? fileName : `${stem} ${count}${extension}`)
    if (!taken.has(path) && !existsSync(path)) return path
  }
}

async function factsOf(path: string) {
  try {
    return await stat(path)
  } catch (error) {
    throw fromFileError(error, path)
  }
}
