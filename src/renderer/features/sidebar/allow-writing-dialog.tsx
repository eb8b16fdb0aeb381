import { Button, Checkbox } from '@mantine/core'
import { useState } from 'react'
import { loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { STORE_LABELS } from '../../lib/store-kinds.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { Notice } from '../../ui/notice.tsx'

const FORM_ID = 'allow-writing-form'

/** The deliberate step from looking at a shared store to changing it. */
export function AllowWritingDialog({ source, onClose }: DialogProps<'allow-writing'>) {
  const [understood, setUnderstood] = useState(false)
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      await api().sources.allowWriting({ sourceId: source.id, allow: true, confirmed: true })
      await loadSources()
      onClose()
    })
  return (
    <DialogFrame
      title={`Allow writing to “${safeText(source.name, 60)}”?`}
      subtitle={`${STORE_LABELS[source.store.location.kind]} · ${safeText(source.location ?? '', 120)}`}
      width={520}
      onClose={onClose}
      dismissable={!busy}
      end={
        <>
          <Button variant="default" onClick={onClose} disabled={busy} data-autofocus>
            Cancel
          </Button>
          <Button type="submit" form={FORM_ID} className="danger-button" loading={busy} disabled={!understood}>
            Allow writing
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
        <p className="lead">
          Session Deck can then, when you say so, put sessions into this store and delete sessions from it. It still
          changes nothing by itself, replaces nothing that is there, and keeps what you delete in the trash for 30 days.
        </p>
        <Notice kind="warning">
          <strong>Others use this store.</strong> A bot whose session is deleted here fails at its next start; a session
          put in here can be taken up by every program that reads the store.
        </Notice>
        <Checkbox
          label="I know which programs use it"
          checked={understood}
          disabled={busy}
          onChange={(event) => setUnderstood(event.currentTarget.checked)}
        />
        {error !== null && <ErrorNotice error={error} />}
      </form>
    </DialogFrame>
  )
}
