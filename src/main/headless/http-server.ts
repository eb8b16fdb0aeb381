import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Log } from '../ports.ts'
import { readPageFile } from '../shell/page-files.ts'
import { baseHeaders, protectPage } from '../shell/page-policy.ts'
import type { HostGate } from './allowed-hosts.ts'
import type { Auth } from './auth.ts'
import { readBody } from './http-body.ts'
import { MAX_UPLOAD_BYTES, type TransferDesk } from './transfers.ts'

export interface HttpParts {
  readonly auth: Auth
  readonly gate: HostGate
  readonly desk: TransferDesk
  /** Folder of the built window. */
  readonly pageFolder: string
  readonly log: Log
}

const MAX_SIGN_IN_BYTES = 4096

/** Serves the window, trades the link's token for the cookie, and carries files. Calls go over the WebSocket. */
export function createHttpServer(parts: HttpParts): Server {
  return createServer({ requestTimeout: 120_000 }, (request, response) => {
    answer(parts, request, response).catch((error: unknown) => {
      parts.log.error('a request failed', { method: request.method, error })
      if (!response.headersSent) refuse(response, 500)
      else response.destroy()
    })
  })
}

async function answer(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!parts.gate.allowsHost(request)) return refuse(response, 403)
  const path = pathOf(request)
  if (path === '/session') return signIn(parts, request, response)
  if (path === '/transfer') return upload(parts, request, response)
  if (path.startsWith('/transfer/')) return download(parts, request, response, path.slice('/transfer/'.length))
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(response, 405)
  const file = await readPageFile(parts.pageFolder, path)
  if (file === null) return refuse(response, 404)
  const { headers, body } = protectPage(file, `ws://${request.headers.host}`)
  response.writeHead(200, { ...headers, 'content-length': body.byteLength }).end(request.method === 'HEAD' ? '' : body)
}

async function signIn(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405)
  if (!parts.gate.isOwnOrigin(request)) return refuse(response, 403)
  const body = await readBody(request, MAX_SIGN_IN_BYTES)
  if (body === null) return refuse(response, 413)
  const token = tokenOf(body)
  if (token === null) {
    // A reload: the token is gone from the address, the cookie is there.
    if (parts.auth.isSignedIn(request)) response.writeHead(204, baseHeaders()).end()
    else refuse(response, 401)
    return
  }
  const cookie = parts.auth.signIn(token)
  if (cookie === null) return refuse(response, 401)
  response.writeHead(204, { ...baseHeaders(), 'set-cookie': cookie }).end()
}

async function upload(parts: HttpParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'POST') return refuse(response, 405)
  if (!parts.gate.isOwnOrigin(request)) return refuse(response, 403)
  if (!parts.auth.isSignedIn(request)) return refuse(response, 401)
  const name = new URL(request.url ?? '/', 'http://page').searchParams.get('name') ?? ''
  const bytes = await readBody(request, MAX_UPLOAD_BYTES)
  const id = bytes === null ? null : parts.desk.hold(name.slice(0, 255), bytes)
  if (id === null) return refuse(response, 413)
  response.writeHead(200, { ...baseHeaders(), 'content-type': 'application/json' }).end(JSON.stringify({ id }))
}

function download(parts: HttpParts, request: IncomingMessage, response: ServerResponse, id: string): void {
  if (request.method !== 'GET') return refuse(response, 405)
  if (!parts.auth.isSignedIn(request)) return refuse(response, 401)
  // Sent by every current browser; a link on a foreign page must not spend the download.
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin') return refuse(response, 403)
  const file = parts.desk.fetch(id)
  if (file === null) return refuse(response, 404)
  response
    .writeHead(200, {
      ...baseHeaders(),
      'content-type': 'application/octet-stream',
      'content-length': file.bytes.byteLength,
      'content-disposition': `attachment; filename*=UTF-8''${encodeName(file.name)}`,
    })
    .end(file.bytes)
}

function refuse(response: ServerResponse, status: number): void {
  // What is left of the request is not worth reading.
  if (status === 413) response.shouldKeepAlive = false
  response.writeHead(status, { ...baseHeaders(), 'content-type': 'text/plain; charset=utf-8' }).end(`${status}\n`)
}

function tokenOf(body: Buffer): string | null {
  try {
    const { token } = JSON.parse(body.toString('utf8')) as { token?: unknown }
    return typeof token === 'string' ? token : null
  } catch {
    return null
  }
}

/** The path as it was sent: `new URL` would fold `..` away before we can refuse it. */
function pathOf(request: IncomingMessage): string {
  return (request.url ?? '/').split(/[?#]/, 1)[0] ?? '/'
}

function encodeName(name: string): string {
  return encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
