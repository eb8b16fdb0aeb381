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

/** How soon it is looked again whether what put it off has ended. */
const LOOK_AGAIN_MS = 5000

/**
 * `canLock` is asked anew each time; the clock is asked too, since timers stand still while the machine sleeps. Work that
 * the person started and that needs what is open (`isWorking`) puts it off: a check of a thousand logins takes longer.
 */
export function createIdleLock(
  clock: Clock,
  canLock: () => boolean,
  lock: () => void,
  isWorking: () => boolean = () => false,
): IdleLock {
  let locksAtMs = clock.now() + LOCK_AFTER_SECONDS * 1000
  const check = (): void => {
    const leftMs = locksAtMs - clock.now()
    const isDue = leftMs <= 0 && canLock()
    const isPutOff = isDue && isWorking()
    if (isDue && !isPutOff) lock()
    timer = setTimeout(check, leftMs > 0 ? leftMs : isPutOff ? LOOK_AGAIN_MS : LOCK_AFTER_SECONDS * 1000).unref()
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
      if (locksAtMs > clock.now() || !canLock() || isWorking()) return restart()
      // Timers are late after sleep: whoever comes back too late finds it locked.
      lock()
      return null
    },
    restart,
    close: () => clearTimeout(timer),
  }
}
