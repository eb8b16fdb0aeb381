import type { WebSocket } from 'ws'
import { decode, encode } from './codec.ts'
import type { PortWire } from './message-port.ts'
import type { Frame } from './page.ts'
import type { WebContents } from './web-contents.ts'

/** Ties a page that a real browser shows to the contents that main sees. */
export function connectPage(contents: WebContents, socket: WebSocket): void {
  const tunnels = new Map<number, { wire: PortWire; early: unknown[] | null }>()
  const send = (frame: Frame): void => socket.send(encode(frame))

  function tunnel(port: number): PortWire {
    const wire: PortWire = {
      postMessage: (data) => send({ port, data }),
      start: () => {
        const early = entry.early ?? []
        entry.early = null
        for (const data of early) wire.onData(data)
      },
      close: () => send({ port, close: true }),
      onData: () => {},
      onClose: () => {},
    }
    const entry = { wire, early: [] as unknown[] | null }
    tunnels.set(port, entry)
    return wire
  }

  async function receive(frame: Frame): Promise<void> {
    if (frame.port !== undefined) {
      const entry = tunnels.get(frame.port)
      if (frame.close) entry?.wire.onClose()
      else if (entry?.early) entry.early.push(frame.data)
      else entry?.wire.onData(frame.data)
      return
    }
    const { id, channel = '', args = [], ports = [] } = frame
    if (id === undefined) return contents.receive(channel, args, ports.map(tunnel))
    try {
      send({ id, ok: true, value: await contents.invoke(channel, args) })
    } catch (error) {
      send({ id, ok: false, value: (error as Error).message })
    }
  }

  contents.deliver = (channel, args) => send({ channel, args })
  socket.on('message', (data: Buffer) => void receive(decode(data.toString()) as Frame))
  socket.on('close', () => {
    for (const { wire } of tunnels.values()) wire.onClose()
  })
}
