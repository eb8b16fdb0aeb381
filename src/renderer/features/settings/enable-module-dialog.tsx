import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'

/** The deliberate step before a program of the person's own runs within the app. */
export function EnableModuleDialog({ module, onEnabled, onClose }: DialogProps<'enable-module'>) {
  const { busy, error, run } = useAttempt()
  const enable = () =>
    run(async () => {
      onEnabled(await api().extensions.enable({ path: module.path, sha256: module.sha256, confirmed: true }))
      onClose()
    })
  return (
    <ConfirmDialog
      title={`Enable “${safeText(module.name, 60)}”?`}
      subtitle={safeText(module.path, 200)}
      verb="Enable"
      consent={{ kind: 'tick', label: 'I know what it does' }}
      busy={busy}
      error={error}
      onConfirm={enable}
      onClose={onClose}
    >
      <Notice kind="warning">
        <strong>It sees keys.</strong> A module sees every key that it reads or writes, and can do whatever Session Deck
        can on this machine, over the network too. Enable only what you wrote, or read to its last line.
      </Notice>
      <p className="lead">It runs now and at every start, until you disable it or its file changes.</p>
      <p className="dim module-hash">SHA-256 {module.sha256}</p>
    </ConfirmDialog>
  )
}
