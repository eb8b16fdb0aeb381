import { Buffer } from 'node:buffer'
import { parseIp } from '../bytes/ip.ts'
import type { SocketConnection } from './sockets.ts'

/** A name and a password for a proxy; UTF-8. */
interface ProxyLogin {
  readonly user: string
  readonly password: Uint8Array | null
}

/** Answers of a SOCKS5 proxy to CONNECT (RFC 1928, section 6). */
const SOCKS_REPLIES: Readonly<Record<number, string>> = {
  1: 'general failure',
  2: 'not allowed by its rules',
  3: 'network unreachable',
  4: 'host unreachable',
  5: 'connection refused',
  6: 'timed out',
  7: 'command not supported',
  8: 'kind of address not supported',
}

/**
 * Asks a SOCKS5 proxy for a connection to an IP address (RFC 1928; user and password as RFC 1929 has them).
 * @throws Error with a sentence about the proxy, never with the login in it
 */
export async function socksHandshake(
  connection: SocketConnection,
  { user, password }: ProxyLogin,
  host: string,
  port: number,
): Promise<void> {
  const hasLogin = user !== '' || password !== null
  await connection.write(Uint8Array.from(hasLogin ? [5, 2, 0, 2] : [5, 1, 0]))
  const [version, method] = await readExactly(connection, 2)
  if (version !== 5) throw new Error('the proxy does not speak SOCKS5')
  if (method === 2 && hasLogin) {
    const name = Buffer.from(user)
    const secret = password ?? new Uint8Array()
    await connection.write(
      Buffer.concat([Uint8Array.of(1, name.byteLength), name, Uint8Array.of(secret.byteLength), secret]),
    )
    const [, status] = await readExactly(connection, 2)
    if (status !== 0) throw new Error('the proxy refuses the user or password')
  } else if (method !== 0) {
    throw new Error(hasLogin ? 'the proxy takes no user and password' : 'the proxy wants a user and password')
  }
  const address = parseIp(host)
  if (address === null) throw new Error('the data centre has no IP address')
  const kind = address.byteLength === 4 ? 1 : 4
  await connection.write(Uint8Array.from([5, 1, 0, kind, ...address, port >> 8, port & 0xff]))
  const [, reply = 1, , boundKind = 1] = await readExactly(connection, 4)
  if (reply !== 0) throw new Error(`the proxy could not connect: ${SOCKS_REPLIES[reply] ?? `reply ${reply}`}`)
  // The address it connects from, which nobody needs: IPv4, a name with its length, or IPv6.
  const [length = 0] = boundKind === 3 ? await readExactly(connection, 1) : [boundKind === 4 ? 16 : 4]
  await readExactly(connection, length + 2)
}

/** More is no answer to CONNECT. */
const HEAD_LIMIT = 16 * 1024

/**
 * Asks an HTTP proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6), with Basic authentication where there is a user.
 * @throws Error with a sentence about the proxy, never with the login in it
 */
export async function httpHandshake(
  connection: SocketConnection,
  { user, password }: ProxyLogin,
  host: string,
  port: number,
): Promise<void> {
  const place = host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
  const head = [`CONNECT ${place} HTTP/1.1`, `Host: ${place}`]
  if (user !== '' || password !== null) {
    const login = Buffer.concat([Buffer.from(`${user}:`), password ?? new Uint8Array()])
    head.push(`Proxy-Authorization: Basic ${login.toString('base64')}`)
  }
  await connection.write(Buffer.from(`${head.join('\r\n')}\r\n\r\n`))
  const answer = await readHead(connection)
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(answer)?.[1]
  if (status === undefined) throw new Error('the proxy does not speak HTTP')
  if (status === '407') throw new Error('the proxy refuses the user or password')
  if (!status.startsWith('2')) throw new Error(`the proxy could not connect: HTTP ${status}`)
}

/** Up to the empty line and no byte further: what follows belongs to the tunnel. */
async function readHead(connection: SocketConnection): Promise<string> {
  let head = ''
  while (!head.endsWith('\r\n\r\n')) {
    if (head.length >= HEAD_LIMIT) throw new Error('the proxy does not speak HTTP')
    head += String.fromCharCode(...(await readExactly(connection, 1)))
  }
  return head
}

async function readExactly(connection: SocketConnection, byteLength: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(byteLength)
  let filled = 0
  while (filled < byteLength) {
    try {
      filled += await connection.read(bytes.subarray(filled))
    } catch (error) {
      throw new Error('the proxy closed the connection', { cause: error })
    }
  }
  return bytes
}
