import { IconLock } from '@tabler/icons-react'
import type { SessionStatus } from '../../shared/contract/sessions.ts'
import type { KnownLogin } from '../../shared/contract/telegram.ts'
import { isFinalStatus, shownLogin } from '../../shared/login-statuses.ts'
import { loginLabel } from '../lib/login-words.ts'

const STATUS_TEXTS: Readonly<Record<SessionStatus, string>> = {
  ok: 'Readable',
  attention: 'Needs attention',
  'no-key': 'Holds no login',
  unreadable: 'Cannot be read',
}

export function statusText(status: SessionStatus): string {
  return STATUS_TEXTS[status]
}

interface Props {
  status: SessionStatus
  /** First problem, told in the tooltip. */
  problem?: string | null
  /** A passcode opens it: nothing is wrong with it. */
  locked?: boolean
  /** What Telegram said: a session that can be read may be dead all the same. */
  login?: KnownLogin | null
}

/** How a session stands, as a coloured dot with the same in words. */
export function StatusDot({ status, problem, locked = false, login = null }: Props) {
  if (locked) {
    return (
      <span className="dot-lock" role="img" aria-label="Locked" title={problem ?? 'Locked'}>
        <IconLock size={13} aria-hidden />
      </span>
    )
  }
  const dead = status === 'ok' && login !== null && isFinalStatus(shownLogin(login).status)
  if (dead) {
    const text = `Readable, but no longer signed in: ${loginLabel(shownLogin(login))}`
    return <span className="dot dot-dead" role="img" aria-label={text} title={text} />
  }
  const text = STATUS_TEXTS[status]
  return <span className={`dot dot-${status}`} role="img" aria-label={text} title={problem ?? text} />
}
