import type { SessionColumn } from '../../../shared/contract/sessions.ts'

export interface Column {
  id: SessionColumn
  label: string
  /** Least width in pixels; a column that does not fit is left out. */
  minPx: number
  /** Share of the width that is left over; 0 keeps the least width. */
  grow: number
  /** Lower goes first when room is short. */
  keep: number
  /** Numbers stand at the right. */
  numeric?: boolean
}

/** In the order they are shown. */
export const COLUMNS: readonly Column[] = [
  { id: 'status', label: 'Status', minPx: 34, grow: 0, keep: 100 },
  { id: 'name', label: 'Name', minPx: 120, grow: 1.7, keep: 99 },
  { id: 'account', label: 'Account', minPx: 100, grow: 1.2, keep: 90 },
  { id: 'login', label: 'Login', minPx: 130, grow: 0, keep: 78 },
  { id: 'kind', label: 'Kind', minPx: 46, grow: 0, keep: 60 },
  { id: 'format', label: 'Format', minPx: 156, grow: 0.6, keep: 80 },
  { id: 'dc', label: 'DC', minPx: 66, grow: 0, keep: 70 },
  { id: 'key', label: 'Key', minPx: 138, grow: 0, keep: 65 },
  { id: 'peers', label: 'Peers', minPx: 66, grow: 0, keep: 75, numeric: true },
  { id: 'updated', label: 'Updated', minPx: 80, grow: 0, keep: 72 },
  { id: 'modified', label: 'Modified', minPx: 82, grow: 0, keep: 20 },
  { id: 'tags', label: 'Tags', minPx: 110, grow: 0.8, keep: 40 },
  { id: 'source', label: 'Source', minPx: 110, grow: 0.8, keep: 50 },
]

/** Always there: a row without its name says nothing. */
const FIXED: ReadonlySet<string> = new Set(['status', 'name'])

export function canHide(column: Column): boolean {
  return !FIXED.has(column.id)
}

/** The columns to show in `widthPx`: those the person did not hide, as many as fit. */
export function columnsThatFit(widthPx: number, hidden: readonly string[]): readonly Column[] {
  const wanted = COLUMNS.filter((column) => !canHide(column) || !hidden.includes(column.id))
  const shown = new Set<string>()
  let leftPx = widthPx
  for (const column of wanted.toSorted((a, b) => b.keep - a.keep)) {
    if (column.minPx > leftPx && canHide(column)) break
    leftPx -= column.minPx
    shown.add(column.id)
  }
  return wanted.filter(({ id }) => shown.has(id))
}

/** Value of `grid-template-columns`. */
export function gridTemplate(columns: readonly Column[]): string {
  return columns.map(({ minPx, grow }) => (grow > 0 ? `minmax(${minPx}px, ${grow}fr)` : `${minPx}px`)).join(' ')
}
