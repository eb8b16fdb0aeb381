import { isAppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'

/** Work that nobody waits for; its failures go to the log. */
export interface Background {
  background(work: Promise<unknown>): void
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

export function createBackground(log: Log): Background {
  const underWay = new Set<Promise<void>>()
  return {
    background(work) {
      const ending = work.then(
        () => undefined,
        (error: unknown) => log.warn('background work failed', { reason: isAppError(error) ? error.code : 'unknown' }),
      )
      underWay.add(ending)
      void ending.then(() => underWay.delete(ending))
    },
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}
