import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import type { DialogProps } from '../../app/dialogs.ts'
import { api } from '../../lib/client.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'

/** Gives a session a name in the list; an empty name gives its own back. */
export function RenameDialog({ ref, name, onClose }: DialogProps<'rename'>) {
  const [value, setValue] = useState(name)
  const [error, setError] = useState<unknown>(null)

  async function save() {
    const next = value.trim()
    try {
      if (next !== name) await api().sessions.annotate({ refs: [ref], name: next === '' ? null : next })
      onClose()
    } catch (cause) {
      setError(cause)
    }
  }

  return (
    <DialogFrame title="Name in the list" width={440} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <TextInput
          label="Name"
          description="Only in Session Deck: the file keeps its name. Leave it empty to use the file’s own."
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
          <Button type="submit">Save</Button>
        </div>
      </form>
    </DialogFrame>
  )
}
