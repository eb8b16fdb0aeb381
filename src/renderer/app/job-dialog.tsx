import { type ReactNode, useMemo, useState } from 'react'
import type { ResultItem, TelegramProgress } from '../../shared/contract/telegram.ts'
import { groupOf, newestFirst, type ResultGroup, weightiestFirst } from '../lib/result-words.ts'
import { AppRefusedNotice } from '../ui/app-refused-notice.tsx'
import { DialogFrame } from '../ui/dialog-frame.tsx'
import { DoneButton } from '../ui/done-button.tsx'
import { ErrorNotice } from '../ui/error-notice.tsx'
import { JobControls, JobQuestion } from '../ui/job-controls.tsx'
import { JobProgress } from '../ui/job-progress.tsx'
import { ResultChips } from '../ui/result-chips.tsx'
import { ResultList } from '../ui/result-list.tsx'
import { openDialog } from './dialogs.ts'
import type { FollowedJob } from './follow-job.ts'
import { cancelJob, leaveInBackground, pauseJob, resumeJob } from './job-control.ts'

interface Props {
  kind: 'check' | 'revoke'
  jobId: string
  job: FollowedJob
  title: string
  /** What the bar measures: "Check". */
  label: string
  listLabel: string
  /** What can be done about one of the results, once all of them are there. */
  action?: (item: ResultItem) => ReactNode
  /** Buttons beside "Done". */
  endActions?: ReactNode
  /** Said below the results once all of them are there. */
  children?: ReactNode
  onClose: () => void
}

/** Work on many logins, under way or ended: how far it is, what came of each, and the ways to steer it. */
export function JobDialog({ kind, jobId, job, title, label, listLabel, action, endActions, children, onClose }: Props) {
  const { items, progress, error } = job
  const [wanted, setWanted] = useState<ResultGroup | null>(null)
  const running = isUnderWay(job)
  const ordered = useMemo(() => (running ? newestFirst(items) : weightiestFirst(items)), [items, running])
  const shown = useMemo(
    () => (wanted === null ? ordered : ordered.filter((item) => groupOf(item) === wanted)),
    [ordered, wanted],
  )
  const steer = { onPause: () => pauseJob(jobId), onResume: () => resumeJob(jobId), onCancel: () => cancelJob(jobId) }
  const close = () => {
    if (progress !== null && isRunning(progress)) leaveInBackground(kind, jobId, progress.state === 'paused')
    onClose()
  }
  return (
    <DialogFrame
      title={title}
      width={780}
      onClose={close}
      end={
        running ? (
          <JobControls progress={progress} {...steer} onClose={close} />
        ) : (
          <>
            {endActions}
            <DoneButton onClick={onClose} />
          </>
        )
      }
    >
      <div className="stack">
        {error !== null && <ErrorNotice error={error} />}
        {progress !== null && <JobQuestion progress={progress} {...steer} />}
        {(progress !== null || error === null) && <JobProgress progress={progress} label={label} />}
        {progress?.state === 'stopped' && (
          <AppRefusedNotice items={items} onChange={() => openDialog('telegram-app')} />
        )}
        {progress !== null && (
          <>
            {progress.total > 1 && <ResultChips items={items} shown={wanted} onShow={setWanted} />}
            <ResultList
              items={shown}
              expected={progress.total}
              label={listLabel}
              resetKey={`${wanted} ${running}`}
              {...(action !== undefined && !running && { action })}
            />
          </>
        )}
        {!running && children}
      </div>
    </DialogFrame>
  )
}

/** It goes on, or nobody knows yet. */
function isUnderWay({ progress, error }: FollowedJob): boolean {
  return progress === null ? error === null : isRunning(progress)
}

function isRunning({ state }: TelegramProgress): boolean {
  return state === 'running' || state === 'paused'
}
