import { useEffect, useState } from 'react'
import { useAppData } from './app-data.ts'
import { useRows } from './rows.ts'

/** After that, what waits is shown whatever the list does. */
const AT_LATEST_MS = 1500

/** True from the frame after the one that first showed rows on: what nobody looks for until then is loaded only now. */
export function useSettled(): boolean {
  const [settled, setSettled] = useState(false)
  const answered = useRows(({ total, error }) => total !== null || error !== null)
  const locked = useAppData(({ protection }) => protection?.state === 'locked')
  const ready = answered || locked
  useEffect(() => {
    if (settled) return
    // The first frame comes after this effect; what is asked for in the second no longer delays it.
    let frame = 0
    if (ready) frame = requestAnimationFrame(() => (frame = requestAnimationFrame(() => setSettled(true))))
    const timer = setTimeout(() => setSettled(true), ready ? 200 : AT_LATEST_MS)
    return () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
    }
  }, [settled, ready])
  return settled
}
