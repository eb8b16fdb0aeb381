import { useEffect, useState } from 'react'
import type { ResultItem, TelegramProgress } from '../../shared/contract/telegram.ts'
import { isAborted } from '../api/errors.ts'
import { api } from '../lib/client.ts'
import { useConnection } from './connection.ts'
import { hideNotice } from './job-control.ts'
import { watchJob } from './watched-jobs.ts'

/** A check or log-out, as far as it got. */
export interface FollowedJob {
  /** In the order they came. */
  readonly items: readonly ResultItem[]
  /** Null until the first word of it. */
  readonly progress: TelegramProgress | null
  /** What the following threw; null when there is nothing to say. */
  readonly error: unknown
}

const NOTHING: FollowedJob = { items: [], progress: null, error: null }

/** Results come fast when many were left out at once: they are shown a few times a second. */
const EVERY_MS = 100

/** Follows a job from its first result on, and again after the connection was lost. Closing goes on without it. */
export function useFollowedJob(jobId: string): FollowedJob {
  const [job, setJob] = useState(NOTHING)
  const connected = useConnection(({ connection }) => connection.state === 'connected')
  useEffect(() => {
    hideNotice(jobId)
    return watchJob(jobId)
  }, [jobId])
  useEffect(() => {
    if (!connected) return
    const stop = new AbortController()
    void follow(jobId, stop.signal, setJob)
    return () => stop.abort()
  }, [jobId, connected])
  return job
}

/** Tells `show` of a job until it ends or `signal` fires. Each list of items is a new one. */
async function follow(jobId: string, signal: AbortSignal, show: (job: FollowedJob) => void): Promise<void> {
  const items: ResultItem[] = []
  let progress: TelegramProgress | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = (error: unknown = null) => {
    clearTimeout(timer)
    timer = undefined
    if (!signal.aborted) show({ items: [...items], progress, error })
  }
  try {
    for await (const event of await api().telegram.results({ jobId }, { signal })) {
      if (signal.aborted) return
      if (event.type === 'item') items.push(event.item)
      else progress = event.progress
      timer ??= setTimeout(tell, EVERY_MS)
    }
    tell()
  } catch (error) {
    if (!isAborted(error)) tell(error)
  } finally {
    clearTimeout(timer)
  }
}
