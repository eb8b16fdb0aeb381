import { setTimeout as sleep } from 'node:timers/promises'
import { isAppError } from '../domain/errors.ts'

/** Pauses before each new try: a quarter of a minute in all, as long as a server takes to start again. */
const PAUSES_MS = [500, 1000, 2000, 4000, 8000]

/**
 * Does the work again when the connection to a store was lost on the way. `resumes` is true for every try but the first:
 * what the one before wrote is then recognised.
 * @throws what the last try threw, or what stopped the waiting
 */
export async function withReconnect<T>(signal: AbortSignal, work: (resumes: boolean) => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work(tries > 0)
    } catch (error) {
      const pauseMs = PAUSES_MS[tries]
      if (pauseMs === undefined || signal.aborted || !isAppError(error, 'source.unreachable')) throw error
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) throw error
    }
  }
}
