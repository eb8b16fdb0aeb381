import { loadCounts, loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { sameView, showView, useView } from '../../app/view.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'

export function RemoveSourceDialog({ sourceId, name, store = false, onClose }: DialogProps<'remove-source'>) {
  const { busy, error, run } = useAttempt()
  const remove = () =>
    run(async () => {
      await api().sources.remove({ sourceId })
      if (sameView(useView.getState().view, { kind: 'source', sourceId })) showView({ kind: 'all' })
      onClose()
      await Promise.all([loadSources(), loadCounts()])
    })
  return (
    <ConfirmDialog
      title={`Remove “${safeText(name, 60)}” from the list?`}
      width={460}
      verb="Remove"
      danger={false}
      busy={busy}
      error={error}
      onConfirm={remove}
      onClose={onClose}
    >
      <p className="lead">
        Session Deck forgets this place{store && ' and its password'} and stops watching it.{' '}
        {store ? 'Nothing in the store' : 'No file'} is touched, and you can add it again at any time. Names, notes and
        tags you gave to its sessions are forgotten.
      </p>
    </ConfirmDialog>
  )
}
