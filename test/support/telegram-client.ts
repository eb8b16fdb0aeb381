import {
  BaseTelegramClient,
  MemoryStorage,
  TelegramClient,
  type TelegramTransport,
  TcpTransport,
  tl,
} from '@mtcute/node'
import { onTestFinished } from 'vitest'
import type { LocalTelegram } from './telegram-server/start.ts'

/** Plain clients of the library, without the app's own guard: for what is tested here is the server. */

type Endpoints = Pick<LocalTelegram, 'endpoints'>

export interface ClientOptions {
  /** 2 when left out. */
  readonly dcId?: number
  readonly transport?: TelegramTransport
  readonly deviceModel?: string
}

function optionsOf({ endpoints }: Endpoints, { dcId = 2, transport, deviceModel = 'Desk' }: ClientOptions) {
  const { host, port } = endpoints.get(dcId)!
  const dc = { id: dcId, ipAddress: host, port }
  return {
    apiId: 1,
    apiHash: 'hash',
    storage: new MemoryStorage(),
    transport: transport ?? new TcpTransport(),
    defaultDcs: { main: dc, media: dc },
    disableUpdates: true,
    logLevel: 0,
    initConnectionOptions: { deviceModel, systemVersion: '9', appVersion: '3.1' },
    network: { middlewares: [], usePfs: false, connectionCount: () => 1 },
  }
}

/** A client with a key it has, which ends with the test. */
export async function clientWith(
  telegram: Endpoints,
  authKey: Uint8Array,
  options: ClientOptions = {},
): Promise<BaseTelegramClient> {
  const all = optionsOf(telegram, options)
  const client = new BaseTelegramClient({ ...all, updates: false })
  client.onError.add(() => {})
  onTestFinished(() => client.destroy())
  await client.importSession({ authKey, primaryDcs: all.defaultDcs }, true)
  return client
}

/** A client without a key, which makes one to log in, and listens for updates. */
export function clientWithoutKey(telegram: Endpoints, options: ClientOptions = {}): TelegramClient {
  const client = new TelegramClient({ ...optionsOf(telegram, options), disableUpdates: false })
  client.onError.add(() => {})
  onTestFinished(() => client.destroy())
  return client
}

/** The server's refusal of a call, `'420 FLOOD_WAIT_37'`, or what came instead of one. */
export async function refusalOf(call: Promise<unknown>): Promise<string> {
  try {
    await call
  } catch (error) {
    if (!(error instanceof tl.RpcError)) return String(error)
    const { code, text } = error
    // The library takes the number out of some texts.
    const { seconds, newDc } = error as unknown as Readonly<Record<'seconds' | 'newDc', number | undefined>>
    return `${code} ${text.replace('%d', String(seconds ?? newDc))}`
  }
  return 'no refusal'
}
