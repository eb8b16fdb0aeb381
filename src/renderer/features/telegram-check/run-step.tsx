import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { TelegramProgress } from '../../../shared/contract/telegram.ts'
import { useFollowedJob } from '../../app/follow-job.ts'
import { cancelJob, leaveInBackground, pauseJob, resumeJob } from '../../app/job-control.ts'
import { openDialog } from '../../app/dialogs.ts'
import { showLogins } from '../../app/view.ts'
import { isFinalStatus, loginStatuses } from '../../../shared/login-statuses.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import {
  deadCount,
  groupOf,
  newestFirst,
  type ResultGroup,
  unknownThere,
  weightiestFirst,
  withoutAnswer,
} from '../../lib/result-words.ts'
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
  /** Asks about some of them again, elsewhere where that is the question. */
  onAgain: (refs: readonly Ref[], elsewhere: boolean) => void
  onClose: () => void
}

/** A check under way or ended: how far, what came of each, and what to do about it. */
export function CheckRunStep({ jobId, onAgain, onClose }: Props) {
  const { items, progress, error } = useFollowedJob(jobId)
  const [wanted, setShown] = useState<ResultGroup | null>(null)
  const running = progress === null ? error === null : isRunning(progress)
  const ordered = useMemo(() => (running ? newestFirst(items) : weightiestFirst(items)), [items, running])
  const shown = useMemo(
    () => (wanted === null ? ordered : ordered.filter((item) => groupOf(item) === wanted)),
    [ordered, wanted],
  )
  const again = useMemo(() => withoutAnswer(items), [items])
  const unknown = useMemo(() => unknownThere(items), [items])
  const dead = useMemo(() => deadCount(items), [items])
  const close = () => {
    if (progress !== null && isRunning(progress)) leaveInBackground('check', jobId, progress.state === 'paused')
    onClose()
  }
  return (
    <DialogFrame
      title={titleOf(progress)}
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
          <>
            {again.length > 0 && (
              <Button variant="default" className="push-left" onClick={() => onAgain(again, false)}>
                Check again: {formatCount(again.length)} without an answer
              </Button>
            )}
            {dead > 0 && (
              <Button
                variant="default"
                onClick={() => {
                  showLogins(loginStatuses.filter(isFinalStatus))
                  onClose()
                }}
              >
                Show the dead ones
              </Button>
            )}
            <DoneButton onClick={onClose} />
          </>
        )
      }
    >
      <div className="stack">
        {error !== null && <ErrorNotice error={error} />}
        {progress !== null && (
          <JobQuestion progress={progress} onResume={() => resumeJob(jobId)} onCancel={() => cancelJob(jobId)} />
        )}
        {(progress !== null || error === null) && <JobProgress progress={progress} label="Check" />}
        {progress?.state === 'stopped' && (
          <AppRefusedNotice items={items} onChange={() => openDialog('telegram-app')} />
        )}
        {progress !== null && (
          <>
            <ResultChips items={items} shown={wanted} onShow={setShown} />
            <ResultList
              items={shown}
              expected={progress.total}
              label="Results of the check"
              resetKey={`${wanted} ${running}`}
            />
          </>
        )}
        {!running && unknown.length > 0 && (
          <Notice
            actions={
              <button type="button" className="link" onClick={() => onAgain(unknown, true)}>
                Ask elsewhere…
              </button>
            }
          >
            {plural(unknown.length, 'key is', 'keys are')} not known to the data centre that was asked. Where a file
            does not say for certain where its key belongs, another data centre or the test network may know it.
          </Notice>
        )}
      </div>
    </DialogFrame>
  )
}

function isRunning({ state }: TelegramProgress): boolean {
  return state === 'running' || state === 'paused'
}

function titleOf(progress: TelegramProgress | null): string {
  if (progress === null) return 'Checking sessions'
  const { state, done, total } = progress
  switch (state) {
    case 'running':
      return `Checking ${plural(total, 'session')}`
    case 'paused':
      return 'The check is paused'
    case 'done':
      return `Checked ${plural(total, 'session')}`
    case 'cancelled':
    case 'stopped':
      return `Stopped after ${formatCount(done)} of ${plural(total, 'session')}`
    default:
      return state satisfies never
  }
}
