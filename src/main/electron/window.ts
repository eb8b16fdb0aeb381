import { join } from 'node:path'
import { app, BrowserWindow, nativeTheme } from 'electron'
import { APP_URL } from './origin.ts'
import { keepWindowState, MIN_SIZE, readWindowState } from './window-state.ts'

/** Opens the window where it was last time. */
export function openWindow(options: {
  readonly stateFile: string
  /** Folder of the built main files. */
  readonly code: string
  readonly devServer: string | null
}): BrowserWindow {
  const state = readWindowState(options.stateFile)
  const window = new BrowserWindow({
    ...(state.bounds ?? state.size),
    minWidth: MIN_SIZE.width,
    minHeight: MIN_SIZE.height,
    title: app.getName(),
    show: false,
    autoHideMenuBar: true,
    // Painted before the page is: no white flash in the dark.
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#1b1c1f' : '#ffffff',
    ...(process.platform === 'linux' && { icon: join(options.code, '../../resources/icons/256x256.png') }),
    webPreferences: {
      preload: join(options.code, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // Fetches its dictionaries from the network.
      spellcheck: false,
      devTools: !app.isPackaged,
    },
  })
  if (state.maximized) window.maximize()
  keepWindowState(window, options.stateFile)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(options.devServer ?? APP_URL)
  return window
}

/** Brings the window before the person. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
