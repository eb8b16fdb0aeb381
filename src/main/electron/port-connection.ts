import { RPCHandler } from '@orpc/server/message-port'
import { ipcMain } from 'electron'
import type { App } from '../app.ts'
import type { Log } from '../ports.ts'
import { type RpcContext, rpcOptions } from '../shell/rpc.ts'
import { isOwnFrame } from './origin.ts'

/** As in the preload. */
const PORT_MESSAGE = 'session-deck:port'

/**
 * Serves the contract on every port that our own page hands over. Listens at once; ports that come before the app is
 * ready wait for it (a port keeps its messages until it is started).
 */
export function servePorts(app: Promise<App>, devServer: string | null, log: Log): void {
  const handler = app.then(({ router }) => new RPCHandler<RpcContext>(router, rpcOptions(log)))
  // Whoever waits for the app reports that it failed to start.
  handler.catch(() => {})
  ipcMain.on(PORT_MESSAGE, (event) => {
    const [port] = event.ports
    if (port === undefined) return
    if (!isOwnFrame(event.senderFrame, devServer)) {
      log.warn('refused a port from a foreign frame')
      port.close()
      return
    }
    void handler.then((ready) => {
      ready.upgrade(port, { context: {} })
      port.start()
    })
  })
}
