import type { Row, TablesReader, TablesSchema } from '../formats/media.ts'
import { type DatabaseCall, type Outcome, unwrap } from '../workers/messages.ts'
import type { WorkerPool } from './pool.ts'

export interface RemoteDatabase {
  readonly path: string
  /** Compared before and after each call when the database is not ours. */
  readonly signature: string | null
  readonly immutable: boolean
}

/** A database that a worker thread reads, so that a long search does not hold up the process that serves the window. */
export function remoteTables(
  pool: WorkerPool,
  database: RemoteDatabase,
): { tables: TablesReader; isAvailable(): Promise<boolean>; close(): void } {
  let schema: Promise<TablesSchema> | null = null
  const call = async <T>(request: DatabaseCall['request']): Promise<T> => {
    const task: DatabaseCall = { ...database, request }
    return unwrap(await pool.runUrgent<Outcome<T>>('queryDatabase', task))
  }
  return {
    tables: {
      dialect: 'sqlite',
      schema: () => {
        schema ??= call<TablesSchema>({ kind: 'schema' }).catch((error: unknown) => {
          schema = null
          throw error
        })
        return schema
      },
      scan: (scan) => call<readonly Row[]>({ kind: 'scan', scan }),
      count: (table) => call<number>({ kind: 'count', table }),
      query: (sql, parameters = []) => call<readonly Row[]>({ kind: 'query', sql, parameters }),
      page: (page) => call<readonly Row[]>({ kind: 'page', page }),
    },
    isAvailable: () => call<boolean>({ kind: 'available' }),
    close: () => {
      // A worker that was already ended has closed it.
      call<null>({ kind: 'close' }).catch(() => undefined)
    },
  }
}
