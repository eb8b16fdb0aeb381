import { type ChildProcess, fork } from 'node:child_process'
import { EventEmitter } from 'node:events'
import { join } from 'node:path'
import { needReady } from './state.ts'

interface ForkOptions {
  readonly serviceName?: string
  readonly stdio?: string
}

/** As in Electron: only once the app is ready, not to be ended before it is there, not to be written to when it is gone. */
class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess
  #pid: number | undefined
  #hasExited = false

  constructor(file: string, args: readonly string[], { stdio = 'inherit' }: ForkOptions) {
    super()
    const output = stdio === 'ignore' ? 'ignore' : 'inherit'
    this.#child = fork(join(import.meta.dirname, 'run-utility.ts'), [file, ...args], {
      serialization: 'advanced',
      stdio: ['ignore', output, output, 'ipc'],
      execArgv: [],
    })
    this.#child.once('spawn', () => {
      this.#pid = this.#child.pid
      this.emit('spawn')
    })
    this.#child.on('message', (message) => this.emit('message', message))
    this.#child.once('exit', (code) => {
      this.#hasExited = true
      this.#pid = undefined
      this.emit('exit', code ?? 0)
    })
  }

  get pid(): number | undefined {
    return this.#pid
  }

  postMessage(message: unknown): void {
    if (this.#hasExited) throw new Error('Electron 44 crashes when it writes to a process that has ended')
    this.#child.send(message as object)
  }

  kill(): boolean {
    return this.#pid !== undefined && this.#child.kill('SIGTERM')
  }
}

export const utilityProcess = {
  fork: (file: string, args: readonly string[] = [], options: ForkOptions = {}): UtilityProcess => {
    needReady('utilityProcess.fork')
    return new UtilityProcess(file, args, options)
  },
}
