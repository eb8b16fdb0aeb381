import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createApp, type App } from '../app.ts'
import type { Log, Paths } from '../ports.ts'
import { createHostGate, inUrl } from './allowed-hosts.ts'
import { createAuth } from './auth.ts'
import { createHttpServer } from './http-server.ts'
import { headlessPorts } from './ports.ts'
import { createTransferDesk } from './transfers.ts'
import { serveWebSocket } from './websocket-connection.ts'

export interface RunningServer {
  /** With the token in its fragment. */
  readonly link: string
  readonly origin: string
  readonly app: App
  close(): Promise<void>
}

/** The app behind an HTTP server, ready to be opened. @throws the system's error when the address cannot be had */
export async function startServer(options: {
  readonly host: string
  readonly port: number
  readonly allowedHosts: readonly string[]
  readonly version: string
  readonly demo: boolean
  readonly paths: Paths
  /** Folder of the built window. */
  readonly pageFolder: string
  readonly log: Log
}): Promise<RunningServer> {
  const { log } = options
  const auth = createAuth()
  const gate = createHostGate(options.host, options.allowedHosts)
  const desk = createTransferDesk({ now: () => Date.now() })
  const server = createHttpServer({ auth, gate, desk, pageFolder: options.pageFolder, log })
  // The address first: when it is taken, nothing has been opened yet.
  server.listen(options.port, options.host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  let app: App
  try {
    app = await createApp(headlessPorts({ ...options, transfers: desk }))
  } catch (error) {
    server.close()
    server.closeAllConnections()
    throw error
  }
  const connections = serveWebSocket(server, app.router, { auth, gate, log })
  const shown = options.host === '0.0.0.0' || options.host === '::' ? '127.0.0.1' : options.host
  const origin = `http://${inUrl(shown)}:${port}`
  return {
    origin,
    link: `${origin}/#token=${auth.token}`,
    app,
    close: async () => {
      connections.close()
      server.close()
      server.closeAllConnections()
      desk.clear()
      app.lock()
      await app.close()
    },
  }
}
