import '../../ui/job-results.css'
import './revoke.css'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { RevokePlanStep } from './plan-step.tsx'
import { RevokeRunStep } from './run-step.tsx'

/** Ends logins at Telegram: first what that breaks, then what came of it. */
export function RevokeDialog({ onClose, ...asked }: DialogProps<'revoke'>) {
  const [jobId, setJobId] = useState('jobId' in asked ? asked.jobId : null)
  if (jobId !== null) return <RevokeRunStep jobId={jobId} onClose={onClose} />
  return <RevokePlanStep refs={'refs' in asked ? asked.refs : []} onStarted={setJobId} onClose={onClose} />
}
