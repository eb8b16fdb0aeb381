import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { showSession } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { toast } from '../../ui/toast.tsx'

/** Asks for what a session is locked with: a passcode, a database key, an API hash. */
export function PasscodeDialog({ ref, name, question, onClose }: DialogProps<'passcode'>) {
  const [passcode, setPasscode] = useState('')
  const { busy, error, run } = useAttempt()
  const open = () =>
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
    <FormDialog
      title={`Open “${safeText(name, 60)}”`}
      subtitle="Kept in memory until the app is locked or closed, and written nowhere."
      width={540}
      submitLabel="Open"
      ready={passcode !== ''}
      busy={busy}
      error={error}
      onSubmit={open}
      onClose={onClose}
    >
      <PasswordInput
        label={question.label}
        description={question.help}
        inputWrapperOrder={['label', 'input', 'description']}
        autoComplete="off"
        value={passcode}
        disabled={busy}
        onChange={(event) => setPasscode(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
