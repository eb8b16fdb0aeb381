import type { ReactNode } from 'react'

interface Props {
  kind?: 'plain' | 'warning' | 'error'
  children: ReactNode
  actions?: ReactNode
}

/** A boxed sentence or two: something to know before going on. */
export function Notice({ kind = 'plain', children, actions }: Props) {
  return (
    <div
      className={kind === 'plain' ? 'notice' : `notice notice-${kind}`}
      role={kind === 'error' ? 'alert' : undefined}
    >
      {children}
      {actions !== undefined && actions !== false && <div className="notice-actions">{actions}</div>}
    </div>
  )
}
