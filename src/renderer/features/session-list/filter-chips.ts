import type { Counts, SessionFilters } from '../../../shared/contract/sessions.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { safeText } from '../../lib/safe-text.ts'
import { statusText } from '../../ui/status-dot.tsx'
import { isDeadWanted, loginFilterLabel, singleLogins, toggleDead } from './login-filter.ts'

/** A filter that is on: its words, and what is left without it. */
export interface ActiveFilter {
  id: string
  label: string
  without: Partial<SessionFilters>
}

type ListName = 'kinds' | 'libraries' | 'dcs' | 'sources' | 'tags' | 'statuses' | 'logins'

interface Known {
  sources: readonly Source[]
  counts: Counts | null
}

export function activeFilters(filters: SessionFilters, { sources, counts }: Known): ActiveFilter[] {
  const library = (id: string) => counts?.libraries.find(({ value }) => value === id)?.label ?? id
  const source = (id: string) => sources.find((known) => known.id === id)?.name ?? id
  const chips: ActiveFilter[] = [
    ...filters.kinds.map((kind) => chip(filters, 'kinds', kind, kind === 'unknown' ? 'unknown kind' : kind)),
    ...filters.libraries.map((id) => chip(filters, 'libraries', id, library(id))),
    ...filters.dcs.map((dc) => chip(filters, 'dcs', dc, `DC ${dc}`)),
    ...filters.sources.map((id) => chip(filters, 'sources', id, safeText(source(id), 40))),
    ...filters.tags.map((tag) => chip(filters, 'tags', tag, `#${safeText(tag, 40)}`)),
    ...filters.statuses.map((status) => chip(filters, 'statuses', status, statusText(status).toLowerCase())),
    ...singleLogins(filters).map((login) => chip(filters, 'logins', login, lowerFirst(loginFilterLabel(login)))),
  ]
  if (isDeadWanted(filters)) chips.push({ id: 'dead', label: 'dead logins', without: toggleDead(filters) })
  if (filters.test !== null) {
    chips.push({ id: 'test', label: filters.test ? 'test servers' : 'production', without: { test: null } })
  }
  if (filters.inUse !== null) {
    chips.push({ id: 'inUse', label: filters.inUse ? 'in use' : 'not in use', without: { inUse: null } })
  }
  return chips
}

function chip(filters: SessionFilters, list: ListName, value: string | number, label: string): ActiveFilter {
  return { id: `${list}:${value}`, label, without: toggleFilter(filters, list, value) }
}

/** "signed out", and "API id refused" as it is. */
function lowerFirst(text: string): string {
  return /^.[A-Z]/.test(text) ? text : text.charAt(0).toLowerCase() + text.slice(1)
}

/** Adds a value to one of the lists, or takes it out. */
export function toggleFilter(filters: SessionFilters, list: ListName, value: string | number): Partial<SessionFilters> {
  const values: readonly (string | number)[] = filters[list]
  const next = values.includes(value) ? values.filter((known) => known !== value) : [...values, value]
  return { [list]: next } as Partial<SessionFilters>
}

export function hasFilters(filters: SessionFilters): boolean {
  return activeFilters(filters, { sources: [], counts: null }).length > 0
}
