import { rmSync } from 'node:fs'
import { constants } from 'node:os'
import { removeUnfinished } from '../backends/atomic-write.ts'

const folders = new Set<string>()
let isArmed = false

/**
 * Ctrl+C ends the process without unwinding: snapshots and half-written files hold keys and must not stay. Answers what
 * forgets a folder that was removed in time.
 */
export function removeOnExit(folder: string): () => void {
  folders.add(folder)
  return () => folders.delete(folder)
}

let onSignal: ((exitCode: number) => void) | null = null

/**
 * Until the answer is called, the first signal to end calls `stop` with the exit code to end with, instead of ending the
 * process at once. The second one ends it as ever.
 */
export function stopGently(stop: (exitCode: number) => void): () => void {
  tidyUpOnExit()
  onSignal = stop
  return () => {
    if (onSignal === stop) onSignal = null
  }
}

/** From now on the end of the process, by whatever signal can be heard, removes what is unfinished. */
export function tidyUpOnExit(): void {
  if (isArmed) return
  isArmed = true
  process.once('exit', () => {
    removeUnfinished()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      const exitCode = 128 + constants.signals[signal]
      const stop = onSignal
      if (stop === null) process.exit(exitCode)
      onSignal = null
      stop(exitCode)
    })
  }
}
