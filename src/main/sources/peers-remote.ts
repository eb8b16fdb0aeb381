import type { Row, TablesReader, TablesSchema } from '../formats/media.ts'
import { type CountTask, type DatabaseCall, type Outcome, unwrap } from '../workers/messages.ts'
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
): { tables: TablesReader; close(): Promise<void> } {
  // The view never changes: what formats ask for with every page is asked once.
  const known = new Map<string, Promise<unknown>>()
  const once = <T>(request: DatabaseCall['request']): Promise<T> => {
    const name = JSON.stringify(request, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))
    return remembered(name, () => call<T>(request))
  }
  const remembered = <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const before = known.get(name)
    if (before) return before as Promise<T>
    const answer = ask()
    known.set(name, answer)
    answer.catch(() => known.delete(name))
    return answer
  }
  // In another thread than pages: those of one session do not wait until another's peers are counted.
  const count = async (table: string): Promise<number> => {
    const task: CountTask = { ...database, table }
    return unwrap(await pool.run<Outcome<number>>('countRows', task))
  }
  const call = async <T>(request: DatabaseCall['request']): Promise<T> => {
    const task: DatabaseCall = { ...database, request }
    return unwrap(await pool.runUrgent<Outcome<T>>('queryDatabase', task))
  }
  return {
    tables: {
      dialect: 'sqlite',
      schema: () => once<TablesSchema>({ kind: 'schema' }),
      scan: (scan) =>
        scan.limit === 1 ? once<readonly Row[]>({ kind: 'scan', scan }) : call<readonly Row[]>({ kind: 'scan', scan }),
      count: (table) => remembered(`count ${table}`, () => count(table)),
      query: (sql, parameters = []) => call<readonly Row[]>({ kind: 'query', sql, parameters }),
      page: (page) => call<readonly Row[]>({ kind: 'page', page }),
    },
    close: async () => {
      // A worker that was already ended has closed it.
      await call<null>({ kind: 'close' }).catch(() => undefined)
    },
  }
}
