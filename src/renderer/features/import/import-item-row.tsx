import { Checkbox, Select, TextInput } from '@mantine/core'
import type { ImportItem } from '../../../shared/contract/imports.ts'
import { formatCount } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import { Badge } from '../../ui/badge.tsx'
import { LibraryBadge } from '../../ui/library-badge.tsx'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { StatusDot } from '../../ui/status-dot.tsx'
import { ItemPasscode } from './item-passcode.tsx'
import { canImport, type ItemResult } from './import-store.ts'

interface Props {
  item: ImportItem
  /** Origin of the item of this import with the same key. */
  sameAs: string | null
  included: boolean
  name: string
  result: ItemResult | undefined
  /** Nothing can be changed any more. */
  fixed: boolean
  onInclude: (on: boolean) => void
  onName: (name: string) => void
  onChoose: (formatId: string) => void
  onUnlock: (passcode: string) => Promise<void>
}

/** One session found: what it is and why we think so, what was put right, where else it is. */
export function ImportItemRow(props: Props) {
  const { item, sameAs, included, name, result, fixed, onInclude, onName, onChoose, onUnlock } = props
  const { preview, error, detections, corrections, problems, duplicates } = item
  const usable = canImport(item)
  // What keeps it from being read is named among its problems, too.
  const notes = problems.filter(({ message }) => message !== error?.message)
  const origin = safeText(item.origin, 120)
  const chosen = detections.find(({ formatId }) => formatId === item.formatId)
  return (
    <li className="import-item" data-off={!included || !usable}>
      <Checkbox
        aria-label={`Import ${origin}`}
        checked={included && usable}
        disabled={!usable || fixed}
        onChange={(event) => onInclude(event.currentTarget.checked)}
      />
      <div className="import-facts">
        {preview === null ? (
          <div className="import-line">
            <span className="dot dot-unreadable" role="img" aria-label="Cannot be read" />
            <SafeText text={item.origin} className="import-alone ellipsis" />
          </div>
        ) : (
          <div className="import-line">
            <StatusDot
              status={preview.status}
              problem={preview.problem?.message ?? null}
              locked={item.passcode !== null}
            />
            {fixed ? (
              <SafeText text={name} className="ellipsis" />
            ) : (
              <TextInput
                className="import-name"
                aria-label={`Name of ${origin}`}
                value={name}
                maxLength={200}
                disabled={!included}
                onChange={(event) => onName(event.currentTarget.value)}
              />
            )}
            <AccountText preview={preview} />
            <span className="ellipsis">
              <LibraryBadge library={preview.library ?? ''} label={preview.libraryLabel} />{' '}
              <span className="dim small">{preview.formatLabel}</span>
            </span>
            <span className="dim nowrap">
              {preview.dcId === null ? '–' : `DC ${preview.dcId}`} {preview.test === true && <Badge>test</Badge>}
            </span>
            <KeyFingerprint keyId={preview.keyId} fingerprint={preview.fingerprint} />
            <span className="dim num">{preview.peers !== null && `${formatCount(preview.peers)} peers`}</span>
          </div>
        )}
        <div className="import-why dim small">
          {[
            preview === null ? null : origin,
            chosen === undefined
              ? null
              : `${chosen.certainty === 'plausible' ? 'probably ' : ''}${chosen.label}: ${chosen.reason}`,
            corrections.length === 0 ? null : corrections.join(', '),
          ]
            .filter((part) => part !== null)
            .join(' · ')}
        </div>
        {detections.length > 1 && !fixed && (
          <Select
            className="import-alternatives"
            aria-label={`Read ${origin} as`}
            allowDeselect={false}
            comboboxProps={{ withinPortal: true }}
            data={detections.map(({ formatId, label, reason }) => ({
              value: formatId,
              label: `Read as ${label} (${reason})`,
            }))}
            value={item.formatId}
            placeholder="It fits more than one format: choose"
            onChange={(formatId) => formatId !== null && onChoose(formatId)}
          />
        )}
        {notes.map(({ code, message }) => (
          <div key={code + message} className="import-note small">
            {message}
          </div>
        ))}
        {duplicates.length > 0 && (
          <div className="import-note small">
            Already in{' '}
            {duplicates.slice(0, 3).map((other, index) => (
              <span key={`${other.ref.sourceId}/${other.ref.key}`}>
                {index > 0 && ', '}
                <SafeText text={other.sourceName} /> as <SafeText text={other.name} />
              </span>
            ))}
            {duplicates.length > 3 && ` and ${duplicates.length - 3} more places`}. Importing makes another copy of the
            same login.
          </div>
        )}
        {sameAs !== null && (
          <div className="import-note small">
            The same key as <SafeText text={sameAs} /> in this import.
          </div>
        )}
        {item.passcode !== null && !fixed && (
          <ItemPasscode origin={origin} question={item.passcode} onUnlock={onUnlock} />
        )}
        {error !== null && item.passcode === null && <div className="import-bad small">{error.message}</div>}
        <Result result={result} />
      </div>
    </li>
  )
}

function AccountText({ preview }: { preview: NonNullable<ImportItem['preview']> }) {
  const { account } = preview
  if (account === null) return <span className="dim ellipsis">account not stored</span>
  const kind = account.isBot === null ? '' : account.isBot ? ' · bot' : ' · user'
  return (
    <span className="ellipsis">
      {account.username === null ? account.id : <SafeText text={`@${account.username}`} />}
      <span className="dim">{kind}</span>
    </span>
  )
}

function Result({ result }: { result: ItemResult | undefined }) {
  if (result === undefined) return null
  if (result.error !== null) return <div className="import-bad small">{result.error.message}</div>
  return (
    <div className="import-good small">
      Imported
      {result.path !== null && (
        <>
          {' '}
          to <SafeText text={result.path} />
        </>
      )}
    </div>
  )
}
