import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { formatDateTime } from '../../lib/dates.ts'
import { phoneText } from '../../lib/phone.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { LibraryMark } from '../../ui/library-badge.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Annotations } from './annotations.tsx'
import { CopiesNotice } from './copies-notice.tsx'
import { DataCenters } from './data-centers.tsx'
import { UpdateStateList } from './update-state.tsx'
import { WhereRows } from './where-rows.tsx'

/** Key, format, place, account, data centres, update state, and what there is to know about them. */
export function OverviewTab({ detail }: { detail: SessionDetail }) {
  const { row } = detail
  const maskPhones = useAppData((state) => state.settings?.maskPhones) ?? true
  const phone = row.account?.phone ?? null
  return (
    <>
      {detail.problems.map(({ code, message }) => (
        <Notice key={`${code} ${message}`} kind={row.status === 'unreadable' ? 'error' : 'warning'}>
          {message}
        </Notice>
      ))}
      <dl className="facts">
        <dt>Key</dt>
        <dd className="fact-line">
          <KeyFingerprint keyId={row.keyId} fingerprint={row.fingerprint} full />
          {row.keyId !== null && <CopyButton text={row.keyId} what="Key id" />}
        </dd>
        <dt>Format</dt>
        <dd className="with-mark">
          {detail.row.library !== null && <LibraryMark library={detail.row.library} />}
          {detail.formatText === '' ? '–' : detail.formatText}
        </dd>
        <WhereRows detail={detail} />
        {phone !== null && (
          <>
            <dt>Phone</dt>
            <dd>{phoneText(phone, maskPhones)}</dd>
          </>
        )}
        {detail.apiId !== null && (
          <>
            <dt>API id</dt>
            <dd>{detail.apiId}</dd>
          </>
        )}
        <dt>Signed in</dt>
        <dd>
          not checked ·{' '}
          <button type="button" className="link" onClick={() => openDialog('later', { what: 'check' })}>
            why?
          </button>
        </dd>
        {detail.savedAt !== null && (
          <>
            <dt>Saved</dt>
            <dd>{formatDateTime(detail.savedAt * 1000)}</dd>
          </>
        )}
        {(detail.hasTakeout === true || detail.hasTemporaryKey) && (
          <>
            <dt>Also holds</dt>
            <dd>
              {[
                detail.hasTakeout === true ? 'a takeout under way' : null,
                detail.hasTemporaryKey ? 'a temporary key' : null,
              ]
                .filter((part) => part !== null)
                .join(', ')}
            </dd>
          </>
        )}
      </dl>
      <DataCenters detail={detail} />
      {detail.updateState !== null && (
        <>
          <h3>Update state</h3>
          <UpdateStateList state={detail.updateState} channelStates={detail.channelStates} />
        </>
      )}
      <CopiesNotice copies={detail.copies} />
      <Annotations detail={detail} />
    </>
  )
}
