import { join } from 'node:path'
import { app, type BrowserWindow, dialog, powerMonitor } from 'electron'
import { createApp, type App } from '../app.ts'
import { logCrashes } from '../shell/crash.ts'
import { emptyScratch, openDataFolder } from '../shell/data-folder.ts'
import { describeHolder, lockDataFolder } from '../shell/data-lock.ts'
import { openLog } from '../shell/json-log.ts'
import { serveAppScheme } from './app-protocol.ts'
import { denyEverythingElse } from './guards.ts'
import { setMenu } from './menu.ts'
import { servePorts } from './port-connection.ts'
import { electronPorts } from './ports.ts'
import { openWindow, showWindow } from './window.ts'

/** How long an orderly end may take. */
const CLOSE_WITHIN_MS = 5000

export interface Shell {
  /** Shows the window and gives it files and folders to look at. */
  open(paths: readonly string[]): void
}

/** Builds the app and its window. Call when Electron is ready; null when the data is open elsewhere (said in a box). */
export function startShell(options: {
  /** Folder of the built main files. */
  readonly code: string
  readonly demo: boolean
  /** The data folder is removed at the end. */
  readonly temporary: boolean
}): Shell | null {
  const root = app.getPath('userData')
  const folder = openDataFolder(root, options.code, options.temporary)
  const lock = lockDataFolder(root, 'electron')
  if ('heldBy' in lock) {
    dialog.showErrorBox('Session Deck is open already', describeHolder(lock.heldBy, root))
    app.exit(1)
    return null
  }
  emptyScratch(folder)
  const log = openLog(folder.logFile)
  const giveUp = (): void => {
    dialog.showErrorBox('Session Deck had to stop', `What happened is written in ${folder.logFile}`)
    app.exit(1)
  }
  logCrashes(log, giveUp)

  const devServer = app.isPackaged ? null : (process.env['ELECTRON_RENDERER_URL'] ?? null)
  let window: BrowserWindow | null = null
  denyEverythingElse(devServer)
  serveAppScheme(join(options.code, '../renderer'))
  const deck = createApp(electronPorts({ demo: options.demo, paths: folder.paths, log, window: () => window }))
  deck.catch((error: unknown) => {
    log.error('could not start', { error })
    giveUp()
  })
  servePorts(deck, devServer, log)

  const show = (): void => {
    if (window !== null) return showWindow(window)
    window = openWindow({ stateFile: join(root, 'window.json'), code: options.code, devServer })
    window.on('closed', () => {
      window = null
    })
  }
  const withApp = (run: (deck: App) => void): void => void deck.then(run, () => {})
  setMenu((action) => {
    show()
    withApp((ready) => ready.emit({ type: 'menu', action }))
  })
  for (const event of ['suspend', 'lock-screen'] as const) {
    // Typed one overload an event.
    powerMonitor.on(event as 'suspend', () => withApp((ready) => ready.lock()))
  }
  app.on('activate', show)
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('render-process-gone', (_event, _contents, { reason }) => log.error('the window went away', { reason }))
  closeBeforeQuit(deck, () => {
    log.close()
    lock.release()
    folder.discard()
  })
  show()
  return {
    open: (paths) => {
      show()
      if (paths.length > 0) withApp((ready) => ready.emit({ type: 'open', paths: [...paths] }))
    },
  }
}

/** Holds the quit back until secrets are forgotten, the clipboard is cleared and everything is closed. */
function closeBeforeQuit(deck: Promise<App>, release: () => void): void {
  let state: 'open' | 'closing' | 'closed' = 'open'
  const close = async (): Promise<void> => {
    const ready = await deck
    ready.lock()
    await ready.close()
  }
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_WITHIN_MS).unref())
    void Promise.race([close().catch(() => {}), late]).then(() => {
      state = 'closed'
      release()
      app.quit()
    })
  })
}
