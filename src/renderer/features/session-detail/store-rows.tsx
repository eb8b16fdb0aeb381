import type { SessionDetail } from '../../../shared/contract/sessions.ts'
import { openDialog } from '../../app/dialogs.ts'
import { ownKey, storeLabel, type StoreSource } from '../../lib/store-kinds.ts'
import { CopyButton } from '../../ui/copy-button.tsx'
import { SafeText } from '../../ui/safe-text.tsx'

/** Where it lies in a shared store, and whether anything is written there. */
export function StoreRows({ detail, source }: { detail: SessionDetail; source: StoreSource }) {
  const { readOnly } = source.store
  const key = ownKey(detail.row.ref.key)
  return (
    <>
      <dt>Where</dt>
      <dd>
        <SafeText text={source.name} maxChars={120} />
        <div className="dim small">
          {storeLabel(source.store)} · <SafeText text={source.location ?? ''} maxChars={300} />
        </div>
      </dd>
      <dt>Stored as</dt>
      <dd className="fact-line">
        <SafeText text={key} className="mono path" maxChars={300} /> <CopyButton text={key} what="Name in the store" />
      </dd>
      <dt>Writing</dt>
      <dd>
        {readOnly ? (
          <>
            off ·{' '}
            <button type="button" className="link" onClick={() => openDialog('allow-writing', { source })}>
              allow…
            </button>
          </>
        ) : (
          'allowed for this source'
        )}
      </dd>
    </>
  )
}
