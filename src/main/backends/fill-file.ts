import type { TablesWriter } from '../formats/media.ts'
import { openUnjournaled } from './sqlite.ts'

/**
 * Lets `work` fill a new database in the empty private file at `path`: in flat memory, however many rows come. Nothing
 * lies beside the file while it grows, and nothing is synced: until the caller has done so and put it in place, a crash
 * leaves a part of it that nobody reads.
 * @throws AppError whatever `work` throws, source.* for the file
 */
export async function fillSqliteFile(path: string, work: (tables: TablesWriter) => Promise<void>): Promise<void> {
  const writer = openUnjournaled(path)
  try {
    await work(writer)
    writer.commit()
  } finally {
    writer.close()
  }
}
