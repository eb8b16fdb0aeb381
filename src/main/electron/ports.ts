import { randomBytes } from 'node:crypto'
import { app, type BrowserWindow, shell } from 'electron'
import type { Log, Paths, Ports } from '../ports.ts'
import { nativeClipboard } from './clipboard.ts'
import { nativeFileGate } from './file-gate.ts'
import { findKeychain } from './keychain.ts'
import { startUtilityProcess } from './utility-process.ts'

/** What Electron supplies. Call when the app is ready. */
export function electronPorts(options: {
  readonly demo: boolean
  readonly paths: Paths
  readonly log: Log
  /** The open window, null while there is none. */
  readonly window: () => BrowserWindow | null
}): Ports {
  return {
    shell: 'electron',
    version: app.getVersion(),
    demo: options.demo,
    paths: options.paths,
    clock: { now: () => Date.now() },
    randomBytes: (byteLength) => randomBytes(byteLength),
    keychain: findKeychain(),
    fileGate: nativeFileGate(options.window),
    clipboard: nativeClipboard(),
    setContentProtection: (on) => options.window()?.setContentProtection(on),
    showInFolder: (path) => shell.showItemInFolder(path),
    transfers: null,
    startProcess: startUtilityProcess,
    log: options.log,
  }
}
