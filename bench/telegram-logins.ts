import { randomBytes } from 'node:crypto'
import { startTelegram } from '../test/support/telegram-server/start.ts'
import type { Endpoint } from '../src/main/telegram/gateway.ts'

/** What the process of the server says first. */
export interface ServerReady {
  readonly endpoint: Endpoint
  readonly authKeys: readonly Uint8Array[]
}

/** What it says when it was told to end. */
export interface ServerCounts {
  readonly connections: number
  readonly handshakes: number
  readonly calls: number
}

/**
 * Helper of `telegram.ts`: the local server with as many living logins as the first argument says, in a process of its own,
 * for it works as hard as the client. Any message ends it.
 */
const DC_ID = 2
const count = Number(process.argv[2])
const telegram = await startTelegram({ dcIds: [DC_ID] })
const authKeys = Array.from({ length: count }, (_, index) => {
  const accountId = index + 1
  const authKey = randomBytes(256)
  telegram.addAccount({ id: accountId, isBot: index % 2 === 0, firstName: `Account ${accountId}` })
  telegram.addLogin({ dcId: DC_ID, authKey, accountId })
  return authKey
})
const { host = '', port = 0 } = telegram.endpoints.get(DC_ID) ?? {}
process.send?.({ endpoint: { id: DC_ID, host, port, test: false }, authKeys } satisfies ServerReady)
process.once('message', () => {
  const { connections, handshakes } = telegram.stats
  const counts: ServerCounts = { connections, handshakes, calls: telegram.calls.length }
  process.send?.(counts, () => {
    process.disconnect()
    void telegram.close()
  })
})
