import { randomBytes } from 'node:crypto'
import type { LocalTelegram, LoginState, TelegramOptions } from './telegram-server/start.ts'
import { startTelegram } from './telegram-server/start.ts'
import { Secret } from '../../src/main/domain/secret.ts'
import type { Endpoint, GatewayRoute, LoginAccess, NewLoginRequest, WayOut } from '../../src/main/telegram/gateway.ts'

/** A login at the local server, with what the gateway needs to ask about it. */
export interface LocalLogin extends LoginAccess {
  /** 16 hexadecimal digits. */
  readonly keyId: string
  /** Its row in the devices list of its siblings. */
  readonly hash: bigint
}

export interface LocalNetwork {
  readonly telegram: LocalTelegram
  endpoint(dcId?: number): Endpoint
  route(more?: { readonly dcId?: number; readonly wayOut?: WayOut }): GatewayRoute
  /** Makes a login of account 42, Ada Lovelace, unless told otherwise. */
  login(more?: Partial<LoginDetails>): LocalLogin
  /** A key that no data centre knows. */
  stranger(): LoginAccess
  newLogin(
    method: NewLoginRequest['method'],
    more?: { readonly dcId?: number; readonly wayOut?: WayOut },
  ): NewLoginRequest
}

interface LoginDetails {
  readonly state: LoginState
  readonly accountId: number
  readonly dcId: number
  readonly createdAt: number
  readonly wayOut: WayOut
}

const HOME = 2
const DIRECT: WayOut = { kind: 'direct' }
export const API_HASH = '0123456789abcdef0123456789abcdef'

/** Data centres of our own on loopback, with a user (42) and a bot (43). */
export async function localNetwork(options: TelegramOptions = {}): Promise<LocalNetwork> {
  const telegram = await startTelegram(options)
  telegram.addAccount({
    id: 42,
    isBot: false,
    firstName: 'Ada',
    lastName: 'Lovelace',
    username: 'ada',
    phone: '15550042',
  })
  telegram.addAccount({ id: 43, isBot: true, firstName: 'Botty', username: 'botty_bot' })
  const endpoint = (dcId = HOME): Endpoint => {
    const place = telegram.endpoints.get(dcId)
    if (place === undefined) throw new Error(`no data centre ${dcId}`)
    return { id: dcId, host: place.host, port: place.port, test: false }
  }
  const route: LocalNetwork['route'] = ({ dcId, wayOut = DIRECT } = {}) => ({
    endpoint: endpoint(dcId),
    app: { apiId: 17, apiHash: Secret.fromText(API_HASH) },
    wayOut,
  })
  return {
    telegram,
    endpoint,
    route,
    login: ({ state = 'ok', accountId = 42, dcId = HOME, createdAt, wayOut = DIRECT } = {}) => {
      const authKey = randomBytes(256)
      const age = createdAt === undefined ? {} : { createdAt }
      const handle = telegram.addLogin({ dcId, authKey, accountId, state, ...age })
      return { ...route({ dcId, wayOut }), ...handle, authKey: new Secret(authKey) }
    },
    stranger: () => ({ ...route(), authKey: new Secret(randomBytes(256)) }),
    newLogin: (method, more) => ({
      ...route(more),
      method,
      endpoints: new Map([...telegram.endpoints.keys()].map((id) => [id, endpoint(id)])),
      publicKeys: [telegram.publicKeyPem],
    }),
  }
}

/** For calls that nobody stops. */
export const unstopped: AbortSignal = new AbortController().signal
