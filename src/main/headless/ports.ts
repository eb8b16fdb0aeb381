import { randomBytes } from 'node:crypto'
import type { Log, Paths, Ports, Transfers } from '../ports.ts'
import { startNodeProcess } from '../shell/node-process.ts'

/** What plain Node supplies. The browser owns the clipboard and the file dialogs; a passphrase seals. */
export function headlessPorts(options: {
  readonly version: string
  readonly demo: boolean
  readonly paths: Paths
  readonly transfers: Transfers
  readonly log: Log
}): Ports {
  return {
    ...options,
    shell: 'headless',
    clock: { now: () => Date.now() },
    randomBytes: (byteLength) => randomBytes(byteLength),
    keychain: null,
    fileGate: null,
    clipboard: null,
    setContentProtection: () => {},
    showInFolder: null,
    startProcess: startNodeProcess,
  }
}
