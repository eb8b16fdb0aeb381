import type { KnownLogin } from '../../shared/contract/telegram.ts'
import { loginStatusWords, shownLogin } from '../../shared/login-statuses.ts'
import { loginLabel, loginTooltip } from '../lib/login-words.ts'

interface Props {
  /** Null shows that it was never asked. */
  login: KnownLogin | null
  /** `small` for rows: the short words; `large` has room for all of them. */
  size?: 'small' | 'large'
}

/** What Telegram said about a login: a dot and words, the rest in the tooltip. */
export function LoginBadge({ login, size = 'small' }: Props) {
  if (login === null) {
    return (
      <span className="faint" title="Telegram was never asked about this login">
        {size === 'small' ? '–' : 'Never checked'}
      </span>
    )
  }
  const shown = shownLogin(login)
  const { short, tone } = loginStatusWords[shown.status]
  const later =
    login.final === null ? '' : `\n\nAsked again since, without a final answer:\n${loginTooltip(login.latest)}`
  return (
    <span className={`login-badge login-${size} login-${tone}`} title={loginTooltip(shown) + later}>
      <span className="dot" aria-hidden="true" />
      <span className="ellipsis">{size === 'small' ? short : loginLabel(shown)}</span>
    </span>
  )
}
