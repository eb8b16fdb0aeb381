import { IconArrowDown, IconArrowUp } from '@tabler/icons-react'
import { sortBy, useView } from '../../app/view.ts'
import type { Column } from './columns.ts'

/** Column heads; a click sorts. */
export function HeaderRow({ columns }: { columns: readonly Column[] }) {
  const sort = useView((state) => state.sort)
  return (
    <div role="row" className="session-head" aria-rowindex={1}>
      {columns.map(({ id, label, numeric }) => {
        const sorted = sort.column === id ? sort.direction : null
        const Arrow = sorted === 'asc' ? IconArrowUp : IconArrowDown
        return (
          <div
            key={id}
            role="columnheader"
            className={numeric === true ? 'cell num' : 'cell'}
            aria-sort={sorted === null ? 'none' : sorted === 'asc' ? 'ascending' : 'descending'}
          >
            <button type="button" className="sort" onClick={() => sortBy(id)} title={`Sort by ${label.toLowerCase()}`}>
              {id === 'status' ? <span className="visually-hidden">{label}</span> : label}
              {sorted !== null && <Arrow size={12} aria-hidden />}
            </button>
          </div>
        )
      })}
    </div>
  )
}
