import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { ReasonButton } from '../../ui/reason-button.tsx'

const NO_KEY = 'It holds no key, so there is no login to write elsewhere.'
const NO_LOGIN = 'It holds no key, so there is no login to end.'
const READ_ONLY = 'This source can only be read.'
const WRITING_OFF = 'Writing is off for this store. Allow it in the menu of the source first.'

/** What can be done with one session; what cannot be undone stands apart. */
export function DetailActions({ detail: { row, abilities } }: { detail: SessionDetail }) {
  const refs = [row.ref]
  const guarded = useAppData(
    (state) => state.sources?.find(({ id }) => id === row.ref.sourceId)?.store?.readOnly === true,
  )
  const noExport = abilities.export ? null : NO_KEY
  return (
    <div className="detail-actions">
      <ReasonButton reason={noExport} onClick={() => openDialog('export', { refs })}>
        Export…
      </ReasonButton>
      <ReasonButton variant="default" reason={noExport} onClick={() => openDialog('convert', { refs })}>
        Convert…
      </ReasonButton>
      <span className="grow" />
      <ReasonButton
        variant="default"
        c="var(--bad-text)"
        reason={row.keyId === null ? NO_LOGIN : null}
        onClick={() => openDialog('revoke', { refs })}
      >
        Log out…
      </ReasonButton>
      <ReasonButton
        variant="default"
        c="var(--bad-text)"
        reason={abilities.delete ? null : guarded ? WRITING_OFF : READ_ONLY}
        onClick={() => openDialog('delete', { refs })}
      >
        Delete
      </ReasonButton>
    </div>
  )
}
