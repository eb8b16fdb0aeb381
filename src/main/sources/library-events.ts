import type { LibraryEvent } from './interfaces.ts'

const MIN_INTERVAL_MS = 100

export interface LibraryEvents {
  /** Tells that something of this kind changed; told on at most ten times a second, the last state counts. */
  emit(type: LibraryEvent['type']): void
  subscribe(listener: (event: LibraryEvent) => void): () => void
  close(): void
}

/** Gathers changes, so that a scan of thousands of files does not flood the window. */
export function createLibraryEvents(revision: () => number): LibraryEvents {
  const listeners = new Set<(event: LibraryEvent) => void>()
  const waiting = new Set<LibraryEvent['type']>()
  let timer: NodeJS.Timeout | null = null
  let lastAt = 0

  function flush(): void {
    timer = null
    lastAt = performance.now()
    const types = [...waiting]
    waiting.clear()
    for (const type of types) {
      const event: LibraryEvent = type === 'sessions' ? { type, revision: revision() } : { type }
      for (const listener of listeners) listener(event)
    }
  }

  return {
    emit(type) {
      waiting.add(type)
      timer ??= setTimeout(flush, Math.max(0, MIN_INTERVAL_MS - (performance.now() - lastAt)))
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    close() {
      if (timer) clearTimeout(timer)
      timer = null
      listeners.clear()
    },
  }
}
