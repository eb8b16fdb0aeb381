import { AsyncIteratorClass } from '@orpc/server'

/** An async iterator fed from outside. */
export interface Feed<T> {
  readonly iterator: AsyncIteratorClass<T, undefined, undefined>
  /** `replaces` takes back values that still wait and that the new one makes pointless. */
  push(value: T, replaces?: (waiting: T) => boolean): void
  end(): void
  fail(error: unknown): void
}

/** `onClose` runs once, when the reader stopped, the signal fired or the feed ended. */
export function createFeed<T>(signal: AbortSignal | undefined, onClose: () => void): Feed<T> {
  let waiting: T[] = []
  let over: { readonly error?: unknown } | null = null
  let wake = (): void => {}

  function finish(how: { readonly error?: unknown }): void {
    over ??= how
    wake()
  }
  const iterator = new AsyncIteratorClass<T, undefined, undefined>(
    async () => {
      for (;;) {
        const value = waiting.shift()
        if (value !== undefined) return { done: false, value }
        if (over !== null) {
          if ('error' in over) throw over.error
          return { done: true, value: undefined }
        }
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    async () => {
      waiting = []
      finish({})
      signal?.removeEventListener('abort', aborted)
      onClose()
    },
  )
  // The reader may never come back for the end: tell those who feed it at once.
  const aborted = (): void => {
    finish({})
    onClose()
  }
  if (signal?.aborted) aborted()
  else signal?.addEventListener('abort', aborted, { once: true })

  return {
    iterator,
    push: (value, replaces) => {
      if (over !== null) return
      if (replaces) waiting = waiting.filter((other) => !replaces(other))
      waiting.push(value)
      wake()
    },
    end: () => finish({}),
    fail: (error) => finish({ error }),
  }
}

/**
 * A stream whose work starts at once and stops when the reader goes away or `signal` fires. What `run` throws reaches the
 * reader after everything emitted before.
 */
export function streamOf<T>(
  signal: AbortSignal | undefined,
  run: (emit: (value: T) => void, signal: AbortSignal) => Promise<void>,
): AsyncIteratorClass<T, undefined, undefined> {
  const stop = new AbortController()
  const feed = createFeed<T>(signal, () => stop.abort())
  run((value) => feed.push(value), stop.signal).then(
    () => feed.end(),
    (error: unknown) => feed.fail(error),
  )
  return feed.iterator
}
