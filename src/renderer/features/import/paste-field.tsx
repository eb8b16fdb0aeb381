import { Button } from '@mantine/core'
import { useId, useRef, useState } from 'react'
import { plural } from '../../lib/numbers.ts'

interface Props {
  disabled: boolean
  onText: (text: string) => void
}

interface Size {
  lines: number
  chars: number
}

/**
 * Where strings are pasted. The text lives in the element alone, masked, never in React's state, and is taken out of it
 * the moment it is sent.
 */
export function PasteField({ disabled, onText }: Props) {
  const field = useRef<HTMLTextAreaElement>(null)
  const [size, setSize] = useState<Size>({ lines: 0, chars: 0 })
  const id = useId()

  function send() {
    const element = field.current
    if (element === null || element.value.trim() === '') return
    const text = element.value
    element.value = ''
    setSize({ lines: 0, chars: 0 })
    onText(text)
  }

  return (
    <form
      className="paste"
      onSubmit={(event) => {
        event.preventDefault()
        send()
      }}
    >
      <label htmlFor={id}>String sessions</label>
      <textarea
        id={id}
        ref={field}
        className="paste-field"
        rows={4}
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        data-autofocus
        placeholder="Paste one or many, each on its own line"
        aria-describedby={`${id}-help`}
        onInput={(event) => setSize(sizeOf(event.currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          send()
        }}
      />
      <div className="paste-foot">
        <span id={`${id}-help`} className="dim small">
          {size.lines === 0
            ? 'Quotes, spaces and line breaks around them are put right.'
            : `${plural(size.lines, 'line')}, ${plural(size.chars, 'character')}`}
        </span>
        <Button type="submit" variant={size.lines === 0 ? 'default' : 'filled'} disabled={disabled || size.lines === 0}>
          Read
        </Button>
      </div>
    </form>
  )
}

function sizeOf(text: string): Size {
  const lines = text.split('\n').filter((line) => line.trim() !== '').length
  return { lines, chars: text.trim().length }
}
