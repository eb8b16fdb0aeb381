import type { LoginStatus } from '../../shared/login-statuses.ts'
import type { LoginAccount } from '../domain/login.ts'
import type { Secret } from '../domain/secret.ts'

/** One data centre by one address. */
export interface Endpoint {
  readonly id: number
  /** An IP literal without brackets. */
  readonly host: string
  readonly port: number
  readonly test: boolean
}

/** What a person registered at Telegram for this app. */
export interface AppIdentity {
  readonly apiId: number
  readonly apiHash: Secret
}

interface ProxyPlace {
  readonly id: string
  readonly name: string
  readonly host: string
  readonly port: number
}

/** How a connection leaves this machine. */
export type WayOut =
  | { readonly kind: 'direct' }
  | (ProxyPlace & { readonly kind: 'socks5' | 'http'; readonly user: string; readonly password: Secret | null })
  /** `secret` is UTF-8 text as proxies are handed round: hexadecimal or base64. */
  | (ProxyPlace & { readonly kind: 'mtproxy'; readonly secret: Secret })

/** Where the request goes and under which name. */
export interface GatewayRoute {
  readonly endpoint: Endpoint
  readonly app: AppIdentity
  readonly wayOut: WayOut
}

/** One login to be asked about with its own key: 256 bytes, not all zero. */
export interface LoginAccess extends GatewayRoute {
  readonly authKey: Secret
}

/**
 * What came of one call. Every outcome of a conversation with Telegram is an answer, none is thrown. `value` is there
 * when `status` is `alive` or `frozen` and the call itself succeeded.
 */
export interface GatewayAnswer<T> {
  readonly status: LoginStatus
  /** "401 SESSION_REVOKED", "transport error 404, twice", "no answer in 15 s". Never a key or a token. */
  readonly evidence: string
  readonly value: T | null
  /** Of `rate-limited`: seconds; null where none were given. */
  readonly waitSeconds: number | null
  /** Of `wrong-dc`. */
  readonly newDcId: number | null
  /**
   * The call went out and no answer to it came: it may have been done all the same. Only with `network` and
   * `server-error`.
   */
  readonly maybeDone: boolean
}

/** A row of Telegram's Devices list. Times in Unix seconds. */
export interface Device {
  /** Public handle; 0 for the asking login. */
  readonly hash: bigint
  readonly current: boolean
  readonly officialApp: boolean
  readonly passwordPending: boolean
  readonly unconfirmed: boolean
  readonly deviceModel: string
  readonly platform: string
  readonly systemVersion: string
  readonly apiId: number
  readonly appName: string
  readonly appVersion: string
  readonly createdAt: number
  readonly activeAt: number
  readonly ip: string
  readonly country: string
  readonly region: string
}

export interface DeviceList {
  /** Days without use after which Telegram ends a login. */
  readonly ttlDays: number
  readonly devices: readonly Device[]
}

/** How a new login is made. */
export type LoginMethod =
  | { readonly kind: 'bot'; readonly token: Secret }
  | { readonly kind: 'qr' }
  | { readonly kind: 'phone'; readonly phone: string }

/** A refusal that the person can put right: the question is asked again with it. */
export interface LoginRefusal {
  /** Telegram's text: PHONE_CODE_INVALID. */
  readonly text: string
  /** A sentence for the person. */
  readonly message: string
}

/** What a login asks on its way. Rejecting ends the login. */
export interface LoginPrompts {
  /** A new link to be shown as a QR code: a secret for about 30 seconds. Called again when it changed. */
  showQr(link: Secret, expiresAtMs: number): void
  /** The QR code was scanned and confirmed. */
  scanned(): void
  /** `where` says where Telegram sent the code: "in the Telegram app", "by SMS". */
  askCode(code: {
    readonly where: string
    readonly length: number | null
    readonly refusal: LoginRefusal | null
  }): Promise<Secret>
  askPassword(password: { readonly hint: string | null; readonly refusal: LoginRefusal | null }): Promise<Secret>
}

/** A login that was just made. */
export interface NewLogin {
  readonly endpoint: Endpoint
  readonly authKey: Secret
  readonly account: LoginAccount
}

/** `refusal` where Telegram refused for good (a wrong token, a banned number). */
export type NewLoginAnswer =
  | { readonly kind: 'made'; readonly login: NewLogin }
  | { readonly kind: 'refused'; readonly refusal: LoginRefusal }
  | { readonly kind: 'failed'; readonly status: LoginStatus; readonly evidence: string }

export interface NewLoginRequest extends GatewayRoute {
  readonly method: LoginMethod
  /** Where QR and phone logins may be sent on to, by DC id. */
  readonly endpoints: ReadonlyMap<number, Endpoint>
  /** RSA public keys beyond Telegram's own (PKCS#1 PEM): of a local server alone. */
  readonly publicKeys: readonly string[]
}

/**
 * Conversations with Telegram. A call about an existing login makes one connection, sends one request and closes; it
 * never makes a key, never follows to another data centre, never sleeps on a wait. Aborting ends it at once with
 * `network`, evidence "stopped".
 */
export interface Gateway {
  /** Asks who this is (`users.getUsers(self)`): harms nothing. */
  check(login: LoginAccess, signal: AbortSignal): Promise<GatewayAnswer<LoginAccount>>
  /** `auth.logOut`. The token for a later login, if one is sent, is dropped. */
  logOut(login: LoginAccess, signal: AbortSignal): Promise<GatewayAnswer<true>>
  /** `account.getAuthorizations`; of user accounts alone. */
  devices(login: LoginAccess, signal: AbortSignal): Promise<GatewayAnswer<DeviceList>>
  /** `account.resetAuthorization`. */
  endDevice(login: LoginAccess, hash: bigint, signal: AbortSignal): Promise<GatewayAnswer<true>>
  /** `auth.resetAuthorizations`: all but the asking one. */
  endOtherDevices(login: LoginAccess, signal: AbortSignal): Promise<GatewayAnswer<true>>
  /** Makes a key by handshake, and a login with it: the only call that may. */
  logIn(request: NewLoginRequest, prompts: LoginPrompts, signal: AbortSignal): Promise<NewLoginAnswer>
  /** Ends what it was doing, and what it was done in. */
  close(): Promise<void>
}
