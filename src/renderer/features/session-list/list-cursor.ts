import { create } from 'zustand'
import { allRefs, PAGE_ROWS, rowAt, useRows } from '../../app/rows.ts'
import { useView } from '../../app/view.ts'
import { refKey, refOfKey } from '../../lib/refs.ts'
import { toastError } from '../../ui/toast.tsx'
import { type Cursor, rangeOf, toggled } from './selection.ts'

/** Where the keyboard stands in the list. The selection itself goes by ref and outlives sorting and reloading. */
export const useCursor = create<Cursor>()(() => ({ index: -1, anchor: -1 }))

/** Answers of an older range request come too late once this moved on. */
let rangeRequest = 0

/** One row alone: click, arrow keys. */
export function pick(index: number): void {
  rangeRequest += 1
  useCursor.setState({ index, anchor: index })
  const row = rowAt(useRows.getState(), index)
  if (row !== undefined) useView.setState({ active: row.ref, selected: new Set([refKey(row.ref)]) })
}

/** Adds or takes away one row: Ctrl-click, Space. */
export function toggle(index: number): void {
  rangeRequest += 1
  useCursor.setState({ index, anchor: index })
  const row = rowAt(useRows.getState(), index)
  if (row === undefined) return
  useView.setState(({ selected }) => ({ active: row.ref, selected: toggled(selected, refKey(row.ref)) }))
}

/** Moves the cursor and leaves the selection: Ctrl-arrow. */
export function moveCursor(index: number): void {
  useCursor.setState({ index, anchor: index })
}

/** Everything between the anchor and `index`: Shift-click, Shift-arrow. */
export async function extendTo(index: number): Promise<void> {
  const { anchor } = useCursor.getState()
  useCursor.setState({ index, anchor: anchor < 0 ? index : anchor })
  const { from, to } = rangeOf(anchor, index)
  const request = ++rangeRequest
  try {
    const keys = await keysBetween(from, to)
    if (request !== rangeRequest) return
    const row = rowAt(useRows.getState(), index)
    useView.setState({ selected: new Set(keys), ...(row !== undefined && { active: row.ref }) })
  } catch (error) {
    toastError(error)
  }
}

export async function selectAll(): Promise<void> {
  const request = ++rangeRequest
  try {
    const refs = await allRefs()
    if (request === rangeRequest) useView.setState({ selected: new Set(refs.map(refKey)) })
  } catch (error) {
    toastError(error)
  }
}

export function clearSelection(): void {
  rangeRequest += 1
  useView.setState({ selected: new Set(), active: null })
}

async function keysBetween(from: number, to: number): Promise<string[]> {
  const rows = useRows.getState()
  const keys: string[] = []
  for (let index = from; index <= to; index += 1) {
    const row = rowAt(rows, index)
    // Part of the range was never on screen: the main process knows it.
    if (row === undefined) return (await allRefs()).slice(from, to + 1).map(refKey)
    keys.push(refKey(row.ref))
  }
  return keys
}

/** Rows moved under the cursor (sorted, changed, deleted): it follows the session it stood on. */
useRows.subscribe((state, before) => {
  if (state.pages === before.pages) return
  const { active, selected } = useView.getState()
  const { index } = useCursor.getState()
  const row = rowAt(state, index)
  if (active !== null && (row === undefined || refKey(row.ref) !== refKey(active))) {
    const found = indexOf(state.pages, refKey(active))
    if (found !== null) useCursor.setState({ index: found, anchor: found })
  }
  if (state.total !== null && index >= state.total) useCursor.setState({ index: state.total - 1, anchor: -1 })
  if (selected.size > 0 && state.queryId === before.queryId && state.total !== before.total) void dropGone()
})

function indexOf(pages: ReturnType<typeof useRows.getState>['pages'], key: string): number | null {
  for (const [page, rows] of pages) {
    const at = rows.findIndex(({ ref }) => refKey(ref) === key)
    if (at >= 0) return page * PAGE_ROWS + at
  }
  return null
}

/** Sessions that are gone leave the selection. */
async function dropGone(): Promise<void> {
  const there = new Set((await allRefs().catch(() => [])).map(refKey))
  useView.setState(({ selected }) => ({ selected: new Set([...selected].filter((key) => there.has(key))) }))
}

export function selectedRefs(): ReturnType<typeof refOfKey>[] {
  return [...useView.getState().selected].map(refOfKey)
}
