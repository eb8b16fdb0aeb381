import { useState } from 'react'
import type { Ref } from '../../../shared/contract/common.ts'
import type { Devices, TelegramSettings } from '../../../shared/contract/telegram.ts'
import { errorOf } from '../../api/errors.ts'
import { openDialog } from '../../app/dialogs.ts'
import { sealing } from '../../app/telegram.ts'
import { api } from '../../lib/client.ts'
import { safeText } from '../../lib/safe-text.ts'
import { useAttempt } from '../../lib/use-attempt.ts'
import { FormDialog } from '../../ui/form-dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { OverrideNotice } from '../../ui/override-notice.tsx'

interface Props {
  sessionRef: Ref
  name: string
  overrides: TelegramSettings['dcOverrides']
  onShow: (list: Devices, includeInUse: boolean) => void
  onClose: () => void
}

/** What asking does, before it is done. Nothing is contacted until its button. */
export function AskStep({ sessionRef, name, overrides, onShow, onClose }: Props) {
  const { busy, error, run } = useAttempt()
  // Said once; from then on the button means it.
  const [warned, setWarned] = useState(false)
  const ask = () =>
    run(async () => {
      try {
        await sealing(async () => {
          onShow(await api().telegram.devices({ ref: sessionRef, includeInUse: warned }), warned)
        }, ask)
      } catch (thrown) {
        if (errorOf(thrown).code === 'telegram.in-use') setWarned(true)
        throw thrown
      }
    })
  const code = error === null ? null : errorOf(error).code
  const inUse = warned && (busy || code === 'telegram.in-use')
  return (
    <FormDialog
      title={`Devices of “${safeText(name, 60)}”`}
      subtitle="The list that Telegram keeps of every login of the account."
      width={540}
      submitLabel={inUse ? 'Go on all the same' : error === null ? 'Continue' : 'Try again'}
      danger={inUse}
      focus={inUse ? 'cancel' : 'field'}
      busy={busy}
      error={code === 'telegram.in-use' ? null : error}
      onSubmit={ask}
      onClose={onClose}
    >
      <Notice>
        Telegram is asked for it with <strong>this session’s own key</strong>, over one connection. It sees your address
        or your proxy’s, your API id, and the words “Session Deck”; the login’s last-active time moves. Nothing is read,
        sent or marked as read.
      </Notice>
      <OverrideNotice overrides={overrides} />
      {inUse && (
        <Notice kind="warning">
          <strong>A program has this session open.</strong> Telegram may end a login for good when its key is used in
          two places at once. Stop that program first, or go on all the same.
        </Notice>
      )}
      {code === 'telegram.app-refused' && (
        <p>
          <button type="button" className="link" onClick={() => openDialog('telegram-app', {})}>
            Change the API id…
          </button>
        </p>
      )}
    </FormDialog>
  )
}
