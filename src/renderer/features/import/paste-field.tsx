import { Button } from '@mantine/core'
import { useRef, useState } from 'react'
import { plural } from '../../lib/numbers.ts'
import { NOTHING_PASTED, SecretArea } from '../../ui/secret-area.tsx'

interface Props {
  disabled: boolean
  onText: (text: string) => void
}

/** Where strings are pasted. The text is taken out of the field the moment it is sent. */
export function PasteField({ disabled, onText }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [size, setSize] = useState(NOTHING_PASTED)

  function send() {
    const element = field.current
    if (element === null || element.value.trim() === '') return
    const text = element.value
    element.value = ''
    setSize(NOTHING_PASTED)
    onText(text)
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <SecretArea
        ref={field}
        label="String sessions"
        placeholder="Paste one or many, each on its own line"
        help={
          size.lines === 0
            ? 'Quotes, spaces and line breaks around them are put right.'
            : `${plural(size.lines, 'line')}, ${plural(size.chars, 'character')}`
        }
        disabled={disabled}
        onSize={setSize}
      >
        <Button type="submit" variant={size.lines === 0 ? 'default' : 'filled'} disabled={disabled || size.lines === 0}>
          Read
        </Button>
      </SecretArea>
    </form>
  )
}
