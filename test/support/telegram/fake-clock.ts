import { setTimeout as sleep } from 'node:timers/promises'
import type { PaceClock } from '../../../src/main/telegram/pace.ts'

/** Time that passes only when told to, straight to the next thing that is due. */
export interface FakeClock extends PaceClock {
  /** Lets time pass up to this many milliseconds, with everything that is due on the way. */
  pass(ms: number): Promise<void>
  /**
   * Lets time pass until the promise is settled; it stands still while something real is under way. Throws when nothing
   * is due any more, where nothing real is waited for.
   */
  until<T>(promise: Promise<T>, isBusy?: () => boolean): Promise<T>
}

export function fakeClock(startMs = 1_800_000_000_000): FakeClock {
  let nowMs = startMs
  let count = 0
  const due = new Map<number, { readonly atMs: number; readonly callback: () => void }>()

  function nextDue(): [number, { readonly atMs: number; readonly callback: () => void }] | undefined {
    return [...due].toSorted(([idA, a], [idB, b]) => a.atMs - b.atMs || idA - idB)[0]
  }
  /** Everything that promises alone stand for. */
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve))
  }
  async function step(limitMs: number): Promise<boolean> {
    await settle()
    const next = nextDue()
    if (!next || next[1].atMs > limitMs) return false
    due.delete(next[0])
    nowMs = Math.max(nowMs, next[1].atMs)
    next[1].callback()
    return true
  }

  return {
    now: () => nowMs,
    after: (ms, callback) => {
      count += 1
      const id = count
      due.set(id, { atMs: nowMs + Math.max(0, ms), callback })
      return () => due.delete(id)
    },
    pass: async (ms) => {
      const limitMs = nowMs + ms
      while (await step(limitMs));
      nowMs = limitMs
      await settle()
    },
    until: async (promise, isBusy) => {
      let settled = false
      const watched = promise.finally(() => (settled = true))
      watched.catch(() => undefined)
      for (;;) {
        await settle()
        if (settled) return watched
        if (isBusy?.()) await sleep(1)
        else if (!(await step(Infinity)) && !settled) {
          if (!isBusy) throw new Error('nothing is due')
          await sleep(1)
        }
      }
    },
  }
}
