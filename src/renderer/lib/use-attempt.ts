import { useRef, useState } from 'react'

/** One thing a form does when it is sent: runs it once at a time and keeps what it threw. */
export function useAttempt(): { busy: boolean; error: unknown; run: (what: () => Promise<void>) => void } {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const running = useRef(false)

  async function attempt(what: () => Promise<void>) {
    if (running.current) return
    running.current = true
    setBusy(true)
    setError(null)
    try {
      await what()
    } catch (thrown) {
      setError(thrown)
    } finally {
      running.current = false
      setBusy(false)
    }
  }

  return { busy, error, run: (what) => void attempt(what) }
}
