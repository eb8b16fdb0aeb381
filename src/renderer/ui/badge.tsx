import type { ReactNode } from 'react'

interface Props {
  kind?: 'plain' | 'library' | 'warn'
  title?: string
  children: ReactNode
}

export function Badge({ kind = 'plain', title, children }: Props) {
  return (
    <span className={kind === 'plain' ? 'badge' : `badge badge-${kind}`} title={title}>
      {children}
    </span>
  )
}
