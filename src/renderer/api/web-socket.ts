import { RPCLink } from '@orpc/client/websocket'

/** Why the window could not connect: the link is not valid (any more), or nothing answers. */
export class ConnectionError extends Error {
  readonly reason: 'unauthorized' | 'unreachable'

  constructor(reason: 'unauthorized' | 'unreachable', options?: { cause?: unknown }) {
    super(reason, options)
    this.name = 'ConnectionError'
    this.reason = reason
  }
}

/**
 * Trades the token of the link for a cookie (once), then opens the socket.
 * @throws ConnectionError
 */
export async function webSocketLink(onLost: () => void): Promise<RPCLink<Record<never, never>>> {
  await signIn()
  const url = new URL('/rpc', location.href)
  url.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:'
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  // Listens before anything else does, so that no message can be missed.
  const link = new RPCLink({ websocket: socket })
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true })
    socket.addEventListener('error', () => reject(new ConnectionError('unreachable')), { once: true })
  })
  socket.addEventListener('close', onLost)
  return link
}

/** The fragment never reaches the server or its logs; it is taken out of the address bar and the history at once. */
async function signIn(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token')
  if (token !== null) history.replaceState(null, '', location.pathname + location.search)
  const response = await fetch('/session', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token }),
  }).catch((cause: unknown) => {
    throw new ConnectionError('unreachable', { cause })
  })
  if (!response.ok) throw new ConnectionError(response.status === 401 ? 'unauthorized' : 'unreachable')
}
