import type { TelegramProgress } from '../../shared/contract/telegram.ts'
import { aboutSeconds } from '../lib/durations.ts'
import { formatCount } from '../lib/numbers.ts'

interface Props {
  /** Null until the job said something. */
  progress: TelegramProgress | null
  /** What the bar measures: "Check". */
  label: string
}

/** The state says the same. */
const SAID_ALREADY = 'Paused.'

/** How far a job is, how long it still takes, and what it waits for. */
export function JobProgress({ progress, label }: Props) {
  if (progress === null) {
    return (
      <div className="job-progress">
        <progress aria-label={label} />
        <div className="dim">Starting…</div>
      </div>
    )
  }
  const { done, total, note } = progress
  return (
    <div className="job-progress" data-state={progress.state}>
      {/* Once all is done, the title says so. */}
      {progress.state !== 'done' && (
        <>
          <progress aria-label={label} max={Math.max(1, total)} value={total === 0 ? 1 : done} />
          <div className="job-progress-line">
            <span>
              {formatCount(done)} of {formatCount(total)}
            </span>
            <span className="grow" />
            <span className="dim">{timeLeft(progress)}</span>
          </div>
        </>
      )}
      {note !== '' && note !== SAID_ALREADY && !progress.asks && <div className="dim">{note}</div>}
      {/* Each tenth is said, not each session. */}
      <div className="visually-hidden" role="status">
        {spoken(progress)}
      </div>
    </div>
  )
}

function timeLeft({ state, secondsLeft }: TelegramProgress): string {
  if (state === 'paused') return 'Paused'
  return state !== 'running' || secondsLeft === null ? '' : `${aboutSeconds(secondsLeft)} left`
}

/** For screen readers. */
function spoken({ state, done, total, note }: TelegramProgress): string {
  if (state === 'done') return `Done: ${formatCount(done)} of ${formatCount(total)}.`
  if (state === 'cancelled' || state === 'stopped') return `Stopped after ${formatCount(done)}. ${note}`
  if (state === 'paused') return note
  const tenths = total === 0 ? 10 : Math.floor((done / total) * 10)
  return `${tenths * 10} percent. ${note}`
}
