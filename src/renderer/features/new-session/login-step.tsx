import { Loader } from '@mantine/core'
import { type StoreApi, useStore } from 'zustand'
import type { NewSessionMethod } from '../../app/dialogs.ts'
import { CodeStep } from './code-step.tsx'
import { LoginFrame } from './login-frame.tsx'
import type { LoginRun, LoginStage } from './login-run.ts'
import { PasswordStep } from './password-step.tsx'
import { QrStep } from './qr-step.tsx'

interface Props {
  run: StoreApi<LoginRun>
  stage: Exclude<LoginStage, { kind: 'made' }>
  /** As it was typed. */
  phone: string
  /** Ends this login and goes back to the form, for another way to sign in. */
  onOther: (method: NewSessionMethod) => void
  onClose: () => void
}

/** A login under way: what is waited for, and what is asked. */
export function LoginStep({ run, stage, phone, onOther, onClose }: Props) {
  const { answering, error, answer, stop } = useStore(run)
  const question = { busy: answering, error, onAnswer: answer, onBack: stop, onClose }
  switch (stage.kind) {
    case 'connecting':
      return <Waiting words="Connecting to Telegram…" onBack={stop} onClose={onClose} />
    case 'scanned':
      return <Waiting words="Confirmed. Signing in…" onBack={stop} onClose={onClose} />
    case 'qr':
      return <QrStep {...stage} onBack={stop} onPhone={() => onOther('phone')} onClose={onClose} />
    case 'code':
      return <CodeStep {...stage} {...question} phone={phone} />
    case 'password':
      return <PasswordStep {...stage} {...question} />
    default:
      return stage satisfies never
  }
}

interface WaitingProps {
  words: string
  onBack: () => void
  onClose: () => void
}

function Waiting({ words, onBack, onClose }: WaitingProps) {
  return (
    <LoginFrame onBack={onBack} onClose={onClose}>
      <div className="new-session-waiting" role="status">
        <Loader size={18} /> {words}
      </div>
    </LoginFrame>
  )
}
