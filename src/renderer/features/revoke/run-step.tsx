import { useMemo, useState } from 'react'
import type { ResultItem, TelegramProgress } from '../../../shared/contract/telegram.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useFollowedJob } from '../../app/follow-job.ts'
import { cancelJob, leaveInBackground, pauseJob, resumeJob } from '../../app/job-control.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { groupOf, newestFirst, type ResultGroup, weightiestFirst } from '../../lib/result-words.ts'
import { safeText } from '../../lib/safe-text.ts'
import { AppRefusedNotice } from '../../ui/app-refused-notice.tsx'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { DoneButton } from '../../ui/done-button.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { JobControls, JobQuestion } from '../../ui/job-controls.tsx'
import { JobProgress } from '../../ui/job-progress.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ResultChips } from '../../ui/result-chips.tsx'
import { ResultList } from '../../ui/result-list.tsx'

interface Props {
  jobId: string
  onClose: () => void
}

/** Logging out under way or ended: how far, and what came of each. */
export function RevokeRunStep({ jobId, onClose }: Props) {
  const { items, progress, error } = useFollowedJob(jobId)
  const [wanted, setShown] = useState<ResultGroup | null>(null)
  const running = progress === null ? error === null : isRunning(progress)
  const ordered = useMemo(() => (running ? newestFirst(items) : weightiestFirst(items)), [items, running])
  const shown = useMemo(
    () => (wanted === null ? ordered : ordered.filter((item) => groupOf(item) === wanted)),
    [ordered, wanted],
  )
  const doubtful = items.filter(({ outcome }) => outcome === 'in-doubt').map(({ ref }) => ref)
  const trashed = items.filter(({ trashId }) => trashId !== null).length
  const close = () => {
    if (progress !== null && isRunning(progress)) leaveInBackground('revoke', jobId, progress.state === 'paused')
    onClose()
  }
  return (
    <DialogFrame
      title={titleOf(progress, items)}
      width={680}
      onClose={close}
      end={
        running ? (
          <JobControls
            progress={progress}
            onPause={() => pauseJob(jobId)}
            onResume={() => resumeJob(jobId)}
            onCancel={() => cancelJob(jobId)}
            onClose={close}
          />
        ) : (
          <DoneButton onClick={onClose} />
        )
      }
    >
      <div className="stack">
        {error !== null && <ErrorNotice error={error} />}
        {progress !== null && (
          <JobQuestion progress={progress} onResume={() => resumeJob(jobId)} onCancel={() => cancelJob(jobId)} />
        )}
        {(progress !== null || error === null) && <JobProgress progress={progress} label="Logging out" />}
        {progress?.state === 'stopped' && (
          <AppRefusedNotice items={items} onChange={() => openDialog('telegram-app')} />
        )}
        {items.length > 1 && <ResultChips items={items} shown={wanted} onShow={setShown} />}
        {progress !== null && (
          <ResultList
            items={shown}
            expected={progress.total}
            label="Results of logging out"
            resetKey={`${wanted} ${running}`}
            action={(item) => (item.outcome === 'in-doubt' && !running ? <CheckButton item={item} /> : null)}
          />
        )}
        {!running && doubtful.length > 0 && (
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
            <strong>{plural(doubtful.length, 'login is', 'logins are')} in doubt.</strong> The answer was lost on the
            way, so the login may have ended or not. A check tells. Nothing was deleted.
          </Notice>
        )}
        {trashed > 0 && (
          <p className="dim">
            {plural(trashed, 'session')} moved to the trash. Putting {trashed === 1 ? 'it' : 'one'} back does not bring
            the login back.
          </p>
        )}
      </div>
    </DialogFrame>
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

function isRunning({ state }: TelegramProgress): boolean {
  return state === 'running' || state === 'paused'
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
