import { isAppError } from '../domain/errors.ts'
import type { Problem } from '../domain/problem.ts'
import type { StoreConnection } from '../backends/store.ts'
import type { CatalogStore } from './catalog.ts'
import type { StoredRow } from './catalog-write.ts'
import { batchesOf, nextTurn } from './library-batches.ts'
import { problemOf } from './session-reader.ts'
import { type BoundFormat, boundFormats } from './store-formats.ts'
import { splitStoreKey } from './store-keys.ts'
import { storedRow } from './store-rows.ts'

export interface ListOptions {
  readonly sourceId: string
  /** Places that lie elsewhere are left out. */
  readonly prefix: string
  readonly catalog: Pick<CatalogStore, 'signatures' | 'putStored' | 'removeFiles'>
  readonly now: () => number
  readonly signal: AbortSignal
  /** Keys that were brought up to date meanwhile: what this look saw of them may be older. */
  readonly fresher: ReadonlySet<string>
  onProgress(done: number, total: number | null): void
}

/**
 * Looks at every session of a store, page by page, and brings the list up to date: what stayed the same is not written
 * again. What one format cannot read does not keep the others from being listed; the answer says so.
 * @throws AppError source.unreachable and what else concerns the store as a whole
 */
export async function listStore(connection: StoreConnection, options: ListOptions): Promise<Problem | null> {
  const { sourceId, catalog, signal, fresher } = options
  const startedAt = options.now()
  const known = catalog.signatures(sourceId)
  const missing = new Set(known.keys())
  let problem: Problem | null = null
  let done = 0

  async function listFormat(bound: BoundFormat): Promise<void> {
    const places = (await bound.survey(signal)).filter(({ prefix }) => prefix.startsWith(options.prefix))
    const counts = places.map(({ sessions }) => sessions)
    const total = counts.reduce<number | null>(
      (sum, count) => (sum === null || count === null ? null : sum + count),
      done,
    )
    for (const { prefix } of places) {
      for await (const page of bound.pages(prefix, signal)) {
        signal.throwIfAborted()
        const rows = page.map((stored) => storedRow(bound.format, stored))
        for (const { summary } of rows) missing.delete(summary.key)
        await put(rows.filter(({ summary, signature }) => known.get(summary.key) !== signature))
        done += page.length
        options.onProgress(done, total)
      }
    }
  }

  async function put(rows: readonly StoredRow[]): Promise<void> {
    for (const batch of batchesOf(rows)) {
      catalog.putStored(
        sourceId,
        batch.filter(({ summary }) => !fresher.has(summary.key)),
      )
      await nextTurn()
    }
  }

  for (const bound of boundFormats(connection)) {
    try {
      await listFormat(bound)
    } catch (error) {
      if (signal.aborted || !isAppError(error) || concernsAll(error.code)) throw error
      problem ??= problemOf(error)
      for (const key of missing) if (splitStoreKey(key).formatId === bound.format.id) missing.delete(key)
    }
  }
  for (const batch of batchesOf([...missing].filter((key) => !fresher.has(key)))) {
    catalog.removeFiles(sourceId, batch, startedAt)
    await nextTurn()
  }
  return problem
}

const CONCERN_ALL: ReadonlySet<string> = new Set([
  'source.unreachable',
  'source.login-failed',
  'source.not-found',
  'source.module-failed',
])

function concernsAll(code: string): boolean {
  return CONCERN_ALL.has(code)
}
