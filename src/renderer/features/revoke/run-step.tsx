import type { ResultItem, TelegramProgress } from '../../../shared/contract/telegram.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useFollowedJob } from '../../app/follow-job.ts'
import { JobDialog } from '../../app/job-dialog.tsx'
import { formatCount, plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Notice } from '../../ui/notice.tsx'

interface Props {
  jobId: string
  onClose: () => void
}

/** Logging out under way or ended: how far, and what came of each. */
export function RevokeRunStep({ jobId, onClose }: Props) {
  const job = useFollowedJob(jobId)
  const { items, progress } = job
  const doubtful = items.filter(({ outcome }) => outcome === 'in-doubt').map(({ ref }) => ref)
  const trashed = items.filter(({ trashId }) => trashId !== null).length
  return (
    <JobDialog
      kind="revoke"
      jobId={jobId}
      job={job}
      title={titleOf(progress, items)}
      label="Logging out"
      listLabel="Results of logging out"
      action={(item) => (item.outcome === 'in-doubt' ? <CheckButton item={item} /> : null)}
      onClose={onClose}
    >
      {doubtful.length > 0 && (
        <Notice
          kind="warning"
          actions={
            doubtful.length > 1 && (
              <button type="button" className="link" onClick={() => openDialog('check', { refs: doubtful })}>
                Check all {formatCount(doubtful.length)}…
              </button>
            )
          }
        >
          <strong>{plural(doubtful.length, 'login is', 'logins are')} in doubt.</strong> The answer was lost on the way,
          so the login may have ended or not. A check tells. Nothing of {doubtful.length === 1 ? 'it' : 'them'} was
          deleted.
        </Notice>
      )}
      {trashed > 0 && (
        <p className="dim">
          {plural(trashed, 'session')} moved to the trash. Putting {trashed === 1 ? 'it' : 'one'} back does not bring
          the login back.
        </p>
      )}
    </JobDialog>
  )
}

function CheckButton({ item }: { item: ResultItem }) {
  return (
    <button
      type="button"
      className="link"
      aria-label={`Check ${safeText(item.name, 60)}`}
      onClick={() => openDialog('check', { refs: [item.ref] })}
    >
      Check…
    </button>
  )
}

function titleOf(progress: TelegramProgress | null, items: readonly ResultItem[]): string {
  if (progress === null) return 'Logging out'
  const { state, done, total } = progress
  switch (state) {
    case 'running':
      return `Logging out ${plural(total, 'session')}`
    case 'paused':
      return 'Logging out is paused'
    case 'done':
      return doneTitle(total, items)
    case 'cancelled':
    case 'stopped':
      return `Stopped after ${formatCount(done)} of ${plural(total, 'session')}`
    default:
      return state satisfies never
  }
}

function doneTitle(total: number, items: readonly ResultItem[]): string {
  const ended = items.filter(({ outcome }) => outcome === 'logged-out' || outcome === 'already').length
  if (ended === total) return `Logged out ${plural(total, 'session')}`
  if (ended > 0) return `Logged out ${formatCount(ended)} of ${plural(total, 'session')}`
  return items.some(({ outcome }) => outcome === 'in-doubt') ? 'Logging out is in doubt' : 'Not logged out'
}
