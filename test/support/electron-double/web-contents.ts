import { EventEmitter } from 'node:events'
import { ipcMain } from './ipc.ts'
import { MessagePortMain, type PortWire } from './message-port.ts'
import { defaultSession } from './session.ts'
import { isPrevented, originOf } from './state.ts'

type OpenHandler = (details: { url: string }) => { action: 'allow' | 'deny' }

let lastId = 0

/** The page's side as main sees it. Whatever crosses is cloned, both ways. */
export class WebContents extends EventEmitter {
  readonly id = ++lastId
  readonly session = defaultSession
  url = ''
  /** The page's own global object when no browser shows it: what the preload exposed is here. */
  world: Record<string, unknown> = {}
  openHandler: OpenHandler = () => ({ action: 'allow' })
  isGone = false
  /** To the preload's `ipcRenderer`. */
  deliver: (channel: string, args: unknown[]) => void = () => {}

  get mainFrame() {
    return { url: this.url, origin: this.url === '' ? '' : originOf(this.url), parent: null, top: null }
  }

  getURL(): string {
    return this.url
  }

  isDestroyed(): boolean {
    return this.isGone
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.openHandler = handler
  }

  openDevTools(): void {}

  send(channel: string, ...args: unknown[]): void {
    if (this.isGone) throw new TypeError('Object has been destroyed')
    this.deliver(channel, structuredClone(args))
  }

  /** `ipcRenderer.invoke` arriving. */
  async invoke(channel: string, args: unknown[]): Promise<unknown> {
    const failed = `Error invoking remote method '${channel}'`
    const handler = ipcMain.handlers.get(channel)
    if (handler === undefined) throw new Error(`${failed}: Error: No handler registered for '${channel}'`)
    try {
      return structuredClone(await handler(this.#event([]), ...(structuredClone(args) as unknown[])))
    } catch (error) {
      // As in Electron, the text alone gets through.
      throw new Error(`${failed}: ${String(error)}`, { cause: error })
    }
  }

  /** `ipcRenderer.send` and `postMessage` arriving. */
  receive(channel: string, args: unknown[], ports: readonly PortWire[] = []): void {
    const wrapped = ports.map((wire) => new MessagePortMain(wire))
    ipcMain.emit(channel, this.#event(wrapped), ...(structuredClone(args) as unknown[]))
  }

  /** A page that tries to leave, to open a frame, a webview. True when it may. */
  mayProceed(event: 'will-navigate' | 'will-redirect' | 'will-frame-navigate' | 'will-attach-webview', url: string) {
    return !isPrevented(this, event, { url, isMainFrame: event !== 'will-frame-navigate' }, url)
  }

  #event(ports: MessagePortMain[]) {
    return { sender: this, senderFrame: this.mainFrame, ports }
  }
}
