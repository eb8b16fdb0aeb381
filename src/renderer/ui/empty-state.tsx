import type { ReactNode } from 'react'

interface Props {
  icon?: ReactNode
  title: string
  children?: ReactNode
  actions?: ReactNode
}

/** What stands where there is nothing to show: why, and what to do about it. */
export function EmptyState({ icon, title, children, actions }: Props) {
  return (
    <div className="empty">
      {icon}
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {actions !== undefined && <div className="empty-actions">{actions}</div>}
    </div>
  )
}
