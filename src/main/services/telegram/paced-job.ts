import type { Job } from '../../../shared/contract/jobs.ts'
import type { ResultItem, TelegramProgress } from '../../../shared/contract/telegram.ts'
import { loginStatusWords } from '../../../shared/login-statuses.ts'
import { isAppError } from '../../domain/errors.ts'
import type { Log } from '../../ports.ts'
import { itemError } from '../item-error.ts'
import type { JobRegistry } from '../job-registry.ts'
import type { Pace, PaceClock } from '../../telegram/pace.ts'
import { type Attempt, BAD_IN_A_ROW, type PacedRun, runPaced } from '../../telegram/pacing.ts'
import type { ResultStreams } from './result-stream.ts'
import type { Chosen } from './select-sessions.ts'
import { skipWords } from '../../telegram/skip-words.ts'

export interface PacedJobParts {
  readonly jobs: JobRegistry
  readonly streams: ResultStreams
  readonly pace: Pace
  readonly clock: PaceClock
  /** Whoever closes the app waits for this. */
  track(work: Promise<unknown>): void
}

/** What an attempt at one session came to, and the result to show if it stands. */
export interface Tried {
  readonly attempt: Attempt
  readonly item: ResultItem
}

export interface PacedJob {
  readonly kind: Job['kind']
  readonly title: string
  readonly chosen: readonly Chosen[]
  /**
   * Asks once about a session. When `signal` fired and nothing was learned, `attempt` is `not-asked`.
   */
  ask(chosen: Chosen, signal: AbortSignal): Promise<Tried>
  /** The result of another session with the same key, from that of the one that was asked. */
  twinOf(chosen: Chosen, asked: ResultItem): ResultItem
}

export interface StartedJob {
  readonly jobId: string
  /** When nothing of it runs any more. */
  readonly ended: Promise<TelegramProgress>
}

/**
 * Runs a job over chosen sessions at the app's pace. Each of them gets one result, also those that are left out; the job
 * never fails as a whole.
 */
export function startPacedJob({ jobs, streams, pace, clock }: PacedJobParts, work: PacedJob): StartedJob {
  const total = work.chosen.length
  // The registry calls these when there is a run already.
  const job = jobs.start(work.kind, work.title, total, undefined, {
    pause: () => run.pause(),
    resume: () => run.resume(),
  })
  const sink = streams.open(job.id)
  const labels = new Map(work.chosen.map(({ way, wayLabel }) => [way, wayLabel]))
  const twins = Map.groupBy(
    work.chosen.filter(({ skip }) => skip === 'same-key'),
    ({ keyId }) => keyId,
  )
  const results = new Map<Chosen, ResultItem>()
  let done = 0
  let isPaused = false
  let ended = false

  function settle(item: ResultItem): void {
    done += 1
    job.step(item.outcome === 'failed' ? 'failed' : undefined)
    sink.emit({ type: 'item', item })
  }

  function tell(state: TelegramProgress['state'] | null): TelegramProgress {
    const progress = progressOf(run, state, done, total, labels)
    sink.emit({ type: 'progress', progress })
    job.note(jobNote(progress))
    return progress
  }

  function follow(): void {
    if (ended) return
    // What it asks comes first: a window that hears of a pause knows by it whether the person made it.
    tell(null)
    const paused = run.state().isPaused
    if (paused !== isPaused) job.showPaused(paused)
    isPaused = paused
  }

  for (const one of work.chosen) {
    if (one.skip !== null && one.skip !== 'same-key') settle(skippedItem(one, one.skip))
  }

  const run: PacedRun = runPaced<Chosen>(
    {
      items: work.chosen.filter(({ skip }) => skip === null),
      ask: async (chosen, signal) => {
        const { attempt, item } = await work.ask(chosen, signal)
        results.set(chosen, item)
        return attempt
      },
      settled: (chosen) => {
        const item = results.get(chosen)
        results.delete(chosen)
        if (!item) return []
        settle(item)
        const same = twins.get(chosen.keyId) ?? []
        twins.delete(chosen.keyId)
        const [first, ...others] = same
        // Its own place could not be read: another that has the key may be.
        if (first && item.skipped === 'unreadable') {
          twins.set(chosen.keyId, others)
          return [{ ...first, skip: null }]
        }
        for (const twin of same) settle(work.twinOf(twin, item))
        return []
      },
      // Not before the run is there: what starts at once may be told at once.
      changed: () => queueMicrotask(follow),
    },
    pace,
    clock,
    job.signal,
  )
  tell(null)
  return {
    jobId: job.id,
    ended: run.ended.then((how) => {
      ended = true
      const progress = tell(how)
      job.end()
      sink.end()
      return progress
    }),
  }
}

type ItemBase = Pick<Chosen, 'ref' | 'name' | 'copies'>

/** What every result begins with. */
export function itemOf({ ref, name, copies }: ItemBase): Omit<ResultItem, 'outcome'> {
  return { ref, name, skipped: null, login: null, reason: '', copies, trashId: null }
}

/** The result of a session that is not asked about. */
export function skippedItem(chosen: ItemBase, skipped: NonNullable<ResultItem['skipped']>): ResultItem {
  return { ...itemOf(chosen), outcome: 'skipped', skipped, reason: skipWords[skipped] }
}

/** It went wrong before Telegram was asked, or was called off: nobody hears of that. */
export function failedBefore(chosen: ItemBase, error: unknown, signal: AbortSignal, log: Log): Tried {
  const attempt: Attempt = isAppError(error, 'telegram.wait')
    ? { kind: 'wait', seconds: error.details.seconds }
    : { kind: 'not-asked' }
  const reason = signal.aborted ? '' : itemError(error, log).message
  return { attempt, item: { ...itemOf(chosen), outcome: 'failed', reason } }
}

function progressOf(
  run: PacedRun,
  ended: TelegramProgress['state'] | null,
  done: number,
  total: number,
  labels: ReadonlyMap<string, string>,
): TelegramProgress {
  const state = run.state()
  return {
    done,
    total,
    state: ended ?? (state.isPaused ? 'paused' : 'running'),
    note: noteOf(state, ended, labels),
    asks: ended === null && state.asks,
    secondsLeft: ended === null ? state.secondsLeft : null,
  }
}

function noteOf(
  { asks, isPaused, resting, stoppedBy, waitsUntilMs }: ReturnType<PacedRun['state']>,
  ended: TelegramProgress['state'] | null,
  labels: ReadonlyMap<string, string>,
): string {
  if (ended !== null) return stoppedBy === null ? '' : loginStatusWords[stoppedBy].meaning
  if (asks) return `${BAD_IN_A_ROW} in a row were banned or killed: look at them before you go on.`
  if (isPaused) return 'Paused.'
  const [rest] = resting
  if (rest) return `${labels.get(rest.way) ?? ''} paused until ${timeText(rest.untilMs)}.`
  return waitsUntilMs === null ? '' : `Waits until ${timeText(waitsUntilMs)}.`
}

/** The few words of the job list. */
function jobNote({ state, note, secondsLeft }: TelegramProgress): string {
  if (state !== 'running') return state === 'paused' && note === 'Paused.' ? '' : note
  if (note !== '') return note.replace(/\.$/, '')
  if (secondsLeft === null || secondsLeft < 20) return ''
  return secondsLeft < 90 ? 'about a minute left' : `about ${Math.round(secondsLeft / 60)} min left`
}

function timeText(unixMs: number): string {
  return new Date(unixMs).toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' })
}
