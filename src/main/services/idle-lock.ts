import type { Clock } from '../ports.ts'

/** Seconds without a sign of the person after which everything locks. */
export const LOCK_AFTER_SECONDS = 240

export interface IdleLock {
  /** The person is there. Answers when it will lock, in Unix milliseconds, null when there is nothing to lock. */
  touch(): number | null
  /** Unlocked just now: starts anew, however late. */
  restart(): number | null
  close(): void
}

/** `canLock` is asked anew each time; the clock is asked too, since timers stand still while the machine sleeps. */
export function createIdleLock(clock: Clock, canLock: () => boolean, lock: () => void): IdleLock {
  let locksAtMs = clock.now() + LOCK_AFTER_SECONDS * 1000
  const check = (): void => {
    const leftMs = locksAtMs - clock.now()
    if (leftMs <= 0 && canLock()) lock()
    timer = setTimeout(check, leftMs > 0 ? leftMs : LOCK_AFTER_SECONDS * 1000).unref()
  }
  let timer = setTimeout(check, LOCK_AFTER_SECONDS * 1000).unref()
  const restart = (): number | null => {
    locksAtMs = clock.now() + LOCK_AFTER_SECONDS * 1000
    clearTimeout(timer)
    timer = setTimeout(check, LOCK_AFTER_SECONDS * 1000).unref()
    return canLock() ? locksAtMs : null
  }
  return {
    touch: () => {
      if (locksAtMs > clock.now() || !canLock()) return restart()
      // Timers are late after sleep: whoever comes back too late finds it locked.
      lock()
      return null
    },
    restart,
    close: () => clearTimeout(timer),
  }
}
