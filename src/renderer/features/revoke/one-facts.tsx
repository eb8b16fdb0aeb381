import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { LoginBadge } from '../../ui/login-badge.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { accountOf, breaks, kindOf, whoOf } from './plan-words.ts'

/** More copies are counted, not named. */
const NAMED = 6

/** Whose login it is, where else its key lies, and what stops working. */
export function OneFacts({ item }: { item: RevokeItem }) {
  const { copies, keyId, fingerprint, known, name, refused } = item
  return (
    <>
      <dl className="facts-grid">
        <dt>Account</dt>
        <dd>
          {accountOf(item) === null ? (
            <span className="dim">{kindOf(item)}</span>
          ) : (
            <>
              <strong>
                <bdi>{whoOf(item)}</bdi>
              </strong>{' '}
              <span className="dim">{kindOf(item)}</span>
            </>
          )}
        </dd>
        <dt>Session</dt>
        <dd>
          <SafeText text={name} maxChars={120} />
        </dd>
        <dt>Key</dt>
        <dd>
          <KeyFingerprint keyId={keyId} fingerprint={fingerprint} full />
        </dd>
        {known !== null && (
          <>
            <dt>Login</dt>
            <dd>
              <LoginBadge login={known} />
            </dd>
          </>
        )}
        {copies.length > 0 && (
          <>
            <dt>Also ends</dt>
            <dd>
              <ul className="plain-list" aria-label="Other copies of the key">
                {copies.slice(0, NAMED).map((copy) => (
                  <li key={refKey(copy.ref)}>
                    <SafeText text={copy.name} maxChars={80} />{' '}
                    <span className="dim">
                      in <SafeText text={copy.sourceName} maxChars={60} />
                    </span>
                  </li>
                ))}
                {copies.length > NAMED && (
                  <li className="dim">and {plural(copies.length - NAMED, 'other copy', 'other copies')}</li>
                )}
              </ul>
            </dd>
          </>
        )}
        {refused === null && (
          <>
            <dt>Breaks</dt>
            <dd>{breaks(item)}</dd>
          </>
        )}
      </dl>
      {refused !== null && (
        <Notice kind="error">
          <strong>It cannot be logged out.</strong> {refused}
        </Notice>
      )}
    </>
  )
}
