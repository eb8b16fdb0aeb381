import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import type { LoginResult } from '../../../shared/contract/telegram.ts'
import { loginStatusWords, shownLogin } from '../../../shared/login-statuses.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { noDevicesReason } from '../../lib/devices-offer.ts'
import { loginAsked, loginLabel } from '../../lib/login-words.ts'
import { phoneText } from '../../lib/phone.ts'
import { safeText } from '../../lib/safe-text.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { LoginBadge } from '../../ui/login-badge.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo } from '../../ui/time-ago.tsx'
import { toast } from '../../ui/toast.tsx'

/** What Telegram said about the login, when and how it was asked, and the way to ask. */
export function LoginFacts({ detail: { row } }: { detail: SessionDetail }) {
  const { login } = row
  if (row.keyId === null) return null
  const shown = login && shownLogin(login)
  const words = shown && loginStatusWords[shown.status]
  return (
    <dl className="facts login-facts">
      <dt>Login</dt>
      <dd>
        <div className="fact-line">
          <LoginBadge login={login} size="large" />
          <span className="login-links">
            <DevicesLink row={row} />
            <button type="button" className="link" onClick={() => openDialog('check', { refs: [row.ref] })}>
              {login === null ? 'Check…' : 'Check again…'}
            </button>
          </span>
        </div>
        {shown !== null && (
          <>
            {shown.account !== null && <AccountSeen account={shown.account} stored={row.account?.id ?? null} />}
            <p>
              {words?.meaning} {words?.action}{' '}
              {shown.status === 'key-unknown' && (
                <button
                  type="button"
                  className="link"
                  onClick={() => openDialog('check', { refs: [row.ref], elsewhere: true })}
                >
                  Ask elsewhere…
                </button>
              )}
            </p>
            <Asked result={shown} />
            {shown !== login?.latest && login !== null && (
              <p className="login-since">
                Asked again since, without an answer that would change this: {loginLabel(login.latest)}.
                <Asked result={login.latest} />
              </p>
            )}
          </>
        )}
      </dd>
    </dl>
  )
}

/** Stands there for bots, too, and says then why it does nothing. */
function DevicesLink({ row }: { row: SessionDetail['row'] }) {
  const reason = noDevicesReason(row)
  return (
    <button
      type="button"
      className="link"
      aria-disabled={reason !== null || undefined}
      title={reason ?? 'The list that Telegram keeps of every login of the account'}
      onClick={() =>
        reason === null ? openDialog('devices', { ref: row.ref, name: row.name }) : toast({ message: reason })
      }
    >
      Devices…
    </button>
  )
}

function Asked({ result }: { result: LoginResult }) {
  const { evidence } = result
  return (
    <span className="login-asked">
      <span>
        <TimeAgo atMs={result.atMs} long /> · {loginAsked(result)}
      </span>
      {evidence !== '' && (
        <span className="fact-line">
          <SafeText text={evidence} className="mono" maxChars={200} />
          <CopyButton text={evidence} what="Answer" />
        </span>
      )}
    </span>
  )
}

interface AccountProps {
  account: NonNullable<LoginResult['account']>
  /** The id that the session itself names. */
  stored: string | null
}

function AccountSeen({ account, stored }: AccountProps) {
  const maskPhones = useAppData((state) => state.settings?.maskPhones) ?? true
  const parts = [
    safeText(account.name, 80),
    account.username === null ? null : `@${safeText(account.username, 64)}`,
    account.id,
    account.phone === null ? null : phoneText(account.phone, maskPhones),
  ].filter((part) => part !== null && part !== '')
  return (
    <p>
      <bdi>{parts.join(' · ')}</bdi>
      {stored !== null && stored !== account.id && (
        <span className="warn-text"> The session names another account: {stored}.</span>
      )}
    </p>
  )
}
