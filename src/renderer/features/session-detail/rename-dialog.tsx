import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { NameDialog } from '../../ui/name-dialog.tsx'

/** Gives a session a name in the list; an empty name gives its own back. */
export function RenameDialog({ ref, name, onClose }: DialogProps<'rename'>) {
  return (
    <NameDialog
      title="Name in the list"
      description="Only in Session Deck: the file keeps its name. Leave it empty to use the file’s own."
      name={name}
      verb="Save"
      mayBeEmpty
      save={async (next) => {
        if (next !== name) await api().sessions.annotate({ refs: [ref], name: next === '' ? null : next })
      }}
      onClose={onClose}
    />
  )
}
