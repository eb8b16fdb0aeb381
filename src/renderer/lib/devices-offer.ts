import type { SessionRow } from '../../shared/contract/sessions.ts'
import { shownLogin } from '../../shared/login-statuses.ts'

/** Why the Devices list cannot be asked for with a session, a whole sentence; null where it can. */
export function noDevicesReason({
  keyId,
  account,
  login,
}: Pick<SessionRow, 'keyId' | 'account' | 'login'>): string | null {
  if (keyId === null) return 'It holds no key, so there is no login to ask with.'
  const isBot = account?.isBot ?? (login === null ? null : (shownLogin(login).account?.isBot ?? null))
  return isBot === true
    ? 'Telegram keeps no list of devices for bots. Their other logins end when @BotFather gives a new token.'
    : null
}
