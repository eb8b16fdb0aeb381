import { PasswordInput, SegmentedControl, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { sealing, takeTelegram } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { NEW_PROXY, portProblem, PROXY_KINDS, proxyOf, type TypedProxy } from './proxy-form.ts'

/** Asks for a proxy that Telegram is reached through. */
export function AddProxyDialog({ onClose }: DialogProps<'add-proxy'>) {
  const [typed, setTyped] = useState(NEW_PROXY)
  const { busy, error, run } = useAttempt()
  const proxy = proxyOf(typed)
  const isMtproxy = typed.kind === 'mtproxy'
  const field = (name: Exclude<keyof TypedProxy, 'kind'>) => ({
    value: typed[name],
    disabled: busy,
    autoComplete: 'off',
    spellCheck: false,
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget
      setTyped((before) => ({ ...before, [name]: value }))
    },
  })
  const submit = () =>
    run(async () => {
      if (proxy === null) return
      const isDone = await sealing(async () => takeTelegram(await api().telegram.addProxy(proxy)), submit)
      if (isDone) onClose()
    })
  return (
    <FormDialog
      title="Add a proxy"
      width={480}
      submitLabel="Add proxy"
      ready={proxy !== null}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <SegmentedControl
        aria-label="Kind of proxy"
        data={[...PROXY_KINDS]}
        value={typed.kind}
        disabled={busy}
        onChange={(kind) => setTyped({ ...typed, kind: kind as TypedProxy['kind'] })}
      />
      <div className="field-row proxy-address">
        <TextInput {...field('host')} label="Host" className="grow" data-autofocus />
        <TextInput
          {...field('port')}
          label="Port"
          className="port-field"
          inputMode="numeric"
          error={portProblem(typed.port) !== null}
        />
      </div>
      {portProblem(typed.port) !== null && (
        <p className="field-problem" role="alert">
          {portProblem(typed.port)}
        </p>
      )}
      {!isMtproxy && (
        <TextInput
          {...field('user')}
          label="User"
          description="Only if the proxy asks for one."
          inputWrapperOrder={['label', 'input', 'description']}
        />
      )}
      <PasswordInput
        {...field('secret')}
        label={isMtproxy ? 'Secret' : 'Password'}
        description={
          isMtproxy
            ? 'In hexadecimal or base64, as in its link. Sealed on this machine.'
            : 'Sealed on this machine, and never shown again.'
        }
        inputWrapperOrder={['label', 'input', 'description']}
        visibilityToggleButtonProps={{ 'aria-label': isMtproxy ? 'Show the secret' : 'Show the password' }}
      />
      <TextInput
        {...field('name')}
        label="Name"
        maxLength={100}
        description="Each result names the way it was got. The address, where this is empty."
        inputWrapperOrder={['label', 'input', 'description']}
      />
    </FormDialog>
  )
}
