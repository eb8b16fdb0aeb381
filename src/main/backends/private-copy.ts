import { chmodSync, closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs'
import { copyFile, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import { fromFileError } from './file-errors.ts'
import { companionChanges, companionHeads, isSame, READ_FLAGS, readHead } from './file-image.ts'

const ATTEMPTS = 20
const PAUSE_MS = 20

/**
 * Copies a database of any size to `target` (a fresh path in a private folder) as it is at one moment, its `-wal` or hot
 * `-journal` merged in, in rollback mode. A plain copy takes no lock, so no writer is ever told to wait for us; where the
 * file system can share blocks between files, it takes no time either.
 * @throws AppError source.*
 */
export async function copyDatabase(path: string, target: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    try {
      if (await attemptCopy(path, target)) return
    } catch (error) {
      await rm(target, { force: true })
      throw fromFileError(error, path)
    }
    await sleep(PAUSE_MS)
  }
  await rm(target, { force: true })
  throw new AppError('source.locked', { file: path })
}

async function attemptCopy(path: string, target: string): Promise<boolean> {
  const heads = companionHeads(path)
  const source = openSync(path, READ_FLAGS)
  try {
    const before = fstatSync(source)
    const start = readHead(path, 28)
    await copyFile(path, target, constants.COPYFILE_FICLONE)
    chmodSync(target, 0o600)
    const changes = companionChanges(path, heads)
    if (changes === 'moved') return false
    const after = readHead(path, 28)
    const isStill = isSame(before, fstatSync(source)) && start && after && Buffer.compare(start, after) === 0
    // What moves into the database while a log lies beside it is in the log that was read after it.
    if (!isStill && (changes === 'none' || changes.companion === 'journal')) return false
    const copy = openSync(target, 'r+')
    try {
      if (changes !== 'none' && changes.pages) {
        const { pages, pageCount, pageByteLength } = changes.pages
        ftruncateSync(copy, pageCount * pageByteLength)
        for (const [page, content] of pages) {
          if (page <= pageCount) writeSync(copy, content, 0, pageByteLength, (page - 1) * pageByteLength)
        }
      }
      // The log is merged: mark the copy as rollback mode.
      writeSync(copy, Uint8Array.of(1, 1), 0, 2, 18)
    } finally {
      closeSync(copy)
    }
    return true
  } finally {
    closeSync(source)
  }
}
