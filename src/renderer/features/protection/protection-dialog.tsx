import { PasswordInput } from '@mantine/core'
import { useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { isComplete, NewPassphrase, NO_PASSPHRASE } from '../../ui/new-passphrase.tsx'
import { Notice } from '../../ui/notice.tsx'
import { MIN_PASSPHRASE_CHARS, setUp, unlock } from './protection-actions.ts'

/** Sets the passphrase of the vault, or asks for it; then goes on with what needed it. */
export function ProtectionDialog({ mode, onReady, onClose }: DialogProps<'protection'>) {
  const done = () => {
    onClose()
    onReady?.()
  }
  return mode === 'setup' ? (
    <SetUpDialog onDone={done} onClose={onClose} />
  ) : (
    <UnlockDialog onDone={done} onClose={onClose} />
  )
}

interface FormProps {
  onDone: () => void
  onClose: () => void
}

function SetUpDialog({ onDone, onClose }: FormProps) {
  const [value, setValue] = useState(NO_PASSPHRASE)
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      await setUp(value.first)
      setValue(NO_PASSPHRASE)
      onDone()
    })
  return (
    <FormDialog
      title="Choose a passphrase for the vault"
      subtitle="Once, on this machine. Sessions in your own folders stay as they are."
      width={540}
      submitLabel="Set passphrase"
      ready={isComplete(value, MIN_PASSPHRASE_CHARS)}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="lead">
        The vault keeps imported sessions and the trash in one sealed file. The passphrase opens it: a key is made from
        it with Argon2id, slowly on purpose, so that a copied file cannot be guessed open.
      </p>
      <NewPassphrase value={value} onChange={setValue} minChars={MIN_PASSPHRASE_CHARS} disabled={busy} />
      <Notice kind="warning">
        <strong>It cannot be recovered.</strong> Without the passphrase nobody opens the vault or the trash, not even
        Session Deck. Keep it in your password manager.
      </Notice>
    </FormDialog>
  )
}

function UnlockDialog({ onDone, onClose }: FormProps) {
  const keychain = useAppData((state) => state.protection?.kind === 'keychain')
  const [passphrase, setPassphrase] = useState('')
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      setPassphrase('')
      await unlock(keychain ? null : passphrase)
      onDone()
    })
  return (
    <FormDialog
      title="Unlock the vault"
      subtitle="This needs what is sealed in the vault or the trash."
      width={440}
      submitLabel="Unlock"
      ready={keychain || passphrase !== ''}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      {keychain ? (
        <p className="lead">This machine’s keychain opens it; there is nothing to type.</p>
      ) : (
        <PasswordInput
          label="Passphrase"
          value={passphrase}
          disabled={busy}
          autoComplete="current-password"
          visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
          onChange={(event) => setPassphrase(event.currentTarget.value)}
        />
      )}
    </FormDialog>
  )
}
