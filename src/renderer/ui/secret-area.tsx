import './secret-area.css'
import { type ReactNode, type RefObject, useId } from 'react'

/** What is in such a field, without the text itself. */
export interface PastedSize {
  /** Lines that are not empty. */
  lines: number
  chars: number
}

export const NOTHING_PASTED: PastedSize = { lines: 0, chars: 0 }

interface Props {
  ref: RefObject<HTMLTextAreaElement | null>
  label: string
  placeholder: string
  help: ReactNode
  disabled: boolean
  onSize: (size: PastedSize) => void
  /** Stands beside the help. */
  children?: ReactNode
}

/**
 * Where secrets are pasted, each on its own line. The text lives in the element alone, masked, never in React's state:
 * whoever sends it reads it through `ref` and takes it out. Ctrl+Enter sends the form that it is in.
 */
export function SecretArea({ ref, label, placeholder, help, disabled, onSize, children }: Props) {
  const id = useId()
  return (
    <div className="secret-area">
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        ref={ref}
        rows={4}
        disabled={disabled}
        spellCheck={false}
        autoComplete="off"
        autoCorrect="off"
        autoCapitalize="off"
        data-autofocus
        placeholder={placeholder}
        aria-describedby={`${id}-help`}
        onInput={(event) => onSize(sizeOf(event.currentTarget.value))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return
          event.preventDefault()
          event.currentTarget.form?.requestSubmit()
        }}
      />
      <div className="secret-area-foot">
        <span id={`${id}-help`} className="dim">
          {help}
        </span>
        {children}
      </div>
    </div>
  )
}

function sizeOf(text: string): PastedSize {
  const lines = text.split('\n').filter((line) => line.trim() !== '').length
  return { lines, chars: text.trim().length }
}
