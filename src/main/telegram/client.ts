import { MemoryStorage, MtClient, type TelegramTransport, type tl } from '@mtcute/core'
import { __tlReaderMap, LogManager } from '@mtcute/core/utils.js'
import { NodeCryptoProvider } from '@mtcute/node/utils.js'
import type { Endpoint } from './gateway.ts'

type Platform = ConstructorParameters<typeof MtClient>[0]['platform']
type ReaderMap = NonNullable<ConstructorParameters<typeof MtClient>[0]['readerMap']>

/** Under its own name, always: no other app's, no made-up phone. */
const DEVICE_MODEL = 'Session Deck'
const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }

/** `rpc_error` in the reader map: code and text follow. */
const RPC_ERROR_ID = 0x2144ca19

export interface ClientOptions {
  readonly endpoint: Endpoint
  readonly apiId: number
  /** Of Session Deck. */
  readonly version: string
  readonly transport: TelegramTransport
  /** Null to make a new one by handshake. */
  readonly authKey: Uint8Array | null
  readonly withUpdates: boolean
  /**
   * Every `rpc_error`, at once and word for word. True keeps it from the library, which has answers of its own to some: it
   * follows redirections, and takes `AUTH_KEY_PERM_EMPTY` as a request to make a temporary key.
   */
  readonly takesError: (code: number, text: string) => boolean
}

export interface Client {
  readonly mt: MtClient
  /** The key of the conversation, a handshake's too; not a copy. */
  authKey(): Uint8Array | null
  destroy(): Promise<void>
}

/** Holds no keys; reads its WebAssembly once. */
class SharedCrypto extends NodeCryptoProvider {
  #ready: Promise<void> | null = null

  override initialize(): Promise<void> {
    this.#ready ??= super.initialize()
    return this.#ready
  }
}

/** One for all clients. */
export const crypto = new SharedCrypto()

/** Writes nothing, waits for no signal, tells nobody what machine this is. */
const platform: Platform = {
  getDeviceModel: () => DEVICE_MODEL,
  getDefaultLogLevel: () => LogManager.OFF,
  log: () => {},
  beforeExit: () => () => {},
}

/**
 * A number for `main` keeps the server from asking for more. Connections for files are not even prepared; it is the
 * library's outer layer alone that cannot do without.
 */
function connectionsFor(kind: 'main' | 'upload' | 'download' | 'downloadSmall'): number {
  return kind === 'main' ? 1 : 0
}

/**
 * A client of the library's inner layer, which hands out answers as they come. It keeps nothing: memory storage, one main
 * connection, no temporary keys, no sleeping on waits.
 */
export function createClient(options: ClientOptions): Client {
  const { endpoint } = options
  const dc = {
    id: endpoint.id,
    ipAddress: endpoint.host,
    port: endpoint.port,
    testMode: endpoint.test,
    ipv6: endpoint.host.includes(':'),
  }
  const storage = new MemoryStorage()
  if (options.authKey !== null) storage.authKeys.set(dc.id, options.authKey)
  const mt = new MtClient({
    apiId: options.apiId,
    // Only logins send it, and put it into their requests themselves.
    apiHash: '',
    crypto,
    platform,
    storage,
    storageOptions: { cleanup: false },
    transport: options.transport,
    defaultDcs: { main: dc, media: dc },
    testMode: endpoint.test,
    disableUpdates: !options.withUpdates,
    logLevel: LogManager.OFF,
    initConnectionOptions: {
      deviceModel: DEVICE_MODEL,
      systemVersion: SYSTEMS[process.platform] ?? process.platform,
      appVersion: options.version,
    } satisfies Partial<tl.RawInitConnectionRequest>,
    network: { middlewares: [], connectionCount: connectionsFor, usePfs: false },
    readerMap: readerMapWith(options.takesError),
    onError: () => {},
  })
  return {
    mt,
    authKey: () => storage.authKeys.get(dc.id),
    destroy: async () => {
      await mt.disconnect()
      await mt.destroy()
    },
  }
}

/** The library's map is large: its entries are inherited, not copied. */
function readerMapWith(takesError: ClientOptions['takesError']): ReaderMap {
  const map = Object.create(__tlReaderMap) as ReaderMap
  map[RPC_ERROR_ID] = (reader: { int(): number; string(): string }) => {
    const errorCode = reader.int()
    const errorMessage = reader.string()
    const isTaken = takesError(errorCode, errorMessage)
    return { _: 'mt_rpc_error', errorCode, errorMessage: isTaken ? '' : errorMessage }
  }
  return map
}
