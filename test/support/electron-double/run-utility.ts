// Stands in for a utility process: node run-utility.ts <file> [arguments]
import { EventEmitter } from 'node:events'
import { pathToFileURL } from 'node:url'

/** Messages wait until somebody listens. */
class ParentPort extends EventEmitter {
  readonly #waiting: unknown[] = []
  readonly #send = process.send?.bind(process)

  constructor() {
    super()
    process.on('message', (data) => {
      if (this.listenerCount('message') === 0) this.#waiting.push(data)
      else this.emit('message', { data, ports: [] })
    })
    this.on('newListener', (name) => {
      if (name !== 'message') return
      queueMicrotask(() => {
        for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] })
      })
    })
  }

  postMessage(message: unknown): void {
    this.#send?.(message)
  }
}

Object.assign(process, { parentPort: new ParentPort(), send: undefined })
process.on('disconnect', () => process.exit())
process.argv.splice(1, 1)
await import(pathToFileURL(process.argv[1] ?? '').href)
