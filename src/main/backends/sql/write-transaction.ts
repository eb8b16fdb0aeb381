import { isAppError } from '../../domain/errors.ts'
import type { TablesReader, TablesSchema, TablesWriter } from '../../formats/media.ts'
import { LOST_WHILE_SAVING, unreachable } from '../network-errors.ts'
import { changesSchema, type RunQuery, tablesOverQuery } from './server-tables.ts'
import { manyRows } from './statements.ts'

/** A transaction that was begun. */
interface BegunTransaction {
  /** Its failures are AppErrors. */
  readonly query: RunQuery
  /** Of the transaction itself: COMMIT, ROLLBACK. Its failures are the driver's. */
  tell(sql: string): Promise<unknown>
  /** Before each statement that writes rows. */
  refuse?(sql: string): Promise<void>
  /** After each statement that changed tables. */
  tablesChanged?(): Promise<void>
}

interface WriteOptions {
  readonly dialect: TablesReader['dialect']
  readonly signal: AbortSignal
  readSchema(query: RunQuery): Promise<TablesSchema>
  /** Begins one on a connection of its own, which is used again only when nothing failed. */
  begin<T>(work: (transaction: BegunTransaction) => Promise<T>): Promise<T>
  /** Errors of the work itself pass; those of the driver are told in our words. */
  mapped(error: unknown): unknown
}

/** One transaction, or nothing. @throws AppError source.unreachable also when nobody can tell whether it was saved */
export async function writeTransaction<T>(
  options: WriteOptions,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  const { signal } = options
  const state = { thrown: undefined as unknown, isCommitting: false }
  try {
    return await options.begin(async (transaction) => {
      try {
        const result = await work(writerOver(transaction, options))
        signal.throwIfAborted()
        state.isCommitting = true
        await transaction.tell('COMMIT')
        return result
      } catch (error) {
        state.thrown = error
        // The connection goes back only when the server said that nothing is left open.
        await transaction.tell('ROLLBACK')
        throw error
      }
    })
  } catch (error) {
    const failure = options.mapped(state.thrown ?? error)
    if (state.isCommitting && isAppError(failure, 'source.unreachable')) throw unreachable(LOST_WHILE_SAVING, error)
    signal.throwIfAborted()
    throw failure
  }
}

function writerOver(
  { query, refuse, tablesChanged }: BegunTransaction,
  { dialect, readSchema }: WriteOptions,
): TablesWriter {
  const tables = tablesOverQuery({
    dialect,
    query,
    readSchema: () => readSchema(query),
    schemaForMs: Number.POSITIVE_INFINITY,
  })
  return {
    ...tables,
    async run(sql, parameters = []) {
      await refuse?.(sql)
      await query(sql, parameters)
      if (!changesSchema(sql)) return
      tables.forgetSchema()
      await tablesChanged?.()
    },
    async runMany(sql, rows) {
      await refuse?.(sql)
      for (const [text, parameters] of manyRows(sql, rows)) await query(text, parameters)
    },
  }
}
