import './lock-screen.css'
import { Button, PasswordInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconLock } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useAppData } from '../../app/app-data.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { unlock } from './protection-actions.ts'

/** Stands in place of the whole window while it is locked: nothing of the list is behind it. */
export function LockScreen() {
  const keychain = useAppData((state) => state.protection?.kind === 'keychain')
  const [passphrase, setPassphrase] = useState('')
  const { busy, error, run } = useAttempt()
  const input = useRef<HTMLInputElement>(null)
  const button = useRef<HTMLButtonElement>(null)

  useEffect(() => {
    // Toasts name sessions.
    notifications.clean()
    ;(keychain ? button.current : input.current)?.focus()
  }, [keychain])
  // A wrong passphrase leaves the field empty and ready.
  useEffect(() => {
    if (!busy && error !== null) input.current?.focus()
  }, [busy, error])

  return (
    <main className="lock-screen" aria-label="Locked">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          run(async () => {
            setPassphrase('')
            await unlock(keychain ? null : passphrase)
          })
        }}
      >
        <IconLock size={34} stroke={1.5} aria-hidden />
        <h1>Session Deck is locked</h1>
        <p>{keychain ? 'This machine’s keychain opens it.' : 'Type the passphrase of the vault to go on.'}</p>
        {!keychain && (
          <PasswordInput
            ref={input}
            aria-label="Passphrase"
            placeholder="Passphrase"
            size="sm"
            value={passphrase}
            disabled={busy}
            autoComplete="current-password"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the passphrase' }}
            onChange={(event) => setPassphrase(event.currentTarget.value)}
          />
        )}
        <Button
          ref={button}
          type="submit"
          size="sm"
          fullWidth
          loading={busy}
          disabled={!keychain && passphrase === '' && !busy}
        >
          Unlock
        </Button>
        {error !== null && <ErrorNotice error={error} />}
      </form>
    </main>
  )
}
