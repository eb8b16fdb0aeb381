import { closeSync, fstatSync, openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import type { TablesReader } from '../formats/media.ts'
import { type DatabasePages, pagesOfFile } from './database-pages.ts'
import { fromFileError } from './file-errors.ts'
import { companionChanges, companionHeads, isSame, READ_FLAGS } from './file-image.ts'
import { largeTables } from './page-reader.ts'
import { UnusualDatabase } from './unusual-database.ts'

const ATTEMPTS = 20
const PAUSE_MS = 5

/**
 * Lets `work` read a database that is too large to hold in memory, page by page and without a lock, and does so again
 * when the file changed meanwhile.
 * @throws AppError source.*, format.malformed
 */
export async function withLargeDatabase<T>(path: string, work: (tables: TablesReader) => Promise<T>): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const outcome = await attemptWork(path, work)
    if (outcome) return outcome.result
    await sleep(PAUSE_MS)
  }
  throw new AppError('source.locked', { file: path })
}

async function attemptWork<T>(
  path: string,
  work: (tables: TablesReader) => Promise<T>,
): Promise<{ readonly result: T } | null> {
  const heads = companionHeads(path)
  const file = openFile(path)
  try {
    const before = fstatSync(file)
    const changes = companionChanges(path, heads)
    if (changes === 'moved') return null
    let pages: DatabasePages
    try {
      pages = pagesOfFile(file, before.size, changes === 'none' ? null : changes.pages)
    } catch (error) {
      if (!(error instanceof UnusualDatabase)) throw error
      throw new AppError('format.malformed', { file: path, reason: 'the SQLite database is cut short or damaged' })
    }
    const wal = (pages.page(1)[19] ?? 1) === 2
    let outcome: { readonly result: T } | { readonly failure: unknown }
    try {
      outcome = { result: await work(largeTables(pages, { file: path, wal })) }
    } catch (failure) {
      outcome = { failure }
    }
    // What was read from a file in motion means nothing, be it a result or a failure.
    if (!isSame(before, fstatSync(file)) || hasMoved(path, heads)) return null
    if ('failure' in outcome) throw outcome.failure
    return outcome
  } finally {
    closeSync(file)
  }
}

function hasMoved(path: string, heads: ReturnType<typeof companionHeads>): boolean {
  const now = companionHeads(path)
  return (now.journal === null) !== (heads.journal === null) || (now.wal === null) !== (heads.wal === null)
}

function openFile(path: string): number {
  try {
    return openSync(path, READ_FLAGS)
  } catch (error) {
    throw fromFileError(error, path)
  }
}
