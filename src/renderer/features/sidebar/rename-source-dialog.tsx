import { loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { NameDialog } from '../../ui/name-dialog.tsx'

export function RenameSourceDialog({ sourceId, name, onClose }: DialogProps<'rename-source'>) {
  return (
    <NameDialog
      title="Rename source"
      description="Only in this list: nothing changes where the sessions are."
      name={name}
      verb="Rename"
      mayBeEmpty={false}
      save={async (next) => {
        await api().sources.rename({ sourceId, name: next })
        await loadSources()
      }}
      onClose={onClose}
    />
  )
}
