import type { StoreBackend, StoreLocation } from '../backends/store.ts'
import type { Secret } from '../domain/secret.ts'
import type { StoreTest } from './interfaces.ts'
import { boundFormats, type BoundFormat } from './store-formats.ts'
import { COMMAND_TIMEOUT_MS, CONNECT_TIMEOUT_MS } from './store-source.ts'

/**
 * Connects once, says what answered and how many sessions lie where; writes and keeps nothing.
 * @throws AppError source.unreachable, source.login-failed, source.not-found
 */
export async function testStore(
  backend: StoreBackend,
  location: StoreLocation,
  password: Secret | null,
  signal: AbortSignal,
): Promise<StoreTest> {
  const connection = await backend.connect(
    location,
    { password },
    { signal, connectTimeoutMs: CONNECT_TIMEOUT_MS, commandTimeoutMs: COMMAND_TIMEOUT_MS },
  )
  try {
    const found: { formatId: string; prefix: string; sessions: number }[] = []
    for (const bound of boundFormats(connection)) {
      for (const { prefix, sessions } of await bound.survey(signal)) {
        if (!prefix.startsWith(location.prefix)) continue
        found.push({ formatId: bound.format.id, prefix, sessions: sessions ?? (await count(bound, prefix, signal)) })
      }
    }
    return { server: connection.server, found }
  } finally {
    await connection.close()
  }
}

async function count(bound: BoundFormat, prefix: string, signal: AbortSignal): Promise<number> {
  let sessions = 0
  for await (const page of bound.pages(prefix, signal)) {
    signal.throwIfAborted()
    sessions += page.length
  }
  return sessions
}
