import { Button, PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { showSession } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { toast } from '../../ui/toast.tsx'

const FORM_ID = 'passcode-form'

/** Asks for what a session is locked with: a passcode, a database key, an API hash. */
export function PasscodeDialog({ ref, name, question, onClose }: DialogProps<'passcode'>) {
  const [passcode, setPasscode] = useState('')
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      const given = passcode
      const { refs } = await api().sources.unlock({ ref, passcode: given })
      setPasscode('')
      onClose()
      const [first] = refs
      if (first !== undefined) showSession(first, refKey(first))
      toast({ message: `Opened: ${plural(refs.length, 'session')}` })
    })
  return (
    <DialogFrame
      title={`Open “${safeText(name, 60)}”`}
      subtitle="Kept in memory until the app is locked or closed, and written nowhere."
      width={500}
      onClose={onClose}
      dismissable={!busy}
      end={
        <>
          <Button variant="default" onClick={onClose} disabled={busy}>
            Cancel
          </Button>
          <Button type="submit" form={FORM_ID} loading={busy} disabled={passcode === ''}>
            Open
          </Button>
        </>
      }
    >
      <form
        id={FORM_ID}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (passcode !== '') submit()
        }}
      >
        <PasswordInput
          label={question.label}
          description={question.help}
          inputWrapperOrder={['label', 'input', 'description']}
          autoComplete="off"
          data-autofocus
          value={passcode}
          disabled={busy}
          onChange={(event) => setPasscode(event.currentTarget.value)}
        />
        {error !== null && <ErrorNotice error={error} />}
      </form>
    </DialogFrame>
  )
}
