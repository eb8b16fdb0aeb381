import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A proxy of our own on loopback. */
export interface Forwarder {
  readonly host: string
  readonly port: number
  /** How many clients came, refused ones included. */
  connections(): number
  close(): Promise<void>
}

export interface ForwarderOptions {
  /** Asked for when set. */
  readonly user?: string
  readonly password?: string
}

const HOST = '127.0.0.1'

/** Reads what a client says, in the order it says it. */
interface Hearing {
  readonly socket: Socket
  /** Rejects when the client goes. */
  take(byteLength: number): Promise<Buffer>
  /** Up to and with `end`. */
  takeUntil(end: string): Promise<string>
  /** Leads the client on to an address; what it has said beyond goes first. */
  lead(host: string, port: number, greeting: Buffer): Promise<void>
}

const SOCKS_VERSION = 5
const SOCKS_NO_METHOD = 0xff
const BY_NAME = 3
const IPV6 = 4
const CONNECT = 1

/** SOCKS5 (RFC 1928), with user and password where asked for (RFC 1929). */
export function startSocksForwarder(options: ForwarderOptions = {}): Promise<Forwarder> {
  const method = options.user === undefined ? 0 : 2
  return startForwarder(async (hearing) => {
    const [, count = 0] = await hearing.take(2)
    const methods = await hearing.take(count)
    if (!methods.includes(method)) return void hearing.socket.end(Buffer.from([SOCKS_VERSION, SOCKS_NO_METHOD]))
    hearing.socket.write(Buffer.from([SOCKS_VERSION, method]))
    if (method === 2) {
      const isRight = await isSocksPassword(hearing, options)
      if (!isRight) return void hearing.socket.end(Buffer.from([1, 1]))
      hearing.socket.write(Buffer.from([1, 0]))
    }
    const [, command, , kind] = await hearing.take(4)
    if (command !== CONNECT) return void hearing.socket.destroy()
    const host = await socksHost(hearing, kind ?? 0)
    const port = (await hearing.take(2)).readUInt16BE(0)
    await hearing.lead(host, port, Buffer.from([SOCKS_VERSION, 0, 0, 1, 0, 0, 0, 0, 0, 0]))
  })
}

async function isSocksPassword({ take }: Hearing, { user, password = '' }: ForwarderOptions): Promise<boolean> {
  await take(1)
  const text = async (): Promise<string> => (await take((await take(1)).readUInt8(0))).toString()
  const given = [await text(), await text()]
  return given[0] === user && given[1] === password
}

async function socksHost({ take }: Hearing, kind: number): Promise<string> {
  if (kind === BY_NAME) return (await take((await take(1)).readUInt8(0))).toString()
  if (kind !== IPV6) return (await take(4)).join('.')
  return ((await take(16)).toString('hex').match(/.{4}/g) ?? []).join(':')
}

/** HTTP `CONNECT`, with basic authentication where asked for. */
export function startHttpForwarder(options: ForwarderOptions = {}): Promise<Forwarder> {
  const { user, password = '' } = options
  const wanted = user === undefined ? null : `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  return startForwarder(async (hearing) => {
    const request = await hearing.takeUntil('\r\n\r\n')
    const given = /^proxy-authorization: *(.*)$/im.exec(request)?.[1]?.trim()
    if (wanted !== null && given !== wanted) {
      const refusal = 'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\n\r\n'
      return void hearing.socket.end(refusal)
    }
    const target = /^CONNECT \[?([^\s\]]+)\]?:(\d+) HTTP\//.exec(request)
    if (target === null) return void hearing.socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')
    await hearing.lead(target[1] ?? '', Number(target[2]), Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n'))
  })
}

async function startForwarder(serve: (hearing: Hearing) => Promise<void>): Promise<Forwarder> {
  const sockets = new Set<Socket>()
  let count = 0
  const keep = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => sockets.delete(socket))
  }
  const server = createServer((socket) => {
    count += 1
    keep(socket)
    serve(hearingOf(socket, keep)).catch(() => socket.destroy())
  })
  server.listen(0, HOST)
  await once(server, 'listening')
  return {
    host: HOST,
    port: (server.address() as AddressInfo).port,
    connections: () => count,
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}

function hearingOf(socket: Socket, keep: (socket: Socket) => void): Hearing {
  let heard: Buffer = Buffer.alloc(0)
  const more = async (): Promise<void> => {
    const chunk = socket.read() as Buffer | null
    if (chunk !== null) heard = Buffer.concat([heard, chunk])
    else if (socket.readableEnded || socket.destroyed) throw new Error('the client has gone')
    else await Promise.race([once(socket, 'readable'), once(socket, 'close')])
  }
  const cut = (byteLength: number): Buffer => {
    const taken = heard.subarray(0, byteLength)
    heard = heard.subarray(byteLength)
    return taken
  }
  return {
    socket,
    async take(byteLength) {
      while (heard.length < byteLength) await more()
      return cut(byteLength)
    },
    async takeUntil(end) {
      while (!heard.includes(end)) await more()
      return cut(heard.indexOf(end) + end.length).toString()
    },
    async lead(host, port, greeting) {
      const onwards = connect(port, host)
      keep(onwards)
      await once(onwards, 'connect')
      socket.write(greeting)
      onwards.write(heard)
      socket.pipe(onwards).pipe(socket)
      socket.on('close', () => onwards.destroy())
      onwards.on('close', () => socket.destroy())
    },
  }
}
