import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { stripTypeScriptTypes } from 'node:module'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { WebSocketServer } from 'ws'
import { fetchScheme } from './protocol.ts'
import { originOf } from './state.ts'
import { connectPage } from './page-connection.ts'
import type { WebContents } from './web-contents.ts'

const PRELOAD_PATH = '/electron-double/preload.js'

/**
 * Lets a real browser be the window: the program's scheme handler is served on loopback, and the preload runs in the
 * page before anything else does. The link goes to the parent process, or to standard output.
 */
export async function serveWindow(
  window: { readonly webContents: WebContents; once(event: 'closed', listener: () => void): unknown },
  preload: string | null,
): Promise<void> {
  const contents = window.webContents
  const token = randomBytes(24).toString('base64url')
  const base = originOf(contents.url)
  const server = createServer((request, response) => {
    answer(request, response, { base, preload, host }).catch((error: unknown) => {
      // As net::ERR_FAILED.
      process.stderr.write(`the protocol handler failed: ${String(error)}\n`)
      response.destroy()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const sockets = new WebSocketServer({ noServer: true, handleProtocols: () => 'double' })
  server.on('upgrade', (request, socket, head) => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(/, */)
    if (request.headers.origin !== `http://${host}` || !offered.includes(token)) {
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => connectPage(contents, ws))
  })
  window.once('closed', () => {
    for (const ws of sockets.clients) ws.terminate()
    server.close()
    server.closeAllConnections()
  })
  const url = `http://${host}/#double=${token}`
  if (process.send) process.send({ url })
  else process.stdout.write(`${url}\n`)
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: { base: string; preload: string | null; host: string },
): Promise<void> {
  if (request.headers.host !== options.host) return void response.writeHead(403).end()
  if (request.url === PRELOAD_PATH) {
    return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(await pagePreload(options.preload))
  }
  // Electron asks for no icon.
  if (request.url === '/favicon.ico') return void response.writeHead(204).end()
  const answered = await fetchScheme(`${options.base}${request.url ?? '/'}`)
  let body = Buffer.from(await answered.arrayBuffer())
  if (answered.headers.get('content-type')?.startsWith('text/html')) {
    body = Buffer.from(body.toString().replace(/<head>/i, `<head><script src="${PRELOAD_PATH}"></script>`))
  }
  response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(body)
}

/** The preload and what it needs around it, as one script. */
async function pagePreload(preload: string | null): Promise<string> {
  const parts = await Promise.all(['codec.ts', 'preload-env.ts', 'page.ts'].map(pageSource))
  const own = preload === null ? '' : await readFile(preload, 'utf8')
  const call = `((require, exports, module) => {${own}\n})(pageRequire(), {}, { exports: {} })`
  return `(() => {${parts.join('\n')}\n${call}\n})()`
}

async function pageSource(file: string): Promise<string> {
  const source = stripTypeScriptTypes(await readFile(join(import.meta.dirname, file), 'utf8'))
  return source.replace(/^import .*$/gm, '').replace(/^export /gm, '')
}
