/** A terminal's Ctrl+C reaches us by itself and once more through whoever started us: one wish, not two. */
const SAME_WISH_MS = 700

/** Resolves at the first Ctrl+C or request to end; a second one, later on, ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let askedAtMs: number | null = null
    const onSignal = (): void => {
      const now = performance.now()
      if (askedAtMs !== null && now - askedAtMs > SAME_WISH_MS) process.exit(1)
      askedAtMs ??= now
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal)
  })
}
