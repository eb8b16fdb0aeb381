import { PasswordInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type ApiApp, apiHashProblem, apiIdProblem, appOf } from '../lib/api-app.ts'
import { useAttempt } from '../lib/use-attempt.ts'
import { FormDialog } from './form-dialog.tsx'

interface Props {
  title: string
  /** What the button says. */
  verb: string
  /** As it is now; null for none. */
  apiId: number | null
  /** A hash is kept for that id. */
  hasHash: boolean
  /** Answers false when a passphrase is asked for first: `retry` runs once it is given. */
  save: (app: ApiApp, retry: () => void) => Promise<boolean>
  onSaved: () => void
  onClose: () => void
}

/** Asks for the API id and hash that Telegram is asked under. The hash is typed once and never shown again. */
export function TelegramAppDialog({ title, verb, apiId, hasHash, save, onSaved, onClose }: Props) {
  const [typed, setTyped] = useState({ apiId: apiId === null ? '' : String(apiId), apiHash: '' })
  const { busy, error, run } = useAttempt()
  const app = appOf(typed, hasHash ? apiId : null)
  const submit = () =>
    run(async () => {
      if (app !== null && (await save(app, submit))) onSaved()
    })
  const kept = hasHash && typed.apiId.trim() === String(apiId)
  return (
    <FormDialog
      title={title}
      width={480}
      submitLabel={verb}
      ready={app !== null}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <p className="lead">
        Telegram is only asked under an API id and hash of your own. Sign in at{' '}
        <span className="mono">my.telegram.org</span>, choose “API development tools”, and copy both from there. Session
        Deck ships none.
      </p>
      <TextInput
        label="API id"
        value={typed.apiId}
        disabled={busy}
        error={apiIdProblem(typed.apiId)}
        inputMode="numeric"
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => setTyped({ ...typed, apiId: event.currentTarget.value })}
      />
      <PasswordInput
        label="API hash"
        description={
          kept ? 'One is kept, sealed. Leave this empty to keep it.' : 'Sealed on this machine, and never shown again.'
        }
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        value={typed.apiHash}
        disabled={busy}
        error={apiHashProblem(typed.apiHash)}
        placeholder={kept ? 'Kept' : ''}
        autoComplete="off"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the API hash' }}
        onChange={(event) => setTyped({ ...typed, apiHash: event.currentTarget.value })}
      />
    </FormDialog>
  )
}
