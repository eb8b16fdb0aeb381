import { Button } from '@mantine/core'
import { useState } from 'react'
import { loadCounts, loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { sameView, showView, useView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'

export function RemoveSourceDialog({ sourceId, name, store = false, onClose }: DialogProps<'remove-source'>) {
  const [error, setError] = useState<unknown>(null)

  async function remove() {
    try {
      await api().sources.remove({ sourceId })
      if (sameView(useView.getState().view, { kind: 'source', sourceId })) showView({ kind: 'all' })
      onClose()
      await Promise.all([loadSources(), loadCounts()])
    } catch (cause) {
      setError(cause)
    }
  }

  return (
    <DialogFrame
      title={`Remove “${safeText(name, 60)}” from the list?`}
      width={460}
      onClose={onClose}
      end={
        <>
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button data-autofocus onClick={() => void remove()}>
            Remove
          </Button>
        </>
      }
    >
      <p>
        Session Deck forgets this place{store && ' and its password'} and stops watching it.{' '}
        {store ? 'Nothing in the store' : 'No file'} is touched, and you can add it again at any time. Names, notes and
        tags you gave to its sessions are forgotten.
      </p>
      {error !== null && <ErrorNotice error={error} />}
    </DialogFrame>
  )
}
