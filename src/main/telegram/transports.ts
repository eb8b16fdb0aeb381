import { BaseMtProxyTransport, IntermediatePacketCodec, type TelegramTransport } from '@mtcute/core'
import type { WayOut } from './gateway.ts'
import { httpHandshake, socksHandshake } from './proxy-handshakes.ts'
import type { SocketConnection, Sockets } from './sockets.ts'

/** The way out as the client library takes it. Everything but an MTProxy speaks the intermediate framing. */
export function transportFor(wayOut: WayOut, sockets: Sockets): TelegramTransport {
  switch (wayOut.kind) {
    case 'direct':
      return tcpTransport((host, port) => sockets.open(host, port))
    case 'socks5':
    case 'http': {
      const handshake = wayOut.kind === 'socks5' ? socksHandshake : httpHandshake
      return tcpTransport(async (host, port) => {
        const connection = await sockets.open(wayOut.host, wayOut.port)
        try {
          const login = { user: wayOut.user, password: wayOut.password?.open() ?? null }
          await handshake(connection, login, host, port)
          return connection
        } catch (error) {
          connection.close()
          throw error
        }
      })
    }
    case 'mtproxy':
      try {
        return new MtProxyTransport(wayOut, sockets)
      } catch {
        return tcpTransport(() => Promise.reject(new Error('its secret is not one of an MTProxy')))
      }
  }
}

function tcpTransport(open: (host: string, port: number) => Promise<SocketConnection>): TelegramTransport {
  return {
    connect: (dc) => open(dc.ipAddress, dc.port),
    packetCodec: () => new IntermediatePacketCodec(),
  }
}

/** The library's obfuscation (plain, padded and fake-TLS secrets) over connections of ours. */
class MtProxyTransport extends BaseMtProxyTransport {
  readonly #sockets: Sockets

  constructor({ host, port, secret }: WayOut & { kind: 'mtproxy' }, sockets: Sockets) {
    super({ host, port, secret: secret.openText().trim() })
    this.#sockets = sockets
  }

  override _connectTcp({ address, port }: { address: string; port: number }) {
    return this.#sockets.open(address, port)
  }
}
