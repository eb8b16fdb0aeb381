import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { DialogFrame } from './dialog-frame.tsx'
import { ErrorNotice } from './error-notice.tsx'

interface Props {
  title: string
  description: string
  name: string
  /** What the button says. */
  verb: string
  /** True where an empty name means something. */
  mayBeEmpty: boolean
  /** Takes the trimmed name; what it throws is shown. */
  save: (name: string) => Promise<void>
  onClose: () => void
}

/** Asks for one name. */
export function NameDialog({ title, description, name, verb, mayBeEmpty, save, onClose }: Props) {
  const [value, setValue] = useState(name)
  const [error, setError] = useState<unknown>(null)

  async function submit() {
    try {
      await save(value.trim())
      onClose()
    } catch (cause) {
      setError(cause)
    }
  }

  return (
    <DialogFrame title={title} width={440} onClose={onClose}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit()
        }}
      >
        <TextInput
          label="Name"
          description={description}
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
          <Button type="submit" disabled={!mayBeEmpty && value.trim() === ''}>
            {verb}
          </Button>
        </div>
      </form>
    </DialogFrame>
  )
}
