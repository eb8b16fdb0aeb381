import type { Job } from '../../shared/contract/jobs.ts'

interface RunningJob {
  readonly id: string
  /** Fires when the job is cancelled from the job list or by the one who waits for it. */
  readonly signal: AbortSignal
  step(result?: 'failed'): void
  /** A few words about what it is at or waits for; '' for nothing. */
  note(text: string): void
  /** Shows it as paused or running; whoever runs it sees to it. */
  showPaused(paused: boolean): void
  /** Call in a `finally`. */
  end(): void
}

/** What a job does when a person pauses or resumes it. */
interface JobSteering {
  pause(): void
  resume(): void
}

/** Long work that the window shows and can cancel. */
export interface JobRegistry {
  list(): readonly Job[]
  cancel(id: string): boolean
  cancelAll(): void
  /** False where the job is not there, cannot be paused, or is paused already. */
  pause(id: string): boolean
  resume(id: string): boolean
  start(
    kind: Job['kind'],
    title: string,
    total: number | null,
    signal?: AbortSignal,
    steering?: JobSteering,
  ): RunningJob
}

interface Entry {
  readonly job: () => Job
  readonly stop: AbortController
  readonly steering: JobSteering | undefined
}

export function createJobRegistry(onChange: (job: Job) => void): JobRegistry {
  const running = new Map<string, Entry>()
  let started = 0

  /** Calls what the job does then, where it is in the other state. */
  function steer(id: string, wanted: 'pause' | 'resume'): boolean {
    const found = running.get(id)
    if (!found?.steering || (found.job().state === 'paused') === (wanted === 'pause')) return false
    found.steering[wanted]()
    return true
  }

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
    pause: (id) => steer(id, 'pause'),
    resume: (id) => steer(id, 'resume'),
    start: (kind, title, total, signal, steering) => {
      started += 1
      const id = `job-${started}`
      const stop = new AbortController()
      const all = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
      let done = 0
      let failed = 0
      let state: Job['state'] = 'running'
      let note = ''
      const job = (): Job => ({
        id,
        kind,
        title,
        done,
        total,
        failed,
        state,
        pausable: steering !== undefined,
        note,
      })
      const changed = (): void => {
        if (running.has(id)) onChange(job())
      }
      running.set(id, { job, stop, steering })
      changed()
      return {
        id,
        signal: all,
        step: (result) => {
          done += 1
          if (result === 'failed') failed += 1
          onChange(job())
        },
        note: (text) => {
          if (note === text) return
          note = text
          changed()
        },
        showPaused: (paused) => {
          state = paused ? 'paused' : 'running'
          changed()
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
