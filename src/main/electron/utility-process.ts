import { utilityProcess } from 'electron'
import type { StartProcess } from '../telegram/start-process.ts'

/** Processes of Electron: its executable does not run as plain Node (a fuse). Call when the app is ready. */
export const startUtilityProcess: StartProcess = (file, name) => {
  const child = utilityProcess.fork(file, [], { serviceName: name, stdio: 'ignore' })
  let isSpawned = false
  let isKilled = false
  let hasEnded = false
  child.once('spawn', () => {
    isSpawned = true
    if (isKilled) child.kill()
  })
  child.once('exit', () => {
    hasEnded = true
  })
  return {
    send: (message) => {
      // Some versions of Electron crash when a process that has ended is written to.
      if (!hasEnded) child.postMessage(message)
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => child.once('exit', listener),
    kill: () => {
      isKilled = true
      // Before it is there it cannot be ended.
      if (isSpawned) child.kill()
    },
    // Windows keep Electron running, not processes.
    hold: () => {},
  }
}
