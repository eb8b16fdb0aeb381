import { Button, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  label: string
  value: string
  onChange: (path: string) => void
  onBrowse: () => void
  description?: ReactNode
  error?: ReactNode
  placeholder?: string
  disabled?: boolean
  /** Gets the focus when the dialog opens. */
  autofocus?: boolean
}

/** A path to type, with a button that opens a file dialog. */
export function PathField({ onChange, onBrowse, autofocus = false, disabled = false, ...field }: Props) {
  return (
    <div className="path-field">
      <TextInput
        {...field}
        disabled={disabled}
        data-autofocus={autofocus || undefined}
        className="grow"
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button variant="default" disabled={disabled} onClick={onBrowse}>
        Browse…
      </Button>
    </div>
  )
}
