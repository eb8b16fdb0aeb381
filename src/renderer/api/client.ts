import { createORPCClient } from '@orpc/client'
import type { Client } from '../../shared/contract/index.ts'
import { messagePortLink } from './message-port.ts'
import { webSocketLink } from './web-socket.ts'

export type { Client }
export { errorOf } from './errors.ts'

/**
 * Connects the window to the main process: over a MessagePort where the preload is, else over a WebSocket to the
 * server the page came from. Call once. `onLost` runs when the connection ends later on (server stopped, tunnel cut);
 * calls under way reject then, and reloading the page is the way back.
 * @throws ConnectionError
 */
export async function connect(onLost: () => void = () => {}): Promise<Client> {
  const link = window.sessionDeck === undefined ? await webSocketLink(onLost) : messagePortLink(onLost)
  return createORPCClient<Client>(link)
}
