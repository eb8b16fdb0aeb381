import { ActionIcon, Button } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { openDialog } from '../../app/dialogs.ts'
import { useView } from '../../app/view.ts'
import { formatCount } from '../../lib/numbers.ts'
import { clearSelection, selectedRefs } from './list-cursor.ts'

/** What can be done with several sessions at once; stands where the filters stand otherwise. */
export function BulkBar() {
  const count = useView((state) => state.selected.size)
  return (
    <div className="list-bar bulk-bar" role="toolbar" aria-label="Selected sessions">
      <ActionIcon aria-label="Clear the selection" onClick={clearSelection}>
        <IconX size={16} aria-hidden />
      </ActionIcon>
      <h1 aria-live="polite">{formatCount(count)} selected</h1>
      <span className="grow" />
      <Button onClick={() => openDialog('export', { refs: selectedRefs() })}>Export…</Button>
      <Button variant="default" onClick={() => openDialog('convert', { refs: selectedRefs() })}>
        Convert…
      </Button>
      <Button variant="default" onClick={() => openDialog('tags', { refs: selectedRefs() })}>
        Tags…
      </Button>
      <Button variant="default" onClick={() => openDialog('check', { refs: selectedRefs() })}>
        Check…
      </Button>
      <Button variant="default" c="var(--bad-text)" onClick={() => openDialog('revoke', { refs: selectedRefs() })}>
        Log out…
      </Button>
      <Button variant="default" c="var(--bad-text)" onClick={() => openDialog('delete', { refs: selectedRefs() })}>
        Delete
      </Button>
    </div>
  )
}
