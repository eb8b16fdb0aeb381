import { app } from 'electron'
import { registerAppScheme } from './electron/app-protocol.ts'
import { parseLaunchArguments, readHandedOver } from './electron/open-paths.ts'
import { type Shell, startShell } from './electron/start.ts'
import { temporaryRoot } from './shell/data-folder.ts'

registerAppScheme()

const launch = parseLaunchArguments(process.argv, app.isPackaged, process.cwd())
const isTemporary = launch.demo && launch.root === null
// Before the lock is asked for: it belongs to the data folder.
if (launch.root !== null) app.setPath('userData', launch.root)
else if (isTemporary) app.setPath('userData', temporaryRoot())

let shell: Shell | null = null
const waiting: string[] = [...launch.paths]

function open(paths: readonly string[]): void {
  if (shell === null) waiting.push(...paths)
  else shell.open(paths)
}

if (app.requestSingleInstanceLock({ paths: launch.paths })) {
  app.on('second-instance', (_event, _argv, _folder, data) => open(readHandedOver(data)))
  // macOS: a file opened from the Finder may arrive before the app is ready.
  app.on('open-file', (event, path) => {
    event.preventDefault()
    open([path])
  })
  // Never awaited: `ready` comes after this module has been evaluated.
  void app.whenReady().then(() => {
    shell = startShell({ code: import.meta.dirname, demo: launch.demo, temporary: isTemporary })
    if (waiting.length > 0) shell?.open(waiting.splice(0))
  })
} else {
  app.quit()
}
