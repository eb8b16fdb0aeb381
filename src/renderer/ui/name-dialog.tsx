import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { useAttempt } from '../lib/use-attempt.ts'
import { FormDialog } from './form-dialog.tsx'

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
  const { busy, error, run } = useAttempt()
  const submit = () =>
    run(async () => {
      await save(value.trim())
      onClose()
    })
  return (
    <FormDialog
      title={title}
      width={440}
      submitLabel={verb}
      ready={mayBeEmpty || value.trim() !== ''}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description={description}
        inputWrapperOrder={['label', 'input', 'description']}
        maxLength={200}
        value={value}
        disabled={busy}
        onChange={(event) => setValue(event.currentTarget.value)}
      />
    </FormDialog>
  )
}
