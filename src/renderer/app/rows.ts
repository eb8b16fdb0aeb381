import { create } from 'zustand'
import type { Ref } from '../../shared/contract/common.ts'
import type { SessionQuery, SessionRow } from '../../shared/contract/sessions.ts'
import { api, isConnected } from '../lib/client.ts'
import { sameRef } from '../lib/refs.ts'
import { queryOf, useView } from './view.ts'

export const PAGE_ROWS = 100

interface RowsState {
  /** null until the first page of the query is there. */
  total: number | null
  pages: ReadonlyMap<number, readonly SessionRow[]>
  /** Set when the list could not be loaded at all. */
  error: unknown
  /** Goes up with every new query: the list starts at the top again. */
  queryId: number
  /** A new query is under way and the rows are still those of the one before. */
  loading: boolean
}

/** The rows of the list, loaded in pages as they come into view. */
export const useRows = create<RowsState>()(() => ({
  total: null,
  pages: new Map(),
  error: null,
  queryId: 0,
  loading: true,
}))

/** Pages on screen, loaded again first when something changed. */
let shown: readonly number[] = [0]
/** Pages whose rows are older than the last change; kept on screen until the new ones are there. */
const stale = new Set<number>()
const underWay = new Set<number>()
let generation = 0

export function rowAt(state: Pick<RowsState, 'pages'>, index: number): SessionRow | undefined {
  return state.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS]
}

/** The row of a session, where the list has it at this moment. */
export function loadedRow(ref: Ref): SessionRow | undefined {
  for (const rows of useRows.getState().pages.values()) {
    const found = rows.find((row) => sameRef(row.ref, ref))
    if (found !== undefined) return found
  }
  return undefined
}

/** Told by the list which rows it draws. */
export function showRows(first: number, end: number): void {
  const from = Math.floor(first / PAGE_ROWS)
  const to = Math.floor(Math.max(first, end - 1) / PAGE_ROWS)
  shown = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  for (const page of shown) if (!useRows.getState().pages.has(page) || stale.has(page)) void loadPage(page)
}

/** A new query: rows of the old one stay until the first page is there. */
export function reloadRows(): void {
  generation += 1
  underWay.clear()
  stale.clear()
  // The list goes back to its top.
  shown = [0]
  useRows.setState({ loading: true })
  void loadPage(0, true)
}

/** Something changed: the rows on screen are loaded again in place, the others when they come into view. */
export function refreshRows(): void {
  const { pages, error } = useRows.getState()
  if (error !== null) return reloadRows()
  generation += 1
  underWay.clear()
  for (const page of pages.keys()) stale.add(page)
  for (const page of shown) void loadPage(page)
}

/** Locked: nothing stays behind the lock screen. */
export function forgetRows(): void {
  generation += 1
  underWay.clear()
  stale.clear()
  useRows.setState({ total: null, pages: new Map(), error: null, loading: true })
}

async function loadPage(page: number, fresh = false): Promise<void> {
  const query = queryOf(useView.getState())
  if (query === null || underWay.has(page) || !isConnected()) return
  underWay.add(page)
  const mine = generation
  try {
    const answer = await api().sessions.list({ ...query, offset: page * PAGE_ROWS, limit: PAGE_ROWS })
    if (mine !== generation) return
    stale.delete(page)
    useRows.setState((state) => ({
      total: answer.total,
      pages: fresh ? new Map([[page, answer.rows]]) : withPage(state.pages, page, answer.rows, answer.total),
      error: null,
      loading: false,
      queryId: fresh ? state.queryId + 1 : state.queryId,
    }))
  } catch (error) {
    if (mine === generation && page === (shown[0] ?? 0)) useRows.setState({ error, loading: false })
  } finally {
    if (mine === generation) underWay.delete(page)
  }
}

function withPage(
  pages: RowsState['pages'],
  page: number,
  rows: readonly SessionRow[],
  total: number,
): RowsState['pages'] {
  const next = new Map(pages)
  next.set(page, rows)
  for (const known of next.keys()) if (known * PAGE_ROWS >= total && known > 0) next.delete(known)
  return next
}

/** Refs of everything the list shows, in its order. */
export async function allRefs(): Promise<readonly Ref[]> {
  const query = queryOf(useView.getState())
  return query === null ? [] : await api().sessions.refs(query)
}

let searchTimer: ReturnType<typeof setTimeout> | undefined
let last: SessionQuery | null = queryOf(useView.getState())

useView.subscribe((state, before) => {
  if (state.view === before.view && state.search === before.search) {
    if (state.filters === before.filters && state.sort === before.sort) return
  }
  const query = queryOf(state)
  if (query === null || JSON.stringify(query) === JSON.stringify(last)) return
  last = query
  clearTimeout(searchTimer)
  // Typing waits a moment; everything else answers at once.
  searchTimer = setTimeout(reloadRows, state.search === before.search ? 0 : 120)
})
