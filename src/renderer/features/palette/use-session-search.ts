import { useEffect, useState } from 'react'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { NO_FILTERS } from '../../app/view.ts'
import { api } from '../../lib/client.ts'

const LIMIT = 8
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
          { view: { kind: 'all' }, search, filters: NO_FILTERS, sort, offset: 0, limit: LIMIT },
          { signal: abort.signal },
        )
        .then(
          ({ rows }) => setFound(rows),
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
