import type { KnownLogin, LoginResult } from '../../shared/contract/telegram.ts'
import { loginStatusWords } from '../../shared/login-statuses.ts'
import { formatDateTime } from './dates.ts'
import { safeText } from './safe-text.ts'

/** "Signed out", with what the answer added: "Telegram asks to wait until 20 Nov 2026, 14:31:08". */
export function loginLabel(result: LoginResult): string {
  const { label } = loginStatusWords[result.status]
  if (result.status === 'rate-limited' && result.untilMs !== null) {
    return `${label} until ${formatDateTime(result.untilMs)}`
  }
  if (result.status === 'wrong-dc' && result.newDcId !== null) return `${label}: it belongs to DC ${result.newDcId}`
  return label
}

/** Who was asked and how: "DC 2, directly", "DC 2 of the test servers, through Home". */
export function loginAsked({ dcId, test, wayOut }: LoginResult): string {
  const place = test ? `DC ${dcId} of the test servers` : `DC ${dcId}`
  return `${place}, ${wayOut === 'direct' ? 'directly' : `through ${safeText(wayOut, 60)}`}`
}

/** Everything about a result in a few lines, for a tooltip. */
export function loginTooltip(result: LoginResult): string {
  return [
    loginLabel(result),
    loginStatusWords[result.status].meaning,
    `${formatDateTime(result.atMs)}, ${loginAsked(result)}`,
    safeText(result.evidence, 200),
  ]
    .filter((line) => line !== '')
    .join('\n')
}

/** The account that Telegram last named for the key, if it ever did. */
export function accountSeen(login: KnownLogin | null): LoginResult['account'] {
  return login?.latest.account ?? login?.final?.account ?? null
}
