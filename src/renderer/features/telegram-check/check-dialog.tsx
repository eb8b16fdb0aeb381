import '../../ui/job-results.css'
import './check.css'
import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { CheckPlanStep } from './plan-step.tsx'
import { CheckRunStep } from './run-step.tsx'

type Step = { kind: 'plan'; refs: readonly Ref[]; elsewhere: boolean; again: boolean } | { kind: 'run'; jobId: string }

/** Asks Telegram which logins still live: first what that means, then what came of it. */
export function CheckDialog({ onClose, ...asked }: DialogProps<'check'>) {
  const [step, setStep] = useState<Step>(() =>
    'jobId' in asked
      ? { kind: 'run', jobId: asked.jobId }
      : { kind: 'plan', refs: asked.refs, elsewhere: asked.elsewhere === true, again: asked.again === true },
  )
  if (step.kind === 'plan') {
    return <CheckPlanStep {...step} onStarted={(jobId) => setStep({ kind: 'run', jobId })} onClose={onClose} />
  }
  return (
    <CheckRunStep
      key={step.jobId}
      jobId={step.jobId}
      onAgain={(refs, elsewhere) => setStep({ kind: 'plan', refs, elsewhere, again: true })}
      onClose={onClose}
    />
  )
}
