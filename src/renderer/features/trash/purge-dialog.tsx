import type { TrashEntry } from '../../../shared/contract/trash.ts'
import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { purge } from './trash-store.ts'

interface Props {
  ids: readonly string[]
  entries: readonly TrashEntry[]
  onClose: () => void
}

/** Asks before something is gone for good. */
export function PurgeDialog({ ids, entries, onClose }: Props) {
  const only = ids.length === 1 ? entries.find(({ id }) => id === ids[0]) : undefined
  const what = only === undefined ? plural(ids.length, 'session') : `“${safeText(only.name, 60)}”`
  return (
    <ConfirmDialog
      title={`Delete ${what} for good?`}
      width={480}
      verb="Delete for good"
      onConfirm={() => {
        onClose()
        void purge(ids)
      }}
      onClose={onClose}
    >
      <Notice kind="warning">
        <strong>This cannot be undone.</strong> The {ids.length === 1 ? 'login stays' : 'logins stay'} valid at
        Telegram: without the key you can end {ids.length === 1 ? 'it' : 'them'} only from another device of the
        account.
      </Notice>
    </ConfirmDialog>
  )
}
