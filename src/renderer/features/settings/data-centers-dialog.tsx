import { ActionIcon, Textarea, TextInput } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { changeTelegram, useTelegram } from '../../app/telegram.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { nextCenter, overridesOf, serverKeysOf, type TypedCenter, typedCenters } from './data-center-form.ts'

/** Replaces the addresses of Telegram's data centres, for a server of one's own. */
export function DataCentersDialog({ onClose }: DialogProps<'data-centers'>) {
  const settings = useTelegram((state) => state.settings)
  const [lines, setLines] = useState(() => typedCenters(settings?.dcOverrides ?? []))
  const [pem, setPem] = useState(() => (settings?.serverKeys ?? []).join('\n'))
  const { busy, error, run } = useAttempt()
  const overrides = overridesOf(lines)
  const serverKeys = serverKeysOf(pem)
  const change = (id: number, part: Partial<TypedCenter>) =>
    setLines(lines.map((line) => (line.id === id ? { ...line, ...part } : line)))
  const submit = () =>
    run(async () => {
      if (overrides === null || serverKeys === null) return
      await changeTelegram({ dcOverrides: overrides, serverKeys })
      onClose()
    })
  return (
    <FormDialog
      title="Addresses of data centres"
      width={520}
      submitLabel={overrides?.length === 0 ? 'Use Telegram’s own' : 'Save'}
      ready={overrides !== null && serverKeys !== null}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <Notice kind="warning">
        <strong>For a server of your own.</strong> As long as one address stands here, none of Telegram’s own servers is
        asked, and the window says so wherever it applies. What a strange server answers means nothing.
      </Notice>
      <ul className="plain-list" aria-label="Data centres">
        {lines.map((line) => (
          <li key={line.id} className="field-row center-line">
            <TextInput
              label="DC"
              className="dc-field"
              inputMode="numeric"
              value={line.dcId}
              disabled={busy}
              onChange={(event) => change(line.id, { dcId: event.currentTarget.value })}
            />
            <TextInput
              label="IP address"
              className="grow"
              placeholder="127.0.0.1"
              autoComplete="off"
              spellCheck={false}
              value={line.host}
              disabled={busy}
              onChange={(event) => change(line.id, { host: event.currentTarget.value })}
            />
            <TextInput
              label="Port"
              className="port-field"
              inputMode="numeric"
              value={line.port}
              disabled={busy}
              onChange={(event) => change(line.id, { port: event.currentTarget.value })}
            />
            <ActionIcon
              size={32}
              aria-label={`Remove DC ${line.dcId}`}
              disabled={busy}
              onClick={() => setLines(lines.filter(({ id }) => id !== line.id))}
            >
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </li>
        ))}
      </ul>
      <div>
        <button type="button" className="link" disabled={busy} onClick={() => setLines([...lines, nextCenter(lines)])}>
          Add an address
        </button>
      </div>
      {overrides === null && (
        <p className="field-problem" role="alert">
          Each line has a data centre of its own, from 1 to 1000, and a port from 1 to 65535.
        </p>
      )}
      <Textarea
        label="Public keys of the server"
        description="RSA, in PEM, one below the other. Only new logins need them."
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        autosize
        minRows={2}
        maxRows={6}
        className="pem-field"
        autoComplete="off"
        spellCheck={false}
        value={pem}
        disabled={busy}
        error={serverKeys === null ? 'This is no public key in PEM.' : null}
        onChange={(event) => setPem(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
