import { Button, type ButtonProps, Tooltip } from '@mantine/core'
import type { ReactNode } from 'react'
import { toast } from './toast.tsx'

interface Props extends Pick<ButtonProps, 'variant' | 'c' | 'color' | 'size'> {
  'aria-label'?: string
  /** Why it cannot be used now, a whole sentence; null when it can. */
  reason: string | null
  onClick: () => void
  /** Tooltip while it can be used. */
  title?: string
  children: ReactNode
}

/** A button that says why it does nothing, to the mouse, the keyboard and screen readers alike. */
export function ReasonButton({ reason, onClick, title, c, children, ...rest }: Props) {
  if (reason === null) {
    return (
      <Button {...rest} {...(c !== undefined && { c })} title={title} onClick={onClick}>
        {children}
      </Button>
    )
  }
  return (
    <Tooltip label={reason} events={{ hover: true, focus: true, touch: true }}>
      <Button {...rest} aria-disabled data-disabled onClick={() => toast({ message: reason })}>
        {children}
      </Button>
    </Tooltip>
  )
}
