import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { PasscodeQuestion } from '../../../shared/contract/common.ts'
import { errorText } from '../../lib/error-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'

interface Props {
  origin: string
  question: PasscodeQuestion
  onUnlock: (passcode: string) => Promise<void>
}

/** The field for what a found session is locked with. */
export function ItemPasscode({ origin, question, onUnlock }: Props) {
  const [passcode, setPasscode] = useState('')
  const { busy, error, run } = useAttempt()
  return (
    <form
      className="import-passcode"
      onSubmit={(event) => {
        event.preventDefault()
        if (passcode === '') return
        const given = passcode
        run(async () => {
          await onUnlock(given)
          setPasscode('')
        })
      }}
    >
      <PasswordInput
        className="grow"
        aria-label={`${question.label} of ${origin}`}
        placeholder={question.label}
        description={question.help}
        inputWrapperOrder={['input', 'description', 'error']}
        autoComplete="off"
        value={passcode}
        disabled={busy}
        error={error === null ? null : errorText(error).message}
        onChange={(event) => setPasscode(event.currentTarget.value)}
      />
      <Button type="submit" variant="default" loading={busy} disabled={passcode === ''}>
        Open
      </Button>
    </form>
  )
}
