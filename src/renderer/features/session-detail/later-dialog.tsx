import { Button } from '@mantine/core'
import type { DialogProps } from '../../app/dialogs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'

const TEXTS = {
  check: {
    title: 'Checking logins is not available yet',
    what: 'Whether a login is still valid can only be told by asking Telegram. This version never contacts Telegram, so it shows what the sessions say and nothing more.',
    now: 'Until then: in Telegram, open Settings → Devices to see which logins are active.',
  },
  revoke: {
    title: 'Revoking is not available yet',
    what: 'Revoking ends a login at Telegram, so that every copy of its key stops working. It needs Telegram, which this version never contacts, and it cannot be undone.',
    now: 'Until then: end a user’s login in Telegram under Settings → Devices. A bot’s logins end when @BotFather gives it a new token. Deleting a session here removes the file only; the login stays valid.',
  },
} as const

/** Says why something is not there yet, and what to do meanwhile. */
export function LaterDialog({ what, onClose }: DialogProps<'later'>) {
  const texts = TEXTS[what]
  return (
    <DialogFrame
      title={texts.title}
      width={460}
      onClose={onClose}
      end={
        <Button data-autofocus onClick={onClose}>
          Understood
        </Button>
      }
    >
      <p>{texts.what}</p>
      <p className="dim">{texts.now}</p>
    </DialogFrame>
  )
}
