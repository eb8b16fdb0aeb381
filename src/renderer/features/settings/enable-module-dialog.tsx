import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'

const FORM_ID = 'enable-module-form'

/** The deliberate step before a program of the person's own runs within the app. */
export function EnableModuleDialog({ module, onEnabled, onClose }: DialogProps<'enable-module'>) {
  const [understood, setUnderstood] = useState(false)
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      onEnabled(await api().extensions.enable({ path: module.path, sha256: module.sha256, confirmed: true }))
      onClose()
    })
  return (
    <DialogFrame
      title={`Enable “${safeText(module.name, 60)}”?`}
      subtitle={safeText(module.path, 200)}
      width={520}
      onClose={onClose}
      dismissable={!busy}
      end={
        <>
          <Button variant="default" onClick={onClose} disabled={busy} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" form={FORM_ID} className="danger-button" loading={busy} disabled={!understood}>
            Enable
          </Button>
        </>
      }
    >
      <form
        id={FORM_ID}
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          if (understood) submit()
        }}
      >
        <Notice kind="warning">
          <strong>It sees keys.</strong> A module sees every key that it reads or writes, and can do whatever Session
          Deck can on this machine, over the network too. Enable only what you wrote, or read to its last line.
        </Notice>
        <p className="lead">It runs now and at every start, until you disable it or its file changes.</p>
        <p className="dim module-hash">SHA-256 {module.sha256}</p>
        <Checkbox
          label="I know what it does"
          checked={understood}
          disabled={busy}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
        />
        {error !== null && <ErrorNotice error={error} />}
      </form>
    </DialogFrame>
  )
}
