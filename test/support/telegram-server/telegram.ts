import type { Behaviour, ScriptMatch } from './script.ts'

/** What a client is told that asks with a login: `'ok'` is alive, `'forgotten'` is transport error 404. */
export type LoginState =
  | 'ok'
  | 'unregistered'
  | 'revoked'
  | 'expired'
  | 'duplicated'
  | 'deactivated'
  | 'banned'
  | 'frozen'
  | 'key-invalid'
  | 'temporary'
  | 'password-pending'
  | 'forgotten'

export interface Account {
  readonly id: number
  readonly isBot: boolean
  readonly firstName: string
  readonly lastName?: string
  readonly username?: string
  /** Digits alone; a plus sign and blanks are taken off. */
  readonly phone?: string
  /** Where it lives: logins elsewhere are sent there. Left out, it lives at every data centre. */
  readonly dcId?: number
}

/** A row of the devices list, as far as the client's own words do not make it. */
export interface Device {
  readonly deviceModel: string
  readonly platform: string
  readonly systemVersion: string
  readonly apiId: number
  readonly appName: string
  readonly appVersion: string
  readonly ip: string
  readonly country: string
  readonly region: string
  readonly officialApp: boolean
  readonly unconfirmed: boolean
}

export interface LoginHandle {
  /** 16 hexadecimal digits in wire order, as `keyIdOf` has them. */
  readonly keyId: string
  /** Names the login in the devices list of its siblings. */
  readonly hash: bigint
}

export interface NewLogin {
  /** The first data centre of the server, when left out. */
  readonly dcId?: number
  readonly authKey: Uint8Array
  /** Null for a key that stands for nobody. */
  readonly accountId: number | null
  /** `'ok'` with an account, `'unregistered'` without, when left out. */
  readonly state?: LoginState
  /** Unix seconds; ten days ago when left out. */
  readonly createdAt?: number
  /** Unix seconds. */
  readonly activeAt?: number
  readonly device?: Partial<Device>
}

/** One API call the server was asked to do, service messages left out. */
export interface SeenCall {
  readonly keyId: string
  readonly method: string
  /** Of the `invokeWithLayer` around it, if any. */
  readonly layer: number | null
  /** Of the `initConnection` around it, if any. */
  readonly init: InitFields | null
  readonly dcId: number
  /** Counts from 1, over all listeners. */
  readonly connection: number
  readonly atMs: number
}

export interface InitFields {
  readonly apiId: number
  readonly deviceModel: string
  readonly systemVersion: string
  readonly appVersion: string
  readonly systemLangCode: string
  readonly langPack: string
  readonly langCode: string
}

/** What may be turned while the server runs. */
export interface Knobs {
  /** How far the server's clock is ahead of the machine's. */
  clockOffsetSeconds: number
  /** `tmp_sessions` of the configuration. */
  tmpSessions: number | null
  /** Whether clients may make new keys. Otherwise an unencrypted message is answered with transport error 404. */
  allowHandshake: boolean
  /** API calls over two live connections with one key kill it. */
  strictSingle: boolean
  /** How old a login must be to end others. */
  ageLimitSeconds: number
  loginTokenSeconds: number
  /** Comes with the answer to a log-out. */
  futureAuthToken: Uint8Array | null
  /** The application that may log in; any may when null. */
  application: { readonly apiId: number; readonly apiHash: string } | null
  testMode: boolean
}

export interface Stats {
  readonly connections: number
  readonly open: number
  readonly mostOpen: number
  /** Attempts at making a key, refused ones included. */
  readonly handshakes: number
  /** Packets of keys that the asked data centre does not know. */
  readonly unknownKeys: number
  /** Packets that did not decrypt. */
  readonly badPackets: number
  readonly wrongSalts: number
  /** Connections by framing: `'intermediate'`, `'obfuscated padded'`. */
  readonly framings: ReadonlyMap<string, number>
}

export interface TelegramOptions {
  /** One listener each; keys belong to one data centre, accounts are shared. [2] when left out. */
  readonly dcIds?: readonly number[]
  readonly allowHandshake?: boolean
  /** 16 bytes: the listeners are MTProxies, and lead to the data centre that the client names. */
  readonly proxySecret?: Uint8Array
  readonly clockOffsetSeconds?: number
  readonly tmpSessions?: number
  readonly strictSingle?: boolean
  readonly testMode?: boolean
}

export interface LocalTelegram {
  /** PKCS#1 PEM, for the client's `addPublicKey`. */
  readonly publicKeyPem: string
  readonly endpoints: ReadonlyMap<number, { readonly host: string; readonly port: number }>
  readonly stats: Stats
  readonly calls: readonly SeenCall[]
  /** Why connections were cut that nobody asked to cut: a client's nonsense, or a fault of the server's own. */
  readonly problems: readonly string[]
  readonly knobs: Knobs
  /** A second one with the same id takes the place of the first. */
  addAccount(account: Account): void
  addBotToken(token: string, accountId: number): void
  /** Logging in with it is answered with `ACCESS_TOKEN_EXPIRED` from now on. */
  expireBotToken(token: string): void
  /** Two-step verification: every login of the account asks for it from now on. */
  setPassword(accountId: number, password: string): Promise<void>
  /** `'12345'` until set. */
  setLoginCode(phone: string, code: string): void
  addLogin(login: NewLogin): LoginHandle
  setState(keyId: string, state: LoginState): void
  stateOf(keyId: string): LoginState | null
  /** Those that the devices list shows. */
  loginsOf(accountId: number): readonly LoginHandle[]
  script(match: ScriptMatch, ...behaviours: readonly Behaviour[]): void
  /** As if the person had scanned the newest open login token. Throws when there is none. */
  acceptQr(accountId: number): void
  close(): Promise<void>
}
