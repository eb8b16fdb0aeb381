import type { StoreConnection } from '../backends/store.ts'
import { AppError, isAppError } from '../domain/errors.ts'

/** A connection that stays open until it is let go. */
export interface Lease {
  readonly connection: StoreConnection
  /** Somebody found it dead: a new one is made for whoever asks next. */
  isBroken(): boolean
  release(): void
}

/** The one connection to a store: opened when first needed, closed after a while without use, opened anew when it broke. */
export interface StoreConnections {
  use<T>(work: (connection: StoreConnection) => Promise<T>): Promise<T>
  hold(): Promise<Lease>
  /** Closes what is open; the next use opens it again. */
  drop(): Promise<void>
  /** For good: calls after it fail with source.not-found. */
  close(): Promise<void>
}

interface ConnectionsOptions {
  connect(signal: AbortSignal): Promise<StoreConnection>
  readonly idleMs: number
  readonly onBroken: () => void
}

interface Open {
  readonly connecting: Promise<StoreConnection>
  readonly stop: AbortController
  users: number
  isBroken: boolean
}

export function openStoreConnections({ connect, idleMs, onBroken }: ConnectionsOptions): StoreConnections {
  let current: Open | null = null
  let idleTimer: NodeJS.Timeout | null = null
  let closed = false
  const ending = new Set<Promise<void>>()

  function open(): Open {
    if (closed) throw new AppError('source.not-found', {})
    if (current) return current
    const stop = new AbortController()
    const made: Open = { connecting: connect(stop.signal), stop, users: 0, isBroken: false }
    current = made
    made.connecting.catch(() => {
      if (current === made) current = null
    })
    return made
  }

  function end(open: Open): Promise<void> {
    if (current === open) current = null
    if (open.stop.signal.aborted) return Promise.all(ending).then(() => undefined)
    open.stop.abort()
    const ended = open.connecting
      .then((connection) => connection.close())
      // It never opened, or broke before: nothing is left to close.
      .catch(() => undefined)
    ending.add(ended)
    void ended.then(() => ending.delete(ended))
    return ended
  }

  function rest(open: Open): void {
    open.users -= 1
    if (open.users > 0) return
    if (open.isBroken) void end(open)
    else if (current === open) {
      idleTimer = setTimeout(() => {
        if (current === open && open.users === 0) void end(open)
      }, idleMs)
      idleTimer.unref()
    }
  }

  async function hold(): Promise<Lease> {
    if (idleTimer) clearTimeout(idleTimer)
    const mine = open()
    mine.users += 1
    let isHeld = true
    const release = (): void => {
      if (!isHeld) return
      isHeld = false
      rest(mine)
    }
    try {
      return { connection: await mine.connecting, isBroken: () => mine.isBroken, release }
    } catch (error) {
      release()
      throw error
    }
  }

  return {
    hold,
    async use(work) {
      const mine = open()
      const lease = await hold()
      try {
        return await work(lease.connection)
      } catch (error) {
        // A server that went may be back at the next call, on a new connection.
        if (isAppError(error, 'source.unreachable')) {
          const isNews = !mine.isBroken
          mine.isBroken = true
          if (current === mine) current = null
          if (isNews) onBroken()
        }
        throw error
      } finally {
        lease.release()
      }
    },
    async drop() {
      if (current) await end(current)
    },
    async close() {
      closed = true
      if (idleTimer) clearTimeout(idleTimer)
      if (current) await end(current)
      await Promise.all(ending)
    },
  }
}
