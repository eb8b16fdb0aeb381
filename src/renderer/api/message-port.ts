import { RPCLink } from '@orpc/client/message-port'
import { PORT_MESSAGE } from './shell-bridge.ts'

/** One end of a new channel goes to the main process by way of the preload. */
export function messagePortLink(onLost: () => void): RPCLink<Record<never, never>> {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener('close', onLost)
  const link = new RPCLink({ port: port1 })
  port1.start()
  // A page of a custom scheme may have no origin to name; the preload checks that the message is the page's own.
  window.postMessage(PORT_MESSAGE, '*', [port2])
  return link
}
