import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import type { Clock } from '../ports.ts'
import { type KeyOwners, openKeyOwners } from './key-owners.ts'

/** Telegram may end a login whose address jumps: a key stays with its way out for this long after its last use. */
const SAME_WAY_MS = 5 * 60_000
/** How often another program is asked whether it is done. */
const RETRY_MS = 50
/** Longer than any call about one login takes. */
const PATIENCE_MS = 60_000

/**
 * One conversation at a time for each key: Telegram kills a login whose key it sees over two connections at once. By key
 * id, since several sessions may hold the same key; among all programs that use one data folder.
 */
export interface KeyLocks {
  /**
   * Waits until nobody else talks to Telegram with this key, and has it until it is released.
   * @throws AppError telegram.key-busy when another program has it for a minute; telegram.wait when it was used over
   * another way out less than five minutes ago; what `signal` fired with
   */
  hold(keyId: string, wayOutId: string, signal: AbortSignal): Promise<{ release(): void }>
  /** Lets go of everything. */
  close(): void
}

/** Opens its files in `<dataFolder>/key-locks` when a key is first wanted. */
export function createKeyLocks(dataFolder: string, clock: Clock): KeyLocks {
  let owners: KeyOwners | null = null
  /** The last in line for each key of this program. */
  const lines = new Map<string, Promise<void>>()

  async function claim(keyId: string, wayOutId: string, signal: AbortSignal): Promise<void> {
    owners ??= openKeyOwners(join(dataFolder, 'key-locks'))
    for (let waitedMs = 0; ; waitedMs += RETRY_MS) {
      signal.throwIfAborted()
      const claimed = owners.claim(keyId, wayOutId, clock.now(), SAME_WAY_MS)
      if (claimed.kind === 'claimed') return
      if (claimed.kind === 'too-soon') {
        throw new AppError('telegram.wait', { seconds: Math.ceil(claimed.waitMs / 1000), cause: 'way-out' })
      }
      if (waitedMs >= PATIENCE_MS) throw new AppError('telegram.key-busy', {})
      await sleep(RETRY_MS, undefined, { signal })
    }
  }

  return {
    async hold(keyId, wayOutId, signal) {
      const before = lines.get(keyId)
      const turn = Promise.withResolvers<void>()
      // Whoever comes next waits for all before.
      const line = (before ?? Promise.resolve()).then(() => turn.promise)
      lines.set(keyId, line)
      const leave = (): void => {
        turn.resolve()
        if (lines.get(keyId) === line) lines.delete(keyId)
      }
      try {
        if (before) await untilAborted(before, signal)
        await claim(keyId, wayOutId, signal)
      } catch (error) {
        leave()
        throw error
      }
      let released = false
      return {
        release: () => {
          if (released) return
          released = true
          owners?.release(keyId, clock.now())
          leave()
        },
      }
    },
    close: () => {
      owners?.close()
      owners = null
    },
  }
}

async function untilAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const aborted = Promise.withResolvers<never>()
  const stop = (): void => aborted.reject(signal.reason)
  signal.addEventListener('abort', stop, { once: true })
  try {
    await Promise.race([work, aborted.promise])
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
