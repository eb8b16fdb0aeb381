import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { RPCHandler } from '@orpc/server/ws'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Log } from '../ports.ts'
import { type Router, type RpcContext, rpcOptions } from '../shell/rpc.ts'
import type { HostGate } from './allowed-hosts.ts'
import type { Auth } from './auth.ts'

/** Two million pasted characters, each up to three bytes, with room for quoting. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024
/** Keeps tunnels and proxies from closing a quiet connection; finds out when the other end is gone. */
const PING_EVERY_MS = 30_000

/** Answers upgrades at `/rpc` and serves the contract on them. */
export function serveWebSocket(
  server: Server,
  router: Router,
  parts: { readonly auth: Auth; readonly gate: HostGate; readonly log: Log },
): { close(): void } {
  const handler = new RPCHandler<RpcContext>(router, rpcOptions(parts.log))
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_MESSAGE_BYTES, perMessageDeflate: false })

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // A connection that breaks while it is refused is no event.
    socket.on('error', () => {})
    const refusal = refusalOf(request, parts)
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', (error) => parts.log.warn('a connection failed', { error }))
      keepAlive(ws)
      void handler.upgrade(ws, { context: {} })
    })
  })

  return {
    close: () => {
      for (const ws of sockets.clients) ws.terminate()
      sockets.close()
    },
  }
}

function refusalOf(request: IncomingMessage, parts: { readonly auth: Auth; readonly gate: HostGate }): string | null {
  if (!parts.gate.isOwnOrigin(request)) return '403 Forbidden'
  if (!parts.auth.isSignedIn(request)) return '401 Unauthorized'
  return request.url === '/rpc' ? null : '404 Not Found'
}

function keepAlive(ws: WebSocket): void {
  let answered = true
  ws.on('pong', () => {
    answered = true
  })
  const timer = setInterval(() => {
    if (!answered) return ws.terminate()
    answered = false
    ws.ping()
  }, PING_EVERY_MS)
  timer.unref()
  ws.on('close', () => clearInterval(timer))
}
