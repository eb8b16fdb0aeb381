import { unreachable } from '../network-errors.ts'
import { orAborted } from '../or-aborted.ts'

interface LendingOptions<Connection> {
  readonly signal: AbortSignal
  /** @param isBroken nobody may use it again */
  giveBack(connection: Connection, isBroken: boolean): void
  /** Ends what the connection is at. */
  cancel(connection: Connection): void
  /** Ends all of them. */
  end(): Promise<void>
}

interface Lending<Connection> {
  /** Something on a connection of one's own. It is used again when nothing failed. */
  use<T>(take: () => Promise<Connection>, work: (connection: Connection) => Promise<T>): Promise<T>
  end(): Promise<void>
}

/** Connections of a pool, lent out and taken back; those that are out are cut when the signal comes. */
export function lendConnections<Connection>(options: LendingOptions<Connection>): Lending<Connection> {
  const { signal } = options
  const busy = new Set<Connection>()
  let closing: Promise<void> | null = null
  const end = (): Promise<void> => {
    signal.removeEventListener('abort', stop)
    closing ??= options.end()
    return closing
  }
  const stop = (): void => {
    for (const connection of busy) options.cancel(connection)
    end().catch(() => {})
  }
  signal.addEventListener('abort', stop, { once: true })
  return {
    end,
    async use(take, work) {
      signal.throwIfAborted()
      if (closing !== null) throw unreachable('the connection is closed')
      const connection = await take()
      busy.add(connection)
      let isBroken = true
      try {
        const result = await orAborted(signal, work(connection))
        isBroken = false
        return result
      } finally {
        busy.delete(connection)
        options.giveBack(connection, isBroken)
      }
    },
  }
}
