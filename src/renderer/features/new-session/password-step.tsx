import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { safeText } from '../../lib/safe-text.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { BackButton, type QuestionProps } from './code-step.tsx'

interface Props extends QuestionProps {
  /** What the person noted for themselves. */
  hint: string | null
}

/** Asks for the password of two-step verification. */
export function PasswordStep({ hint, refused, busy, error, onAnswer, onBack, onClose }: Props) {
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title="Signing in: the password"
      subtitle="The account is protected by two-step verification."
      width={460}
      submitLabel="Sign in"
      ready={password !== ''}
      busy={busy}
      dismissable={false}
      error={error}
      extra={<BackButton busy={busy} onBack={onBack} />}
      onSubmit={() => {
        onAnswer(password)
        setPassword('')
      }}
      onClose={onClose}
    >
      <PasswordInput
        label="Password"
        description={
          hint === null || hint === '' ? (
            'It is proved to Telegram without being sent, and kept nowhere.'
          ) : (
            <>
              Your hint: <bdi>{safeText(hint, 200)}</bdi>
            </>
          )
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autoComplete="off"
        maxLength={1000}
        readOnly={busy}
        value={password}
        error={password === '' && !busy ? refused : null}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
