import { ActionIcon } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import type { Job } from '../../../shared/contract/jobs.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { cancelJob, pauseJob, resumeJob } from '../../app/job-control.ts'
import { formatCount } from '../../lib/numbers.ts'

/** Long work under way: what, how far, what it waits for, and the ways to steer it. */
export function JobLine() {
  const job = useAppData((state) => latestOf(state.jobs))
  const others = useAppData((state) => state.jobs.filter(isUnderWay).length - 1)
  if (job === undefined) return null
  const { id, title, done, total, state, note, pausable } = job
  // A login is one thing: there is nothing to count.
  const count = done === 0 ? '' : formatCount(done)
  const far = total === null ? count : `${formatCount(done)} of ${formatCount(total)}`
  const paused = state === 'paused'
  const show = showerOf(job)
  return (
    <span className="job-line">
      <span className={paused ? 'dot dot-attention' : 'dot dot-scanning'} aria-hidden />
      {show === null ? (
        <span className="ellipsis">{title}</span>
      ) : (
        <button type="button" className="link ellipsis" title="Show the results so far" onClick={show}>
          {title}
        </button>
      )}{' '}
      <span className="faint">{far}</span>
      {paused && note === '' && <span className="faint">paused</span>}
      {note !== '' && (
        <span className="faint ellipsis" title={note}>
          {note}
        </span>
      )}
      {pausable && (
        <ActionIcon
          size={18}
          aria-label={`${paused ? 'Resume' : 'Pause'}: ${title}`}
          onClick={() => (paused ? resumeJob(id) : pauseJob(id))}
        >
          {paused ? <IconPlayerPlay size={12} aria-hidden /> : <IconPlayerPause size={12} aria-hidden />}
        </ActionIcon>
      )}
      <ActionIcon size={18} aria-label={`Stop: ${title}`} onClick={() => cancelJob(id)}>
        <IconX size={12} aria-hidden />
      </ActionIcon>
      {others > 0 && <span className="faint">+{formatCount(others)} more</span>}
    </span>
  )
}

function isUnderWay({ state }: Job): boolean {
  return state === 'running' || state === 'paused'
}

/** One that moves on before one that is paused. */
export function latestOf(jobs: readonly Job[]): Job | undefined {
  return jobs.findLast(({ state }) => state === 'running') ?? jobs.findLast(isUnderWay)
}

/** Jobs with results of their own have a dialog that shows them. */
function showerOf({ id, kind }: Job): (() => void) | null {
  return kind === 'check' || kind === 'revoke' ? () => openDialog(kind, { jobId: id }) : null
}
