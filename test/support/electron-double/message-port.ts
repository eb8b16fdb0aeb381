import { EventEmitter } from 'node:events'
import { MessageChannel } from 'node:worker_threads'

/** The wire under a port: a channel in this process, or a tunnel to the page. */
export interface PortWire {
  postMessage(data: unknown): void
  start(): void
  close(): void
  onData: (data: unknown) => void
  onClose: () => void
}

/** The part of a port of Node or of the preload's context that is used here. */
export interface LocalPort {
  postMessage(data: unknown): void
  addEventListener(name: 'message' | 'close', listener: (event: { data?: unknown }) => void): void
  start(): void
  close(): void
}

/** As in Electron: an emitter, silent until `start()`, whose events carry `{ data, ports }`. */
export class MessagePortMain extends EventEmitter {
  readonly #wire: PortWire

  constructor(wire: PortWire) {
    super()
    this.#wire = wire
    wire.onData = (data) => this.emit('message', { data, ports: [] })
    wire.onClose = () => this.emit('close')
  }

  start(): void {
    this.#wire.start()
  }

  postMessage(data: unknown, transfer: readonly unknown[] = []): void {
    if (transfer.length > 0) throw new Error('the double transfers nothing from main through a port')
    this.#wire.postMessage(data)
  }

  close(): void {
    this.#wire.close()
  }
}

/** A port of this process; `postMessage` clones by itself. */
export function localWire(port: LocalPort): PortWire {
  const wire: PortWire = {
    postMessage: (data) => port.postMessage(data),
    start: () => {
      port.addEventListener('message', (event) => wire.onData(event.data))
      port.start()
    },
    close: () => port.close(),
    onData: () => {},
    onClose: () => {},
  }
  port.addEventListener('close', () => wire.onClose())
  return wire
}

export class MessageChannelMain {
  readonly port1: MessagePortMain
  readonly port2: MessagePortMain

  constructor() {
    const { port1, port2 } = new MessageChannel()
    this.port1 = new MessagePortMain(localWire(port1 as unknown as LocalPort))
    this.port2 = new MessagePortMain(localWire(port2 as unknown as LocalPort))
  }
}
