import { Button } from '@mantine/core'
import { useMemo } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { TelegramProgress } from '../../../shared/contract/telegram.ts'
import { isFinalStatus, loginStatuses } from '../../../shared/login-statuses.ts'
import { useFollowedJob } from '../../app/follow-job.ts'
import { JobDialog } from '../../app/job-dialog.tsx'
import { showLogins } from '../../app/view.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { deadCount, unknownThere, withoutAnswer } from '../../lib/result-words.ts'
import { Notice } from '../../ui/notice.tsx'

interface Props {
  jobId: string
  /** Asks about some of them again, elsewhere where that is the question. */
  onAgain: (refs: readonly Ref[], elsewhere: boolean) => void
  onClose: () => void
}

/** A check under way or ended: how far, what came of each, and what to do about it. */
export function CheckRunStep({ jobId, onAgain, onClose }: Props) {
  const job = useFollowedJob(jobId)
  const { items, progress } = job
  const { again, unknown, dead } = useMemo(
    () => ({ again: withoutAnswer(items), unknown: unknownThere(items), dead: deadCount(items) }),
    [items],
  )
  const showDead = () => {
    showLogins(loginStatuses.filter(isFinalStatus))
    onClose()
  }
  return (
    <JobDialog
      kind="check"
      jobId={jobId}
      job={job}
      title={titleOf(progress)}
      label="Check"
      listLabel="Results of the check"
      endActions={
        <>
          {again.length > 0 && (
            <Button variant="default" className="push-left" onClick={() => onAgain(again, false)}>
              Check again: {formatCount(again.length)} without an answer
            </Button>
          )}
          {dead > 0 && (
            <Button variant="default" onClick={showDead}>
              Show the dead ones
            </Button>
          )}
        </>
      }
      onClose={onClose}
    >
      {unknown.length > 0 && (
        <Notice
          actions={
            <button type="button" className="link" onClick={() => onAgain(unknown, true)}>
              Ask elsewhere…
            </button>
          }
        >
          {plural(unknown.length, 'key is', 'keys are')} not known to the data centre that was asked. Where a file does
          not say for certain where its key belongs, another data centre or the test network may know it.
        </Notice>
      )}
    </JobDialog>
  )
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
