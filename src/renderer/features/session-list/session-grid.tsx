import { type CSSProperties, type KeyboardEvent, type MouseEvent, useCallback, useEffect, useRef } from 'react'
import { openDialog } from '../../app/dialogs.ts'
import { rowAt, showRows, useRows } from '../../app/rows.ts'
import { useView } from '../../app/view.ts'
import { refKey } from '../../lib/refs.ts'
import { VirtualRows, type VirtualRowsHandle } from '../../ui/virtual-rows.tsx'
import { type Column, gridTemplate } from './columns.ts'
import { HeaderRow } from './header-row.tsx'
import {
  clearSelection,
  extendTo,
  moveCursor,
  pick,
  selectAll,
  selectedRefs,
  toggle,
  useCursor,
} from './list-cursor.ts'
import { nextIndex } from './selection.ts'
import { rowId, SessionRow } from './session-row.tsx'

const ROW_PX = 34
const HEAD_PX = 30
/** Rows drawn before the first answer. */
const PLACEHOLDER_ROWS = 24

interface Props {
  columns: readonly Column[]
  /** Where the menu of the selected rows opens, in pixels of the window. */
  onMenu: (at: { x: number; y: number }) => void
}

/** The list itself: rows, keyboard and mouse. */
export function SessionGrid({ columns, onMenu }: Props) {
  const total = useRows((state) => state.total)
  const pages = useRows((state) => state.pages)
  const queryId = useRows((state) => state.queryId)
  const loading = useRows((state) => state.loading)
  const selected = useView((state) => state.selected)
  const cursor = useCursor((state) => state.index)
  const rows = useRef<VirtualRowsHandle>(null)
  const count = total ?? PLACEHOLDER_ROWS

  useEffect(() => {
    if (cursor >= 0) rows.current?.scrollTo(cursor)
  }, [cursor])

  const renderRow = useCallback(
    (index: number) => {
      const row = rowAt({ pages }, index)
      return (
        <SessionRow
          key={index}
          index={index}
          row={row}
          columns={columns}
          current={index === cursor}
          selected={row !== undefined && selected.has(refKey(row.ref))}
        />
      )
    },
    [pages, columns, cursor, selected],
  )

  function onKeyDown(event: KeyboardEvent) {
    const command = event.ctrlKey || event.metaKey
    // Sort buttons and badges keep their own keys.
    if (event.target !== event.currentTarget) return
    const to = nextIndex(event.key, cursor, total ?? 0, rows.current?.pageRows() ?? 10)
    if (to !== null) {
      if (event.shiftKey) void extendTo(to)
      else if (command) moveCursor(to)
      else pick(to)
    } else if (event.key === ' ' && cursor >= 0) toggle(cursor)
    else if (command && event.key.toLowerCase() === 'a') void selectAll()
    else if (event.key === 'Enter' && cursor >= 0) openDetail()
    else if (event.key === 'Delete' && selected.size > 0) openDialog('delete', { refs: selectedRefs() })
    else if (event.key === 'F2') renameCurrent(cursor)
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  }

  function onClick(event: MouseEvent) {
    const index = indexOf(event)
    if (index === null) return
    if (event.shiftKey) void extendTo(index)
    else if (event.ctrlKey || event.metaKey) toggle(index)
    else {
      pick(index)
      useView.setState({ detailOpen: true })
    }
  }

  return (
    <VirtualRows
      className="session-grid"
      role="grid"
      aria-label="Sessions"
      aria-multiselectable
      aria-rowcount={total === null ? -1 : total + 1}
      aria-busy={loading}
      aria-activedescendant={cursor >= 0 ? rowId(cursor) : undefined}
      tabIndex={0}
      style={{ '--columns': gridTemplate(columns) } as CSSProperties}
      count={count}
      rowPx={ROW_PX}
      headerPx={HEAD_PX}
      header={<HeaderRow columns={columns} />}
      renderRow={renderRow}
      handle={rows}
      onWindow={showRows}
      resetKey={String(queryId)}
      onKeyDown={onKeyDown}
      onClick={onClick}
      onContextMenu={(event) => {
        // The menu key comes from the list itself and means the current row.
        const at = indexOf(event) ?? cursor
        const row = rowAt({ pages }, at)
        if (row === undefined) return
        event.preventDefault()
        if (!selected.has(refKey(row.ref))) pick(at)
        const box = document.getElementById(rowId(at))?.getBoundingClientRect()
        if (event.target === event.currentTarget && box !== undefined) onMenu({ x: box.left + 40, y: box.bottom })
        else onMenu({ x: event.clientX, y: event.clientY })
      }}
    />
  )
}

function indexOf(event: MouseEvent): number | null {
  const row = (event.target as Element).closest<HTMLElement>('[data-index]')
  return row === null ? null : Number(row.dataset['index'])
}

function openDetail() {
  useView.setState({ detailOpen: true })
  // The pane may have to be drawn first.
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>('.frame-aside [role=tab][aria-selected=true]')?.focus(),
  )
}

function renameCurrent(index: number) {
  const row = rowAt(useRows.getState(), index)
  if (row !== undefined) openDialog('rename', { ref: row.ref, name: row.name, given: false })
}

function leave() {
  if (useView.getState().detailOpen && innerWidth < 1200) useView.setState({ detailOpen: false })
  else clearSelection()
}
