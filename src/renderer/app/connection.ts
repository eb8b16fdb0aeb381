import { create } from 'zustand'
import { type Client, connect } from '../api/client.ts'
import { ConnectionError } from '../api/web-socket.ts'
import { setClient } from '../lib/client.ts'
import type { FirstConnection } from './first-connection.ts'
import { subscribeToEvents } from './events.ts'
import { loadEverything } from './load.ts'

export type Connection =
  | { state: 'connecting' }
  | { state: 'connected' }
  /** Was connected before; `attempt` counts the tries to come back. */
  | { state: 'lost'; attempt: number }
  | { state: 'refused'; reason: 'unauthorized' | 'unreachable' }

export const useConnection = create<{ connection: Connection }>()(() => ({ connection: { state: 'connecting' } }))

const RETRY_MAX_MS = 8000

/** Connects and loads; comes back by itself when the connection is lost later on. */
export function startConnection(first: FirstConnection): void {
  first.onLost = onLost
  void attempt(0, first.client)
}

async function attempt(tries: number, connecting: Promise<Client>): Promise<void> {
  try {
    setClient(await connecting)
  } catch (error) {
    const reason = error instanceof ConnectionError ? error.reason : 'unreachable'
    if (tries === 0 || reason === 'unauthorized') useConnection.setState({ connection: { state: 'refused', reason } })
    else retry(tries + 1)
    return
  }
  loadEverything()
  subscribeToEvents()
  useConnection.setState({ connection: { state: 'connected' } })
}

function onLost(): void {
  retry(1)
}

function retry(tries: number): void {
  useConnection.setState({ connection: { state: 'lost', attempt: tries } })
  setTimeout(() => void attempt(tries, connect(onLost)), Math.min(RETRY_MAX_MS, 500 * 2 ** (tries - 1)))
}
