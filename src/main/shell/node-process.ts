import { fork } from 'node:child_process'
import type { StartProcess } from '../telegram/start-process.ts'

/**
 * No flag of this program is meant for its processes: two programs cannot listen to one debugger's port. Conversations leave
 * much garbage behind; with little room for it, 1,000 of them take 60 MB less and no longer.
 */
const FLAGS = ['--max-semi-space-size=2']

/** Processes of plain Node. */
export const startNodeProcess: StartProcess = (file) => {
  const child = fork(file, { serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'], execArgv: FLAGS })
  return {
    send: (message) => {
      // The error, if any, is that of a process which is ending.
      if (child.connected) child.send(message as object, () => {})
    },
    onMessage: (listener) => child.on('message', listener),
    onExit: (listener) => {
      child.once('exit', listener)
      // Without an 'exit' to follow when there never was a process.
      child.on('error', () => {
        if (child.pid === undefined) listener()
      })
    },
    kill: () => void child.kill('SIGKILL'),
    hold: (on) => {
      for (const one of [child, child.channel]) {
        if (on) one?.ref()
        else one?.unref()
      }
    },
  }
}
