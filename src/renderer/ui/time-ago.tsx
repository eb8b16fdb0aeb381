import { useSyncExternalStore } from 'react'
import { formatDateTime, longAge, shortAge } from '../lib/dates.ts'

let nowMs = Date.now()
let timer: ReturnType<typeof setInterval> | undefined
const listeners = new Set<() => void>()

/** One clock for all ages on screen, moved on every 20 s while somebody looks. */
function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (timer === undefined) nowMs = Date.now()
  timer ??= setInterval(() => {
    nowMs = Date.now()
    for (const tell of listeners) tell()
  }, 20_000)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

export function useNow(): number {
  return useSyncExternalStore(subscribe, () => nowMs)
}

interface Props {
  /** Unix milliseconds; null shows a dash. */
  atMs: number | null
  /** "2 min ago" instead of "2 min". */
  long?: boolean
}

/** An age that keeps itself current, with the exact time in its tooltip. */
export function TimeAgo({ atMs, long = false }: Props) {
  const now = useNow()
  if (atMs === null) return <span className="faint">–</span>
  const text = long ? longAge(atMs, now) : shortAge(atMs, now)
  return <time title={formatDateTime(atMs)}>{text}</time>
}
