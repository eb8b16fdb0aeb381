import type { AppEvent } from '../../shared/contract/app.ts'
import { createFeed, type Feed } from './queue-iterator.ts'

/** Live events, to every window that listens. */
export interface EventHub {
  publish(event: AppEvent): void
  subscribe(signal: AbortSignal | undefined): AsyncIteratorObject<AppEvent, undefined, undefined>
  close(): void
}

/** Paths opened before a window listened wait for the first one; other early events are of no use to it. */
export function createEventHub(): EventHub {
  const feeds = new Set<Feed<AppEvent>>()
  let early: AppEvent[] = []
  return {
    publish: (event) => {
      if (feeds.size === 0 && event.type === 'open') early.push(event)
      for (const feed of feeds) feed.push(event, (waiting) => supersedes(event, waiting))
    },
    subscribe: (signal) => {
      const feed: Feed<AppEvent> = createFeed(signal, () => feeds.delete(feed))
      if (signal?.aborted) return feed.iterator
      feeds.add(feed)
      for (const event of early) feed.push(event)
      early = []
      return feed.iterator
    },
    close: () => {
      for (const feed of feeds) feed.end()
      feeds.clear()
    },
  }
}

/** A slow window needs to hear once, not a thousand times, that something changed. */
function supersedes(event: AppEvent, waiting: AppEvent): boolean {
  if (event.type === 'open' || event.type === 'menu') return false
  if (event.type === 'job') return waiting.type === 'job' && waiting.job.id === event.job.id
  return waiting.type === event.type
}
