import { AUTH_KEY_BYTE_LENGTH, authKeyFrom, keyIdOf } from '../domain/key-id.ts'
import { Secret } from '../domain/secret.ts'
import { homeOf, type Session } from '../domain/session.ts'

/** The key that a session is asked about with, and where. `authKey` is a copy of its own: wipe it. */
export interface LoginKey {
  readonly keyId: string
  /** Null where the session does not say. */
  readonly dcId: number | null
  readonly test: boolean | null
  readonly authKey: Secret
}

/** Takes the home data centre's key out of a session, or says why there is none that Telegram could be asked with. */
export function loginKeyOf(session: Session): LoginKey | 'no-key' | 'no-dc' {
  const home = homeOf(session)
  const keys = session.dataCenters.filter(({ authKey }) => authKey !== null)
  // The key of others must never be sent to Telegram.
  if (session.server !== undefined || keys.length === 0) return 'no-key'
  if (home === null) return 'no-dc'
  if (home.authKey?.byteLength !== AUTH_KEY_BYTE_LENGTH) return 'no-key'
  // A copy: what was opened may be the very bytes that memory keeps.
  const authKey = authKeyFrom(home.authKey.open())
  return authKey instanceof Secret ? { keyId: keyIdOf(authKey), dcId: home.id, test: session.test, authKey } : 'no-key'
}
