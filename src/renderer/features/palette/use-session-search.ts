import { useEffect, useState } from 'react'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { NO_FILTERS } from '../../app/view.ts'
import { api } from '../../lib/client.ts'

const LIMIT = 8
/** Looked through for the best ones. */
const LOOKED_AT = 60
const WAIT_MS = 80
const NONE: readonly SessionRow[] = []

/** Sessions that match what was typed, wherever they are. */
export function useSessionSearch(query: string): readonly SessionRow[] {
  const search = query.trim()
  const [found, setFound] = useState<readonly SessionRow[]>(NONE)
  useEffect(() => {
    if (search === '') return
    const abort = new AbortController()
    const timer = setTimeout(() => {
      const sort = { column: 'name' as const, direction: 'asc' as const }
      api()
        .sessions.list(
          { view: { kind: 'all' }, search, filters: NO_FILTERS, sort, offset: 0, limit: LOOKED_AT },
          { signal: abort.signal },
        )
        .then(
          ({ rows }) => setFound(bestOf(rows, search)),
          () => {
            if (!abort.signal.aborted) setFound(NONE)
          },
        )
    }, WAIT_MS)
    return () => {
      clearTimeout(timer)
      abort.abort()
    }
  }, [search])
  return search === '' ? NONE : found
}

/** Those whose name or account matches come before those that match by where they lie, say. */
function bestOf(rows: readonly SessionRow[], search: string): readonly SessionRow[] {
  const wanted = search.replace(/^@/, '').toLowerCase()
  const rank = ({ name, account }: SessionRow) => {
    const words = [name, account?.username ?? ''].map((word) => word.toLowerCase())
    if (words.some((word) => word.startsWith(wanted))) return 0
    return words.some((word) => word.includes(wanted)) ? 1 : 2
  }
  return rows.toSorted((a, b) => rank(a) - rank(b)).slice(0, LIMIT)
}
