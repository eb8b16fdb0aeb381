import { Button } from '@mantine/core'
import type { SavedLogin } from '../../../shared/contract/telegram.ts'
import { useAppData } from '../../app/app-data.ts'
import type { Placement } from '../../lib/destination.ts'
import { phoneText } from '../../lib/phone.ts'
import { safeText } from '../../lib/safe-text.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'
import { Notice } from '../../ui/notice.tsx'
import { accountName, keptIn } from './made-words.ts'
import { showInList } from './show-session.ts'

interface Props {
  saved: SavedLogin
  /** Where it was wanted. */
  placement: Placement
  onAgain: () => void
  onClose: () => void
}

/** Who is signed in, and where the session lies. */
export function MadeStep({ saved, placement, onAgain, onClose }: Props) {
  const sources = useAppData((state) => state.sources) ?? []
  const maskPhones = useAppData((state) => state.settings?.maskPhones) ?? true
  const { ref, account, elsewhere } = saved
  const place = keptIn(saved, placement, sources)
  return (
    <DialogFrame
      title={`Signed in as ${accountName(saved)}`}
      subtitle={place === null ? undefined : <bdi>Kept in {place}</bdi>}
      width={520}
      onClose={onClose}
      end={
        <>
          <Button variant="default" className="push-left" onClick={onAgain}>
            Sign in another
          </Button>
          {ref !== null && (
            <Button
              variant="default"
              onClick={() => {
                showInList(ref)
                onClose()
              }}
            >
              Show in the list
            </Button>
          )}
          <Button onClick={onClose} data-autofocus>
            Done
          </Button>
        </>
      }
    >
      <div className="stack" role="status">
        {elsewhere !== null && (
          <Notice kind="warning">
            <strong>It is not where you wanted it.</strong> {elsewhere}
          </Notice>
        )}
        <dl className="new-session-account">
          {account.name !== '' && (
            <>
              <dt>Name</dt>
              <dd>
                <bdi>{safeText(account.name, 120)}</bdi>
              </dd>
            </>
          )}
          <dt>Id</dt>
          <dd>{account.id}</dd>
          {account.phone !== null && (
            <>
              <dt>Phone</dt>
              <dd>{phoneText(account.phone, maskPhones)}</dd>
            </>
          )}
        </dl>
        <p className="dim">
          {account.isBot === true
            ? 'Use this session in one place at a time: Telegram ends a login whose key is used in two.'
            : 'For 24 hours it cannot end other logins of the account. Use it in one place at a time: Telegram ends a login whose key is used in two.'}
        </p>
      </div>
    </DialogFrame>
  )
}
