import { Button } from '@mantine/core'
import type { TrashEntry } from '../../../shared/contract/trash.ts'
import { formatDateTime } from '../../lib/dates.ts'
import { formatBytes } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { LibraryBadge } from '../../ui/library-badge.tsx'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { TimeAgo, useNow } from '../../ui/time-ago.tsx'
import { restore, useTrash } from './trash-store.ts'

const DAY_MS = 86_400_000

interface Props {
  entry: TrashEntry
  onPurge: () => void
}

export function TrashRow({ entry, onPurge }: Props) {
  const busy = useTrash((state) => state.busy.has(entry.id))
  const daysLeft = Math.max(0, Math.ceil((entry.expiresAtMs - useNow()) / DAY_MS))
  const name = safeText(entry.name, 80)
  return (
    <div role="listitem" className="trash-row">
      <div className="trash-name">
        <div className="ellipsis">
          <SafeText text={entry.name} /> <span className="dim">{accountText(entry)}</span>
        </div>
        <div className="dim small ellipsis">
          {entry.reason === 'replaced' ? 'replaced in ' : 'from '}
          <SafeText text={entry.path ?? entry.sourceName} />
        </div>
      </div>
      <div className="trash-format">
        {entry.library !== null && <LibraryBadge library={entry.library} label={entry.libraryLabel} />}{' '}
        <span className="dim small">{entry.formatLabel}</span>
      </div>
      <div className="trash-key">
        <KeyFingerprint keyId={entry.keyId} fingerprint={entry.fingerprint} />
      </div>
      <div className="trash-times small">
        <div>
          {entry.reason === 'replaced' ? 'Replaced' : 'Deleted'} <TimeAgo atMs={entry.deletedAtMs} long />
        </div>
        <div className="dim" title={formatDateTime(entry.expiresAtMs)}>
          {daysLeft <= 1 ? 'goes within a day' : `goes in ${daysLeft} days`} · {formatBytes(entry.sizeBytes)}
        </div>
      </div>
      <div className="trash-actions">
        <Button
          variant="default"
          loading={busy}
          aria-label={`Restore ${name}`}
          onClick={() => void restore([entry.id])}
        >
          Restore
        </Button>
        <Button
          variant="default"
          c="var(--bad-text)"
          disabled={busy}
          aria-label={`Delete ${name} for good`}
          onClick={onPurge}
        >
          Delete…
        </Button>
      </div>
    </div>
  )
}

function accountText({ account }: TrashEntry): string {
  if (account === null) return ''
  const who = account.username === null ? account.id : `@${safeText(account.username, 40)}`
  return account.isBot === null ? who : `${who} · ${account.isBot ? 'bot' : 'user'}`
}
