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

/** From now on the end of the process, by whatever signal can be heard, removes what is unfinished. */
export function tidyUpOnExit(): void {
  if (isArmed) return
  isArmed = true
  process.once('exit', () => {
    removeUnfinished()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(128 + constants.signals[signal]))
  }
}
