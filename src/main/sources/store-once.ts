import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'
import { backendOf } from './custom-backends.ts'
import type { StoreLocation } from './interfaces.ts'
import type { SessionSummary } from './session-store.ts'
import { listStore } from './store-list.ts'
import { COMMAND_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from './store-source.ts'

/** What a store holds at one moment. */
export interface StoreListing {
  readonly summaries: readonly SessionSummary[]
  /** What one format could not read; the others are listed all the same. */
  readonly problem: Problem | null
}

/**
 * Connects, lists every session and closes; writes and keeps nothing.
 * @throws AppError source.unreachable, source.login-failed, source.not-found
 */
export async function listStoreOnce(
  location: StoreLocation,
  password: Secret | null,
  signal: AbortSignal,
): Promise<StoreListing> {
  const backend = await backendOf(location.kind)
  const limits = { connectTimeoutMs: CONNECT_TIMEOUT_MS, commandTimeoutMs: COMMAND_TIMEOUT_MS }
  const connection = await backend.connect(location, { password }, { signal, ...limits })
  try {
    const summaries: SessionSummary[] = []
    const problem = await listStore(connection, {
      sourceId: '',
      prefix: location.prefix,
      catalog: {
        signatures: () => new Map(),
        putStored: (_sourceId, rows) => void summaries.push(...rows.map(({ summary }) => summary)),
        removeFiles: () => {},
      },
      now: () => Date.now(),
      signal,
      fresher: new Set(),
      onProgress: () => {},
    })
    return { summaries, problem }
  } finally {
    await connection.close()
  }
}
