import type { TablesWriter } from '../formats/media.ts'
import { BulkFill, emptyTables, insertInto } from './bulk-fill.ts'
import { openUnjournaled, type SqliteWriter } from './sqlite.ts'

/** Fewer rows are not worth giving the file out of hand. */
const MANY_ROWS = 500

/**
 * Lets `work` fill a new database in the empty private file at `path`: in flat memory, however many rows come. Nothing
 * lies beside the file while it grows, and nothing is synced: until the caller has done so and put it in place, a crash
 * leaves a part of it that nobody reads.
 *
 * Binding a million rows costs more than all the rest: as long as rows of new tables come in the order of their keys,
 * they are laid into pages here, and SQLite gets the file back for everything else.
 * @throws AppError whatever `work` throws, source.* for the file
 */
export async function fillSqliteFile(path: string, work: (tables: TablesWriter) => Promise<void>): Promise<void> {
  let sqlite: SqliteWriter | null = openUnjournaled(path)
  let bulk: BulkFill | null = null
  /** Once SQLite had to take over, rows go on coming in an order of their own. */
  let isOrdered = true

  const ask = async (): Promise<SqliteWriter> => {
    if (bulk !== null) {
      const closing = bulk
      bulk = null
      const refill = closing.close()
      sqlite = openUnjournaled(path)
      for (const sql of refill) await sqlite.run(sql)
    }
    sqlite ??= openUnjournaled(path)
    return sqlite
  }
  const startBulk = async (writer: SqliteWriter, sql: string): Promise<void> => {
    writer.commit()
    const tables = await emptyTables(writer)
    if (!tables.has(insertInto(sql)?.table ?? '')) return
    writer.close()
    sqlite = null
    bulk = BulkFill.open(path, tables)
    isOrdered = bulk !== null
  }

  const tables: TablesWriter = {
    dialect: 'sqlite',
    schema: async () => (await ask()).schema(),
    scan: async (request) => (await ask()).scan(request),
    count: async (table) => (await ask()).count(table),
    query: async (sql, parameters) => (await ask()).query(sql, parameters),
    run: async (sql, parameters) => (await ask()).run(sql, parameters),
    runMany: async (sql, rows) => {
      if (bulk === null && isOrdered && rows.length >= MANY_ROWS && sqlite !== null) await startBulk(sqlite, sql)
      const taken = bulk?.add(sql, rows) ?? 0
      if (taken === rows.length) return
      if (bulk !== null) isOrdered = false
      await (await ask()).runMany(sql, taken === 0 ? rows : rows.slice(taken))
    },
  }
  try {
    await work(tables)
    ;(await ask()).commit()
  } finally {
    if (bulk !== null) (bulk as BulkFill).close()
    ;(sqlite as SqliteWriter | null)?.close()
  }
}
