import { Button, Loader, TextInput } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useState } from 'react'
import { useStore } from 'zustand'
import { isOwnKind } from '../../lib/store-kinds.ts'
import { KIND_FACTS } from './store-fields.ts'
import type { StoreForm } from './store-form.ts'

interface Props {
  form: StoreForm
  disabled: boolean
}

/** More than a key press puts in at once: it was pasted, dropped or filled in. */
const PASTED_CHARS = 5

/** Takes a whole connection string. What is pasted never stands in the field: it may hold a password. */
export function AddressField({ form, disabled }: Props) {
  const kind = useStore(form, ({ fields }) => fields.kind)
  // What a module takes for an address, only the module understands.
  return isOwnKind(kind) ? null : <PasteField form={form} disabled={disabled} example={KIND_FACTS[kind].example} />
}

function PasteField({ form, disabled, example }: Props & { example: string }) {
  const { read, reading, addressProblem, readAddress } = useStore(form)
  const [typed, setTyped] = useState('')
  const take = (text: string) => {
    setTyped('')
    if (text.trim() !== '') readAddress(text)
  }
  return (
    <div className="store-address">
      <div className="path-field">
        <TextInput
          className="grow"
          label="Address"
          placeholder={example}
          description="Paste a whole connection string: it fills in the fields below and is not kept in this one."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          value={typed}
          error={addressProblem}
          disabled={disabled || reading}
          data-autofocus
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          rightSection={reading ? <Loader size={12} /> : undefined}
          onPaste={(event) => {
            event.preventDefault()
            take(event.clipboardData.getData('text'))
          }}
          onDrop={(event) => {
            event.preventDefault()
            take(event.dataTransfer.getData('text'))
          }}
          onChange={(event) => {
            const { value } = event.currentTarget
            if (value.length - typed.length >= PASTED_CHARS) take(value)
            else setTyped(value)
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || typed.trim() === '') return
            event.preventDefault()
            take(typed)
          }}
          onBlur={() => take(typed)}
        />
        {typed !== '' && (
          <Button variant="default" onClick={() => take(typed)}>
            Read
          </Button>
        )}
      </div>
      {read !== null && (
        <p className="store-read" role="status">
          <IconCheck size={14} aria-hidden />
          Filled in below.
          {read.hasPassword && ' The password is kept out of sight and not shown again.'}
          {read.ignored.length > 0 && ` Not used: ${read.ignored.join(', ')}.`}
        </p>
      )}
    </div>
  )
}
