import type { SkipReason } from '../../../shared/contract/telegram.ts'
import type { LoginResult } from '../../domain/login.ts'
import type { Ref } from '../../sources/interfaces.ts'
import type { AppIdentity, Endpoint, Gateway, GatewayAnswer, LoginAccess, WayOut } from '../../telegram/gateway.ts'
import type { AnswerReading } from '../../telegram/login-result.ts'

/** What an access may do that it does not by itself. */
export interface AccessOptions {
  /** Also when a program has the session open: Telegram may end the login. */
  readonly includeInUse: boolean
  /** Ask another data centre or network than the session's own. */
  readonly elsewhere?: { readonly dcId: number; readonly test: boolean } | null
}

/** What came of asking about one session. */
export type Asked<T> =
  | { readonly kind: 'skipped'; readonly reason: SkipReason }
  | {
      readonly kind: 'answered'
      readonly answer: GatewayAnswer<T>
      readonly result: LoginResult
      readonly keyId: string
    }

/** Addresses, names and ways out, from the settings of the person. */
export interface TelegramRoutes {
  /**
   * The API id that a session stores, where its hash is kept too; the general one for others and null.
   * @throws AppError telegram.no-app, protection.locked
   */
  app(storedApiId?: number | null): AppIdentity
  /** The way out of a source; the general one for null. @throws AppError protection.locked, telegram.unreachable */
  wayOut(sourceId: string | null): WayOut
  /** Its name, without opening its password: "direct", or that of a proxy. @throws AppError telegram.unreachable */
  wayOutName(sourceId: string | null): string
  /**
   * Telegram's own address of a data centre; null where there is none (test DC 4). Once an address was overridden, the
   * overrides are the only ones: a local server's sessions never reach Telegram by mistake.
   */
  endpoint(dcId: number, test: boolean): Endpoint | null
  endpoints(test: boolean): ReadonlyMap<number, Endpoint>
  publicKeys(): readonly string[]
  testNetwork(): boolean
}

/** What every service that contacts Telegram works with. */
export interface TelegramCore {
  readonly gateway: Gateway
  readonly routes: TelegramRoutes
  /**
   * Opens a session, holds the lock of its key (waiting for who has it), lets `call` ask with it, wipes our copy of the
   * key, keeps what Telegram said under the key id (not when `signal` fired), and shows the contact while it lasts.
   * Outcomes are answers; thrown is only what stands before asking.
   * @throws AppError telegram.no-app, protection.locked, session.not-found, telegram.key-busy when another program has the
   * key for a minute, telegram.wait when the key was used over another way out less than five minutes ago
   */
  withLogin<T>(
    ref: Ref,
    options: AccessOptions,
    signal: AbortSignal,
    call: (gateway: Gateway, login: LoginAccess, signal: AbortSignal) => Promise<GatewayAnswer<T>>,
    reading?: AnswerReading<T>,
  ): Promise<Asked<T>>
  /** Shows a contact for as long as `during` lasts. */
  showContact<T>(wayOut: WayOut, endpoint: Endpoint, during: () => Promise<T>): Promise<T>
}
