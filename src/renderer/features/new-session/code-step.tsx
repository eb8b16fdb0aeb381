import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { safeText } from '../../lib/safe-text.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'

export interface QuestionProps {
  /** Why the last answer was not good, a whole sentence. */
  refused: string | null
  busy: boolean
  error: unknown
  onAnswer: (text: string) => void
  /** Ends the login and goes back to the form. */
  onBack: () => void
  onClose: () => void
}

interface Props extends QuestionProps {
  phone: string
  /** "in the Telegram app" */
  where: string
  length: number | null
}

/** Asks for the code that Telegram sent. */
export function CodeStep({ phone, where, length, refused, busy, error, onAnswer, onBack, onClose }: Props) {
  const [code, setCode] = useState('')
  return (
    <FormDialog
      title="Signing in: the code"
      subtitle={safeText(phone, 40)}
      width={460}
      submitLabel="Go on"
      ready={code.trim() !== ''}
      busy={busy}
      dismissable={false}
      error={error}
      extra={<BackButton busy={busy} onBack={onBack} />}
      onSubmit={() => {
        onAnswer(code.trim())
        setCode('')
      }}
      onClose={onClose}
    >
      <TextInput
        label="Code"
        description={`Telegram has sent it ${safeText(where, 100)}.${length === null ? '' : ` It has ${length} characters.`}`}
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        className="login-code"
        autoComplete="one-time-code"
        autoCapitalize="off"
        spellCheck={false}
        maxLength={200}
        // Not disabled: it would lose the focus.
        readOnly={busy}
        value={code}
        error={code === '' && !busy ? refused : null}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
    </FormDialog>
  )
}

export function BackButton({ busy, onBack }: { busy: boolean; onBack: () => void }) {
  return (
    <Button variant="default" className="push-left" disabled={busy} onClick={onBack}>
      Back
    </Button>
  )
}
