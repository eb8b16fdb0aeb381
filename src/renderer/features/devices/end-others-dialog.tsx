import type { Client } from '../../../shared/contract/index.ts'
import { api } from '../../lib/client.ts'
import { formatCount, plural } from '../../lib/numbers.ts'
import { refKey } from '../../lib/refs.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { type EndProps, isInUse, telling } from './end-device-dialog.tsx'

export type EndOthersPlan = Awaited<ReturnType<Client['telegram']['planEndOthers']>>

/** More are counted. */
const NAMED = 200

/** Asks before all other logins of the account are ended: names the sessions known here that end with them. */
export function EndOthersDialog({
  sessionRef,
  includeInUse,
  plan: { word, sessions },
  onRefused,
  onEnded,
  onClose,
}: EndProps & { plan: EndOthersPlan }) {
  const { busy, error, run } = useAttempt()
  const end = () =>
    run(() =>
      telling(onRefused, async () =>
        // What was typed is the word as it is shown.
        onEnded(await api().telegram.endOthers({ ref: sessionRef, typed: word, includeInUse })),
      ),
    )
  return (
    <ConfirmDialog
      title="End all other devices?"
      subtitle="Only the session that asks stays signed in."
      width={560}
      verb={isInUse(error) ? 'End them all the same' : 'End all others'}
      consent={{ kind: 'type', word: safeText(word, 200) }}
      busy={busy}
      error={error}
      onConfirm={end}
      onClose={onClose}
    >
      {sessions.length > 0 ? (
        <>
          <Notice kind="warning">
            <strong>
              {plural(sessions.length, 'session')} of this account known here {sessions.length === 1 ? 'ends' : 'end'}{' '}
              with them,
            </strong>{' '}
            and the programs that use {sessions.length === 1 ? 'it' : 'them'} stop:
          </Notice>
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and holds nothing to tab to */}
          <ul className="devices-dying" aria-label="Sessions that end" tabIndex={sessions.length > 6 ? 0 : undefined}>
            {sessions.slice(0, NAMED).map(({ ref, name, sourceName }) => (
              <li key={refKey(ref)}>
                <SafeText text={name} className="ellipsis" />
                <SafeText text={sourceName} className="dim ellipsis" />
              </li>
            ))}
            {sessions.length > NAMED && <li className="dim">and {formatCount(sessions.length - NAMED)} more</li>}
          </ul>
        </>
      ) : (
        <p className="lead">No other session of this account is known here.</p>
      )}
      <p className="lead">
        Others may end, too: apps on phones and computers, and sessions that are not in this list or do not name their
        account. Each has to sign in again with a code.
      </p>
    </ConfirmDialog>
  )
}
