import type { TelegramEvent } from '../../../shared/contract/telegram.ts'
import { AppError } from '../../domain/errors.ts'
import type { Clock } from '../../ports.ts'
import { createFeed, type Feed } from '../queue-iterator.ts'

/** Results stay for a window that was closed meanwhile, but not for ever. */
const KEPT_MS = 3600_000

/** What a job tells, one event after the other. */
interface ResultSink {
  emit(event: TelegramEvent): void
  end(): void
}

/** Results of the checks and log-outs of this run of the program, by job. */
export interface ResultStreams {
  open(jobId: string): ResultSink
  /** Everything so far, then what comes, until the job ends. @throws AppError request.expired */
  read(jobId: string, signal: AbortSignal | undefined): AsyncIteratorObject<TelegramEvent, undefined, undefined>
  /** Forgets all of them and ends their readers. */
  clear(): void
}

interface Stream {
  readonly items: TelegramEvent[]
  progress: TelegramEvent | null
  readonly feeds: Set<Feed<TelegramEvent>>
  endedAtMs: number | null
}

export function createResultStreams(clock: Clock): ResultStreams {
  const streams = new Map<string, Stream>()

  function forgetOld(): void {
    for (const [id, { endedAtMs }] of streams) {
      if (endedAtMs !== null && clock.now() - endedAtMs > KEPT_MS) streams.delete(id)
    }
  }

  return {
    open: (jobId) => {
      forgetOld()
      const stream: Stream = { items: [], progress: null, feeds: new Set(), endedAtMs: null }
      streams.set(jobId, stream)
      return {
        emit: (event) => {
          const isProgress = event.type === 'progress'
          if (isProgress) stream.progress = event
          else stream.items.push(event)
          // A slow window needs the latest state alone.
          for (const feed of stream.feeds) {
            if (isProgress) feed.push(event, ({ type }) => type === 'progress')
            else feed.push(event)
          }
        },
        end: () => {
          stream.endedAtMs = clock.now()
          for (const feed of stream.feeds) feed.end()
          stream.feeds.clear()
        },
      }
    },
    read: (jobId, signal) => {
      forgetOld()
      const stream = streams.get(jobId)
      if (!stream) throw new AppError('request.expired', {})
      const feed: Feed<TelegramEvent> = createFeed(signal, () => stream.feeds.delete(feed))
      for (const event of stream.items) feed.push(event)
      if (stream.progress) feed.push(stream.progress)
      if (stream.endedAtMs === null && !signal?.aborted) stream.feeds.add(feed)
      else feed.end()
      return feed.iterator
    },
    clear: () => {
      for (const { feeds } of streams.values()) for (const feed of feeds) feed.end()
      streams.clear()
    },
  }
}
