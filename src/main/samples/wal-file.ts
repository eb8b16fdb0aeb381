import { chmod, copyFile, mkdtemp, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { createSqliteFile } from '../backends/sqlite.ts'
import type { TablesWriter } from '../formats/media.ts'

/**
 * Writes a database in WAL mode whose rows lie in `path-wal` alone, as a bot that runs leaves it. Closing the database
 * would fold the `-wal` back, so both files are copied while it is open. Keep it below a thousand pages: SQLite folds
 * back by itself there.
 */
export async function writeWalFile(path: string, work: (tables: TablesWriter) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(dirname(path), '.making-'))
  try {
    const working = join(folder, 'working')
    const empty = new Database(working)
    empty.pragma('journal_mode = wal')
    empty.close()
    const writer = createSqliteFile(working)
    try {
      await work(writer)
      writer.commit()
      for (const suffix of ['', '-wal']) {
        await copyFile(working + suffix, path + suffix)
        await chmod(path + suffix, 0o600)
      }
    } finally {
      writer.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
