import { EventEmitter } from 'node:events'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { appRoot, isPrevented, manifest, needNotReady, state, staysAlive } from './state.ts'

/** Windows that are open; `window.ts` keeps it. */
export const openWindows: { close(): void }[] = []

class App extends EventEmitter {
  readonly isPackaged = process.env['ELECTRON_DOUBLE_PACKAGED'] === '1'
  /** Data handed over by this instance when it asked for the lock. */
  handedOver: unknown = null
  exitCode: number | null = null
  #name = manifest().productName ?? manifest().name
  readonly #paths = new Map([
    ['home', homedir()],
    ['temp', tmpdir()],
    ['appData', join(homedir(), '.config')],
  ])

  readonly commandLine = {
    appendSwitch: () => needNotReady('commandLine.appendSwitch'),
    hasSwitch: (name: string) => process.argv.includes(`--${name}`),
    getSwitchValue: (name: string) => switchValue(name) ?? '',
  }

  isReady(): boolean {
    return state.isReady
  }

  whenReady(): Promise<void> {
    if (state.isReady) return Promise.resolve()
    state.readyWaiters += 1
    return new Promise((resolve) => this.once('ready', () => resolve()))
  }

  getVersion(): string {
    return manifest().version
  }

  getName(): string {
    return this.#name
  }

  setName(name: string): void {
    this.#name = name
  }

  getAppPath(): string {
    return appRoot()
  }

  getLocale(): string {
    return 'en-US'
  }

  setPath(name: string, path: string): void {
    this.#paths.set(name, path)
  }

  getPath(name: string): string {
    const path = this.#paths.get(name)
    if (path !== undefined) return path
    if (name === 'userData') return switchValue('user-data-dir') ?? join(this.getPath('appData'), this.#name)
    throw new Error(`Failed to get '${name}' path`)
  }

  requestSingleInstanceLock(data: unknown = {}): boolean {
    this.handedOver = structuredClone(data)
    return state.isPrimaryInstance
  }

  focus(): void {}

  quit(): void {
    if (isPrevented(this, 'before-quit')) return
    for (const window of openWindows.slice()) window.close()
    // A window refused.
    if (openWindows.length > 0) return
    if (!isPrevented(this, 'will-quit')) this.exit(0)
  }

  exit(code = 0): void {
    this.exitCode = code
    this.emit('quit', {}, code)
    if (!staysAlive) process.exit(code)
  }
}

export const app = new App()

/** Electron fires `ready` only after the entry module has been evaluated. */
export async function fireReady(): Promise<void> {
  state.isEntryEvaluated = true
  await new Promise((resolve) => setImmediate(resolve))
  state.isReady = true
  app.emit('will-finish-launching')
  app.emit('ready', {}, {})
}

function switchValue(name: string): string | undefined {
  const start = `--${name}=`
  return process.argv.find((argument) => argument.startsWith(start))?.slice(start.length)
}
