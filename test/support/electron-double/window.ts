import { EventEmitter } from 'node:events'
import { existsSync } from 'node:fs'
import { app, openWindows } from './app.ts'
import { fetchScheme } from './protocol.ts'
import { runPreload } from './run-preload.ts'
import { serveWindow } from './serve.ts'
import { isPrevented, isServing, state } from './state.ts'
import { WebContents } from './web-contents.ts'

interface Bounds {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowOptions extends Partial<Bounds> {
  readonly show?: boolean
  readonly webPreferences?: { readonly preload?: string; readonly sandbox?: boolean; readonly [name: string]: unknown }
  readonly [name: string]: unknown
}

export class BrowserWindow extends EventEmitter {
  static readonly all: BrowserWindow[] = []
  readonly webContents = new WebContents()
  readonly options: WindowOptions
  isContentProtected = false
  bounds: Bounds
  #isVisible: boolean
  #isMaximized = false
  #isMinimized = false

  constructor(options: WindowOptions = {}) {
    super()
    if (!state.isReady) throw new Error('Cannot create BrowserWindow before app is ready')
    const { preload, sandbox } = options.webPreferences ?? {}
    if (preload !== undefined && !existsSync(preload)) throw new Error(`Unable to load preload script: ${preload}`)
    if (preload?.endsWith('.mjs') && sandbox !== false) throw new Error('sandboxed preloads cannot be ES modules')
    this.options = options
    this.bounds = { x: options.x ?? 0, y: options.y ?? 0, width: options.width ?? 800, height: options.height ?? 600 }
    this.#isVisible = options.show !== false
    BrowserWindow.all.push(this)
    openWindows.push(this)
    app.emit('web-contents-created', {}, this.webContents)
    app.emit('browser-window-created', {}, this)
  }

  static getAllWindows(): BrowserWindow[] {
    return BrowserWindow.all.slice()
  }

  static fromWebContents(contents: WebContents): BrowserWindow | null {
    return BrowserWindow.all.find((window) => window.webContents === contents) ?? null
  }

  show(): void {
    this.#isVisible = true
    this.emit('show')
  }

  focus(): void {
    this.emit('focus')
  }

  maximize(): void {
    this.#isMaximized = true
    this.emit('maximize')
  }

  minimize(): void {
    this.#isMinimized = true
  }

  restore(): void {
    this.#isMinimized = false
  }

  isVisible(): boolean {
    return this.#isVisible
  }

  isMinimized(): boolean {
    return this.#isMinimized
  }

  isMaximized(): boolean {
    return this.#isMaximized
  }

  isDestroyed(): boolean {
    return this.webContents.isGone
  }

  getNormalBounds(): Bounds {
    return { ...this.bounds }
  }

  /** A hand moves or resizes the window. */
  setBounds(bounds: Bounds): void {
    this.bounds = { ...bounds }
    this.emit('move')
    this.emit('resize')
  }

  setContentProtection(on: boolean): void {
    this.isContentProtected = on
  }

  close(): void {
    if (!isPrevented(this, 'close')) this.destroy()
  }

  destroy(): void {
    if (this.webContents.isGone) return
    this.webContents.isGone = true
    BrowserWindow.all.splice(BrowserWindow.all.indexOf(this), 1)
    openWindows.splice(openWindows.indexOf(this), 1)
    this.emit('closed')
    if (openWindows.length === 0 && !app.emit('window-all-closed')) app.quit()
  }

  async loadURL(url: string): Promise<void> {
    const response = await fetchScheme(url)
    if (!response.ok) throw new Error(`ERR_FAILED (-2) loading '${url}'`)
    await response.body?.cancel()
    this.webContents.url = url
    const preload = this.options.webPreferences?.preload ?? null
    if (isServing) await serveWindow(this, preload)
    else await runPreload(this.webContents, preload)
    this.webContents.emit('dom-ready')
    this.webContents.emit('did-finish-load')
    this.emit('ready-to-show')
  }
}
