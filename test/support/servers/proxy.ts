import { createConnection, createServer, type Socket } from 'node:net'

/** A TCP proxy that makes a good server a bad one. */
export interface Proxy {
  readonly host: '127.0.0.1'
  readonly port: number
  /** Connections made since the start. */
  readonly connections: number
  /** What the server says arrives that much later. */
  setLatency(ms: number): void
  /** Cuts all connections; new ones are made as before. */
  cut(): void
  /** Cuts the connection over which that many bytes of answers went (counted from now), and all others. Once. */
  cutAfterAnswered(byteLength: number): void
  /** Cuts, without passing them on, when a client sends bytes that hold this text. Once. */
  cutBeforeSending(text: string): void
  /** Cuts as soon as bytes that hold this text were passed on to the server: the answer is lost. Once. */
  cutAfterSending(text: string): void
  /** Nothing passes any more in either direction, and no connection ends: true for on. */
  setHanging(on: boolean): void
  /** New connections are refused: true for on. */
  setRefusing(on: boolean): void
  stop(): Promise<void>
}

/** Listens on a private port and passes everything on to `port` of this machine. */
export async function startProxy(target: { readonly port: number }): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const state = { latencyMs: 0, hanging: false, refusing: false, connections: 0 }
  let answeredLeft: number | null = null
  let before: string | null = null
  let after: string | null = null

  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const keep = (socket: Socket, other: Socket): void => {
    sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => other.destroy())
    socket.on('close', () => {
      sockets.delete(socket)
      other.destroy()
    })
  }
  const server = createServer((client) => {
    if (state.refusing) {
      client.destroy()
      return
    }
    state.connections += 1
    const upstream = createConnection({ host: '127.0.0.1', port: target.port })
    keep(client, upstream)
    keep(upstream, client)
    client.on('data', (bytes: Buffer) => {
      if (state.hanging) return
      if (before !== null && bytes.includes(before)) {
        before = null
        cut()
        return
      }
      upstream.write(bytes, () => {
        if (after === null || !bytes.includes(after)) return
        after = null
        // The bytes are on their way: the server still gets them.
        upstream.end()
        client.destroy()
      })
    })
    upstream.on('data', (bytes: Buffer) => {
      if (state.hanging) return
      if (answeredLeft !== null) {
        answeredLeft -= bytes.byteLength
        if (answeredLeft <= 0) {
          answeredLeft = null
          cut()
          return
        }
      }
      if (state.latencyMs === 0) client.write(bytes)
      else setTimeout(() => client.destroyed || client.write(bytes), state.latencyMs).unref()
    })
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    host: '127.0.0.1',
    port: address.port,
    get connections() {
      return state.connections
    },
    setLatency(ms) {
      state.latencyMs = ms
    },
    cut,
    cutAfterAnswered(byteLength) {
      answeredLeft = byteLength
    },
    cutBeforeSending(text) {
      before = text
    },
    cutAfterSending(text) {
      after = text
    },
    setHanging(on) {
      state.hanging = on
    },
    setRefusing(on) {
      state.refusing = on
    },
    async stop() {
      cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
