import { loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { storeLabel } from '../../lib/store-kinds.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The deliberate step from looking at a shared store to changing it. */
export function AllowWritingDialog({ source, onClose }: DialogProps<'allow-writing'>) {
  const { busy, error, run } = useAttempt()
  const allow = () =>
    run(async () => {
      await api().sources.allowWriting({ sourceId: source.id, allow: true, confirmed: true })
      await loadSources()
      onClose()
    })
  return (
    <ConfirmDialog
      title={`Allow writing to “${safeText(source.name, 60)}”?`}
      subtitle={`${storeLabel(source.store)} · ${safeText(source.location ?? '', 120)}`}
      verb="Allow writing"
      consent={{ kind: 'tick', label: 'I know which programs use it' }}
      busy={busy}
      error={error}
      onConfirm={allow}
      onClose={onClose}
    >
      <p className="lead">
        Session Deck can then, when you say so, put sessions into this store and delete sessions from it. It still
        changes nothing by itself, replaces nothing that is there, and keeps what you delete in the trash for 30 days.
      </p>
      <Notice kind="warning">
        <strong>Others use this store.</strong> A bot whose session is deleted here fails at its next start; a session
        put in here can be taken up by every program that reads the store.
      </Notice>
    </ConfirmDialog>
  )
}
