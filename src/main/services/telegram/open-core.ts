import type { LoginResult } from '../../domain/login.ts'
import type { Clock } from '../../ports.ts'
import type { KeyLocks } from '../../sources/key-locks.ts'
import type { LoginResults } from '../../sources/login-results.ts'
import type { Gateway, GatewayAnswer, LoginAccess } from '../../telegram/gateway.ts'
import type { Contacts } from './contacts.ts'
import { type AccessParts, openLogin, wipe } from './login-access.ts'
import { wayOutIdOf, wayOutNameOf } from './routes.ts'
import type { AnswerReading, TelegramCore, TelegramRoutes } from './telegram-core.ts'

export interface CoreParts {
  readonly library: AccessParts['library']
  readonly gateway: Gateway
  readonly routes: TelegramRoutes
  readonly logins: LoginResults
  readonly locks: KeyLocks
  readonly contacts: Contacts
  readonly clock: Clock
}

/** The one place from which keys leave for Telegram. */
export function createTelegramCore(parts: CoreParts): TelegramCore {
  const { gateway, routes, logins, locks, contacts } = parts
  return {
    gateway,
    routes,
    showContact: contacts.show,
    withLogin: async (ref, options, signal, call, reading) => {
      const app = routes.app()
      const wayOut = routes.wayOut(ref.sourceId)
      try {
        const opened = await openLogin(parts, ref, options)
        if (opened.kind === 'skipped') return opened
        const { keyId, endpoint, authKey } = opened
        try {
          const held = await locks.hold(keyId, wayOutIdOf(wayOut), signal)
          try {
            const login: LoginAccess = { endpoint, app, wayOut, authKey }
            const answer = await contacts.show(wayOut, endpoint, () => call(gateway, login, signal))
            const result = resultOf(parts, keyId, login, answer, reading ?? {})
            // Silence that we made ourselves says nothing.
            if (!signal.aborted || answer.evidence !== STOPPED) logins.add(keyId, result)
            return { kind: 'answered', answer, result, keyId }
          } finally {
            held.release()
          }
        } finally {
          wipe(authKey)
        }
      } finally {
        wipe(app.apiHash)
        if (wayOut.kind === 'mtproxy') wipe(wayOut.secret)
        else if (wayOut.kind !== 'direct' && wayOut.password) wipe(wayOut.password)
      }
    },
  }
}

/** Evidence of a call that was aborted. */
export const STOPPED = 'stopped'

function resultOf<T>(
  { logins, clock }: Pick<CoreParts, 'logins' | 'clock'>,
  keyId: string,
  { endpoint, wayOut }: LoginAccess,
  answer: GatewayAnswer<T>,
  reading: AnswerReading<T>,
): LoginResult {
  const atMs = clock.now()
  const seen = answer.value === null ? undefined : reading.accountOf?.(answer.value)
  // An answer that names nobody takes nothing away from what is known: a key stands for one account.
  const before = logins.get(keyId)
  return {
    status: reading.statusOf?.(answer) ?? answer.status,
    atMs,
    wayOut: wayOutNameOf(wayOut),
    dcId: endpoint.id,
    test: endpoint.test,
    evidence: answer.evidence,
    untilMs: answer.waitSeconds === null ? null : atMs + answer.waitSeconds * 1000,
    newDcId: answer.newDcId,
    account: seen ?? before?.latest.account ?? before?.final?.account ?? null,
  }
}
