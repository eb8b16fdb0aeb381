import { IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface Props {
  on?: boolean
  children: ReactNode
  onClick?: () => void
  /** Gives the chip a cross: names what it takes away. */
  removeLabel?: string
}

/** A small rounded label; a toggle button with `onClick`, removable with `removeLabel`. */
export function Chip({ on = false, children, onClick, removeLabel }: Props) {
  const className = on ? 'chip chip-on' : 'chip'
  if (onClick === undefined) return <span className={className}>{children}</span>
  if (removeLabel !== undefined) {
    return (
      <button type="button" className={className} onClick={onClick} aria-label={removeLabel} title={removeLabel}>
        {children} <IconX size={12} aria-hidden />
      </button>
    )
  }
  return (
    <button type="button" className={className} aria-pressed={on} onClick={onClick}>
      {children}
    </button>
  )
}
