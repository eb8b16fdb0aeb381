import { Socket } from 'node:net'

/** An open TCP connection in the shape that the client library reads and writes. */
export interface SocketConnection {
  readonly localAddress: null
  readonly remoteAddress: null
  /** Fills up to the length of `into`; waits for the first byte. Rejects once the connection has ended. */
  read(into: Uint8Array): Promise<number>
  /** Drops what cannot be sent: whoever reads learns that the connection ended. */
  write(bytes: Uint8Array): Promise<void>
  close(): void
  setNoDelay(on: boolean): void
  setKeepAlive(on: boolean): void
}

/** The connections of one conversation. Its owner can end them at any moment, those still being opened too. */
export interface Sockets {
  /** @throws Error with a sentence fit to be shown: "connection refused by 127.0.0.1:1080" */
  open(host: string, port: number): Promise<SocketConnection>
  /**
   * Ends all of them for good; resolves when the last is closed. The other side has up to `graceMs` to close its own, and
   * with that to take notice.
   */
  close(graceMs?: number): Promise<void>
}

/**
 * The library's own sockets cannot be ended while they connect: a host that never answers would hold a call for minutes,
 * and a key may not be used again before its last connection is closed.
 */
export function createSockets(): Sockets {
  const open = new Map<Socket, Promise<void>>()
  let closed = false
  return {
    async open(host, port) {
      if (closed) throw new Error('stopped')
      const socket = new Socket()
      const gone = new Promise<void>((resolve) => {
        socket.once('close', () => {
          open.delete(socket)
          resolve()
        })
      })
      open.set(socket, gone)
      await connect(socket, host, port)
      return connectionOver(socket)
    },
    async close(graceMs = 0) {
      closed = true
      const all = [...open.values()]
      for (const socket of open.keys()) {
        if (graceMs === 0 || socket.connecting) {
          socket.destroy()
          continue
        }
        socket.end()
        const timer = setTimeout(() => socket.destroy(), graceMs)
        socket.once('close', () => clearTimeout(timer))
      }
      await Promise.all(all)
    },
  }
}

function connect(socket: Socket, host: string, port: number): Promise<void> {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(new Error(connectFailure(error, place), { cause: error }))
    socket.once('error', fail)
    // Ended by us while it was connecting: there is no error then.
    socket.once('close', () => reject(new Error('stopped')))
    socket.connect({ host, port }, () => {
      socket.off('error', fail)
      socket.setNoDelay(true)
      socket.setKeepAlive(true)
      resolve()
    })
  })
}

/** What the codes of the system mean, before the place. */
const FAILURES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused by',
  ECONNRESET: 'connection cut by',
  ENETUNREACH: 'no route to',
  EHOSTUNREACH: 'no route to',
  EADDRNOTAVAIL: 'no route to',
  ETIMEDOUT: 'no answer from',
  ENOTFOUND: 'no such host:',
  EAI_AGAIN: 'name not found:',
}

function connectFailure({ code = 'unknown reason' }: NodeJS.ErrnoException, place: string): string {
  const words = FAILURES[code]
  return words === undefined ? `no connection to ${place} (${code})` : `${words} ${place}`
}

function connectionOver(socket: Socket): SocketConnection {
  const chunks: Uint8Array[] = []
  let ended = false
  let wake: (() => void) | null = null
  const notify = (): void => {
    wake?.()
    wake = null
  }
  const end = (): void => {
    ended = true
    notify()
  }
  socket.on('data', (chunk) => {
    chunks.push(chunk)
    notify()
  })
  // What went wrong is followed by 'close'; nobody needs to tell the two apart.
  socket.on('error', end)
  socket.on('close', end)
  return {
    localAddress: null,
    remoteAddress: null,
    async read(into) {
      for (;;) {
        const chunk = chunks.shift()
        if (chunk !== undefined) {
          const taken = chunk.subarray(0, into.byteLength)
          into.set(taken)
          if (taken.byteLength < chunk.byteLength) chunks.unshift(chunk.subarray(taken.byteLength))
          return taken.byteLength
        }
        // A zero would send the library's reader round and round.
        if (ended) throw new Error('connection closed')
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
    write: (bytes) =>
      new Promise((resolve) => {
        if (ended) resolve()
        else socket.write(bytes, () => resolve())
      }),
    close: () => void socket.destroy(),
    setNoDelay: (on) => void socket.setNoDelay(on),
    setKeepAlive: (on) => void socket.setKeepAlive(on),
  }
}
