import type { NewSessionMethod } from '../../app/dialogs.ts'
import { Notice } from '../../ui/notice.tsx'

const OF_METHOD: Readonly<Record<NewSessionMethod, readonly string[]>> = {
  qr: [
    'A phone that is signed in confirms it. The password of two-step verification is asked for after the scan, where there is one.',
  ],
  phone: [
    'Telegram allows about five logins a day for one number.',
    'The code and the password of two-step verification are used once, and kept nowhere.',
  ],
  bots: [
    'Every use of a token makes one more login beside those there are.',
    'The tokens are used once, and kept nowhere. They leave this field once they are sent.',
  ],
}

const OF_PEOPLE =
  'For 24 hours the new login cannot end others. Telegram watches accounts more closely that sign in through other apps: use accounts of your own.'

interface Props {
  method: NewSessionMethod
  /** "DC 2, directly"; null while it is not known. */
  contacted: string | null
}

/** What to know before signing in. */
export function Hints({ method, contacted }: Props) {
  return (
    <Notice>
      <ul className="new-session-hints">
        {contacted !== null && <li>Contacts Telegram: {contacted}, under your API id.</li>}
        {OF_METHOD[method].map((hint) => (
          <li key={hint}>{hint}</li>
        ))}
        {method !== 'bots' && <li>{OF_PEOPLE}</li>}
      </ul>
    </Notice>
  )
}
