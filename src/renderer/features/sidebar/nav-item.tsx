import type { MouseEvent, ReactNode } from 'react'
import { sameView, showView, useView, type View } from '../../app/view.ts'
import { formatCount } from '../../lib/numbers.ts'

interface Props {
  view: View
  /** undefined while unknown */
  count: number | undefined
  title?: string
  onContextMenu?: (event: MouseEvent) => void
  children: ReactNode
  /** Follows the button: a menu of its own. */
  after?: ReactNode
}

/** One entry of the library: shows its view. */
export function NavItem({ view, count, title, onContextMenu, children, after }: Props) {
  const on = useView((state) => sameView(state.view, view))
  return (
    <li className="nav-row">
      <button
        type="button"
        className="nav-item"
        aria-current={on ? 'page' : undefined}
        title={title}
        onClick={() => showView(view)}
        onContextMenu={onContextMenu}
      >
        {children}
        <span className="nav-count">{count === undefined ? '' : formatCount(count)}</span>
      </button>
      {after}
    </li>
  )
}
