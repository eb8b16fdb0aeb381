import type { Client } from '../../shared/contract/index.ts'

let current: Client | null = null

/** Called by the connection when it is made, and again after it was lost and made anew. */
export function setClient(client: Client | null): void {
  current = client
}

/**
 * The typed client of the main process: `await api().sessions.list(…)`.
 * Everything below the connection gate may call it.
 * @throws Error before the window is connected
 */
export function api(): Client {
  if (current === null) throw new Error('the window is not connected')
  return current
}

/** False before the first connection: what is on screen already must not ask yet. */
export function isConnected(): boolean {
  return current !== null
}
