import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { loadSources } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'

export function RenameSourceDialog({ sourceId, name, onClose }: DialogProps<'rename-source'>) {
  const [value, setValue] = useState(name)
  const [error, setError] = useState<unknown>(null)

  async function save() {
    try {
      await api().sources.rename({ sourceId, name: value.trim() })
      await loadSources()
      onClose()
    } catch (cause) {
      setError(cause)
    }
  }

  return (
    <DialogFrame title="Rename source" width={440} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextInput
          label="Name"
          description="Only in this list: nothing on disk changes."
          data-autofocus
          maxLength={200}
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
        />
        {error !== null && <ErrorNotice error={error} />}
        <div className="dialog-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" disabled={value.trim() === ''}>
            Rename
          </Button>
        </div>
      </form>
    </DialogFrame>
  )
}
