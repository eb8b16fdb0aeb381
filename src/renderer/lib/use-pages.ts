import { useCallback, useEffect, useMemo, useRef, useState } from 'react'

export const PAGE_ROWS = 200
/** Pages kept in memory: enough to scroll back a little, not enough to hold a million rows. */
const KEPT_PAGES = 24
/** While the scroll bar is dragged, pages that flash by are not asked for. */
const SETTLE_MS = 40

interface Page<T> {
  rows: readonly T[]
  /** null when counting would take too long; `more` says then whether there is a next page. */
  total: number | null
  more?: boolean
}

export type LoadPage<T> = (offset: number, limit: number, signal: AbortSignal) => Promise<Page<T>>

export interface Pages<T> {
  /** Rows there are, as far as known; null before the first answer. */
  count: number | null
  total: number | null
  rowAt: (index: number) => T | undefined
  /** Tells which rows are on screen. */
  show: (first: number, end: number) => void
  error: unknown
  /** A new list is under way; the rows are still those of the one before. */
  loading: boolean
  retry: () => void
}

interface Loaded<T> {
  key: string
  pages: ReadonlyMap<number, readonly T[]>
  count: number | null
  total: number | null
}

/**
 * Rows of a list too long to hold, loaded in pages as they come into view. A new `key` (another search, say) starts
 * over and keeps the old rows on screen until the first new page is there; calls nobody waits for are aborted.
 * `load` has to change with `key` only.
 */
export function usePages<T>(key: string, load: LoadPage<T>): Pages<T> {
  const [loaded, setLoaded] = useState<Loaded<T> | null>(null)
  const [failure, setFailure] = useState<{ key: string; error: unknown } | null>(null)
  const underWay = useRef(new Map<number, AbortController>())
  const known = useRef<{ key: string; pages: Set<number> }>({ key, pages: new Set() })
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  const ask = useCallback(
    (page: number) => {
      if (underWay.current.has(page) || known.current.pages.has(page)) return
      const abort = new AbortController()
      underWay.current.set(page, abort)
      load(page * PAGE_ROWS, PAGE_ROWS, abort.signal).then(
        (answer) => {
          underWay.current.delete(page)
          if (abort.signal.aborted) return
          known.current.pages.add(page)
          setFailure(null)
          setLoaded((before) => withPage(before, key, page, answer, known.current.pages))
        },
        (error: unknown) => {
          underWay.current.delete(page)
          if (!abort.signal.aborted) setFailure({ key, error })
        },
      )
    },
    [key, load],
  )

  useEffect(() => {
    const calls = underWay.current
    known.current = { key, pages: new Set() }
    ask(0)
    return () => {
      clearTimeout(timer.current)
      for (const abort of calls.values()) abort.abort()
      calls.clear()
    }
  }, [key, ask])

  const show = useCallback(
    (first: number, end: number) => {
      clearTimeout(timer.current)
      timer.current = setTimeout(() => {
        const from = Math.floor(first / PAGE_ROWS)
        const to = Math.floor(Math.max(first, end - 1) / PAGE_ROWS)
        for (const [page, abort] of underWay.current) {
          if (page > 0 && (page < from || page > to)) abort.abort()
        }
        for (let page = from; page <= to; page += 1) ask(page)
      }, SETTLE_MS)
    },
    [ask],
  )

  const retry = useCallback(() => {
    setFailure(null)
    ask(0)
  }, [ask])

  return useMemo(
    () => ({
      count: loaded?.count ?? null,
      total: loaded?.total ?? null,
      rowAt: (index: number) => loaded?.pages.get(Math.floor(index / PAGE_ROWS))?.[index % PAGE_ROWS],
      show,
      error: failure?.key === key ? failure.error : null,
      loading: loaded?.key !== key,
      retry,
    }),
    [loaded, failure, key, show, retry],
  )
}

function withPage<T>(
  before: Loaded<T> | null,
  key: string,
  page: number,
  { rows, total, more }: Page<T>,
  known: Set<number>,
): Loaded<T> {
  const same = before !== null && before.key === key ? before : null
  const pages = new Map(same?.pages)
  pages.delete(page)
  pages.set(page, rows)
  for (const oldest of pages.keys()) {
    if (pages.size <= KEPT_PAGES) break
    pages.delete(oldest)
    known.delete(oldest)
  }
  const seen = page * PAGE_ROWS + rows.length
  // The last page tells what was not counted.
  const end = total ?? (more === true ? null : seen)
  // Room for one more row makes the list go on when it is scrolled to its end.
  const count = end ?? Math.max(same?.count ?? 0, seen + 1)
  return { key, pages, count, total: end }
}
