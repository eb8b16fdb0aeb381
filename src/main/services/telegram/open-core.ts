import type { Clock } from '../../ports.ts'
import type { KeyLocks } from '../../sources/key-locks.ts'
import type { LoginResults } from '../../sources/login-results.ts'
import type { Gateway, LoginAccess } from '../../telegram/gateway.ts'
import { loginResultOf, STOPPED } from '../../telegram/login-result.ts'
import { wayOutIdOf } from '../../telegram/way-out.ts'
import { wipe, wipeRoute } from '../../telegram/wipe.ts'
import type { Contacts } from './contacts.ts'
import { type AccessParts, openLogin } from './login-access.ts'
import type { TelegramCore, TelegramRoutes } from './telegram-core.ts'

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
  const { gateway, routes, logins, locks, contacts, clock } = parts
  return {
    gateway,
    routes,
    showContact: contacts.show,
    withLogin: async (ref, options, signal, call, reading) => {
      // Telegram knows a login by the API id that it was made under.
      const app = routes.app(parts.library.catalog.find(ref)?.summary.apiId)
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
            const result = loginResultOf(login, answer, reading ?? {}, clock.now(), logins.get(keyId))
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
        wipeRoute({ app, wayOut })
      }
    },
  }
}
