import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { formatDateTime } from '../../lib/dates.ts'
import { plural } from '../../lib/numbers.ts'
import { phoneText } from '../../lib/phone.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { KeyFingerprint } from '../../ui/key-fingerprint.tsx'
import { LibraryMark } from '../../ui/library-badge.tsx'
import { SafeText } from '../../ui/safe-text.tsx'
import { Annotations } from './annotations.tsx'
import { CopiesNotice } from './copies-notice.tsx'
import { DataCenters } from './data-centers.tsx'
import { LoginFacts } from './login-facts.tsx'
import { Problems } from './problems.tsx'
import { UpdateStateList } from './update-state.tsx'
import { WhereRows } from './where-rows.tsx'

/** Login, key, format, place, account, data centres, update state, and what there is to know about them. */
export function OverviewTab({ detail }: { detail: SessionDetail }) {
  const { row } = detail
  const maskPhones = useAppData((state) => state.settings?.maskPhones) ?? true
  const phone = row.account?.phone ?? null
  const extras = extrasOf(detail)
  return (
    <>
      <Problems detail={detail} />
      <LoginFacts detail={detail} />
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
        {detail.extraUsernames.length > 0 && (
          <>
            <dt>Also known as</dt>
            <dd>
              <SafeText text={detail.extraUsernames.map((name) => `@${name}`).join(', ')} />
            </dd>
          </>
        )}
        {detail.server === 'mtpylon' && (
          <>
            <dt>Server</dt>
            <dd>an mtpylon server of its own, not Telegram</dd>
          </>
        )}
        {detail.savedAt !== null && (
          <>
            <dt>Saved</dt>
            <dd>{formatDateTime(detail.savedAt * 1000)}</dd>
          </>
        )}
        {extras.length > 0 && (
          <>
            <dt>Also holds</dt>
            <dd>{extras.join(', ')}</dd>
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

/** What a session holds beside the ordinary, in a few words each. */
function extrasOf(detail: SessionDetail): string[] {
  const { minContexts } = detail
  return [
    detail.isPremium === true ? 'the mark of Premium' : null,
    detail.hasTakeout === true ? 'a takeout under way' : null,
    detail.hasTemporaryKey ? 'a temporary key' : null,
    detail.hasFutureAuthToken ? 'a token for signing in again' : null,
    minContexts === null || minContexts === 0 ? null : plural(minContexts, 'min context'),
  ].filter((part) => part !== null)
}
