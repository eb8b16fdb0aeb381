import type { Log } from '../ports.ts'

/** Writes what nobody caught to the log. After an uncaught exception the program is in no known state: `onFatal` ends it. */
export function logCrashes(log: Log, onFatal: () => void): void {
  process.on('uncaughtException', (error) => {
    log.error('uncaught exception', { error })
    onFatal()
  })
  process.on('unhandledRejection', (error) => log.error('unhandled rejection', { error }))
}
