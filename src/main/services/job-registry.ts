import type { Job } from '../../shared/contract/jobs.ts'

interface RunningJob {
  readonly id: string
  /** Fires when the job is cancelled from the job list or by the one who waits for it. */
  readonly signal: AbortSignal
  step(result?: 'failed'): void
  /** Call in a `finally`. */
  end(): void
}

/** Long work that the window shows and can cancel. */
export interface JobRegistry {
  list(): readonly Job[]
  cancel(id: string): boolean
  cancelAll(): void
  start(kind: Job['kind'], title: string, total: number | null, signal?: AbortSignal): RunningJob
}

export function createJobRegistry(onChange: (job: Job) => void): JobRegistry {
  const running = new Map<string, { readonly job: () => Job; readonly stop: AbortController }>()
  let started = 0
  return {
    list: () => [...running.values()].map(({ job }) => job()),
    cancel: (id) => {
      const found = running.get(id)
      found?.stop.abort()
      return found !== undefined
    },
    cancelAll: () => {
      for (const { stop } of running.values()) stop.abort()
    },
    start: (kind, title, total, signal) => {
      started += 1
      const id = `job-${started}`
      const stop = new AbortController()
      const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
      let done = 0
      let failed = 0
      let state: Job['state'] = 'running'
      const job = (): Job => ({ id, kind, title, done, total, failed, state })
      running.set(id, { job, stop })
      onChange(job())
      return {
        id,
        signal: all,
        step: (result) => {
          done += 1
          if (result === 'failed') failed += 1
          onChange(job())
        },
        end: () => {
          if (!running.delete(id)) return
          state = all.aborted ? 'cancelled' : 'done'
          onChange(job())
        },
      }
    },
  }
}
