import { create } from 'zustand'
import type { Ref } from '../../shared/contract/common.ts'
import type { SessionColumn, SessionFilters, SessionQuery, SessionView } from '../../shared/contract/sessions.ts'

export type View = SessionView | { kind: 'trash' }

interface ViewState {
  view: View
  search: string
  filters: SessionFilters
  sort: SessionQuery['sort']
  /** The session whose detail is shown. */
  active: Ref | null
  /** Keys (`refKey`) of the selected sessions. */
  selected: ReadonlySet<string>
  /** The detail lies over the list when the window is narrow; it is opened on purpose then. */
  detailOpen: boolean
}

export const NO_FILTERS: SessionFilters = {
  kinds: [],
  libraries: [],
  dcs: [],
  sources: [],
  tags: [],
  statuses: [],
  test: null,
  inUse: null,
  logins: [],
}

const BY_NAME: ViewState['sort'] = { column: 'name', direction: 'asc' }

/** What the person looks at: view, search, filters, sort and selection. */
export const useView = create<ViewState>()(() => ({
  view: { kind: 'all' },
  search: '',
  filters: NO_FILTERS,
  sort: BY_NAME,
  active: null,
  selected: new Set(),
  detailOpen: false,
}))

export function showView(view: View): void {
  useView.setState((state) => ({ view, selected: new Set(), sort: sortIn(view, state) }))
}

/** Copies of one key stand together when duplicates are looked at. */
function sortIn(view: View, { view: before, sort }: ViewState): ViewState['sort'] {
  if (view.kind === before.kind) return sort
  if (view.kind === 'duplicates') return { column: 'key', direction: 'asc' }
  return before.kind === 'duplicates' && sort.column === 'key' ? BY_NAME : sort
}

export function setSearch(search: string): void {
  useView.setState({ search })
}

export function setFilters(change: Partial<SessionFilters>): void {
  useView.setState(({ filters }) => ({ filters: { ...filters, ...change } }))
}

/** Everything that Telegram said this about, and nothing else that is filtered by. */
export function showLogins(logins: SessionFilters['logins']): void {
  showView({ kind: 'all' })
  useView.setState({ search: '', filters: { ...NO_FILTERS, logins }, active: null })
}

/** The same column again turns the direction around. */
export function sortBy(column: SessionColumn): void {
  useView.setState(({ sort }) => ({
    sort: { column, direction: sort.column === column && sort.direction === 'asc' ? 'desc' : 'asc' },
  }))
}

/** Shows one session, whatever view is on. */
export function showSession(ref: Ref, selectedKey: string): void {
  useView.setState({ active: ref, selected: new Set([selectedKey]), detailOpen: true })
}

/** The query of the list, null while the trash is shown. */
export function queryOf({ view, search, filters, sort }: ViewState): SessionQuery | null {
  return view.kind === 'trash' ? null : { view, search: search.trim(), filters, sort }
}

export function sameView(a: View, b: View): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
