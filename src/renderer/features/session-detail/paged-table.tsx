import { type CSSProperties, type KeyboardEvent, type MouseEvent, type ReactNode, useRef } from 'react'
import { formatCount } from '../../lib/numbers.ts'
import type { Pages } from '../../lib/use-pages.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { ErrorNotice } from '../../ui/error-notice.tsx'
import { VirtualRows, type VirtualRowsHandle } from '../../ui/virtual-rows.tsx'
import { nextRow } from './next-row.ts'

const ROW_PX = 28
const HEAD_PX = 26
const WAITING_ROWS = 12

export interface PagedColumn<T> {
  id: string
  head: ReactNode
  /** Part of `grid-template-columns`: "84px", "minmax(0, 1fr)". */
  width: string
  cell: (row: T) => ReactNode
}

interface Props<T> {
  label: string
  pages: Pages<T>
  columns: readonly PagedColumn<T>[]
  /** Width of the whole table where it may be wider than its place. */
  minWidthPx?: number
  empty: ReactNode
  footer?: (total: number) => string
  /** Makes rows selectable. */
  current?: number
  onCurrent?: (index: number) => void
}

/** A long table of small rows, loaded as it is scrolled. */
export function PagedTable<T>(props: Props<T>) {
  const { label, pages, columns, minWidthPx, empty, footer, current = -1, onCurrent } = props
  const rows = useRef<VirtualRowsHandle>(null)
  if (pages.error !== null && pages.count === null) {
    return (
      <div className="tab-top">
        <ErrorNotice error={pages.error} onRetry={pages.retry} />
      </div>
    )
  }
  if (pages.count === 0) return typeof empty === 'string' ? <EmptyState title={empty} /> : empty
  const count = pages.count ?? WAITING_ROWS
  const rowId = (index: number) => `${label.replaceAll(' ', '-')}-${index}`

  function onKeyDown(event: KeyboardEvent) {
    if (onCurrent === undefined) return
    const to = nextRow(event.key, current, count, rows.current?.pageRows() ?? 10)
    if (to === null) return
    event.preventDefault()
    onCurrent(to)
    rows.current?.scrollTo(to)
  }

  function onClick(event: MouseEvent) {
    const row = (event.target as Element).closest<HTMLElement>('[data-index]')
    if (row !== null) onCurrent?.(Number(row.dataset['index']))
  }

  return (
    <>
      <VirtualRows
        className="paged-table"
        role={onCurrent === undefined ? 'table' : 'grid'}
        aria-label={label}
        aria-rowcount={pages.total === null ? -1 : pages.total + 1}
        aria-busy={pages.loading}
        aria-activedescendant={onCurrent !== undefined && current >= 0 ? rowId(current) : undefined}
        tabIndex={0}
        style={
          {
            '--columns': columns.map(({ width }) => width).join(' '),
            '--table-width': minWidthPx === undefined ? '100%' : `max(100%, ${minWidthPx}px)`,
          } as CSSProperties
        }
        count={count}
        rowPx={ROW_PX}
        headerPx={HEAD_PX}
        handle={rows}
        onWindow={pages.show}
        onKeyDown={onKeyDown}
        onClick={onClick}
        header={
          <div role="row" aria-rowindex={1} className="paged-head">
            {columns.map(({ id, head }) => (
              <div key={id} role="columnheader" className="ellipsis">
                {head}
              </div>
            ))}
          </div>
        }
        renderRow={(index) => {
          const row = pages.rowAt(index)
          return (
            <div
              key={index}
              id={rowId(index)}
              role="row"
              data-index={index}
              aria-rowindex={index + 2}
              aria-selected={onCurrent === undefined ? undefined : index === current}
              className="paged-row"
            >
              {columns.map(({ id, cell }, column) => (
                <div key={id} role={onCurrent === undefined ? 'cell' : 'gridcell'} className="ellipsis">
                  {row === undefined ? <Waiting column={column} /> : cell(row)}
                </div>
              ))}
            </div>
          )
        }}
      />
      {footer !== undefined && pages.count !== null && (
        <div className="paged-foot">
          {pages.total === null ? `More than ${formatCount(pages.count - 1)}` : footer(pages.total)}
        </div>
      )}
    </>
  )
}

function Waiting({ column }: { column: number }) {
  return <span className="skeleton" style={{ width: `${50 + ((column * 17) % 40)}%` }} />
}
