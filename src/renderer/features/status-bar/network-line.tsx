import { IconAlertTriangle } from '@tabler/icons-react'
import { useAppData } from '../../app/app-data.ts'
import { openDialog } from '../../app/dialogs.ts'
import { useNetwork } from '../../app/network.ts'
import { useTelegram } from '../../app/telegram.ts'
import { contactWords } from '../../lib/network-words.ts'

/** What is contacted at this moment, and a mark while not Telegram's own servers would be. */
export function NetworkLine() {
  const contacts = useNetwork((state) => state.contacts)
  const contactedStores = useAppData((state) => state.contactedStores)
  const words = contactWords(contacts)
  return (
    <>
      <OverrideMark />
      {words !== null ? (
        <span className="network-line" title={words.all}>
          <span className="dot dot-scanning" aria-hidden />
          <span className="ellipsis">{words.line}</span>
        </span>
      ) : contactedStores ? (
        <span title="Connections go to the stores you named, and nowhere else. Telegram is not contacted until you ask.">
          Network: your stores alone
        </span>
      ) : (
        <span title="Nothing is contacted until you ask: by a check, by logging out, looking at devices or signing in.">
          Offline
        </span>
      )}
    </>
  )
}

function OverrideMark() {
  const replaced = useTelegram(({ settings }) => settings !== null && settings.dcOverrides.length > 0)
  if (!replaced) return null
  return (
    <button
      type="button"
      className="link override-mark"
      title="The settings replace the addresses of Telegram’s data centres: a server of somebody’s own is asked instead."
      onClick={() => openDialog('settings', { part: 'telegram' })}
    >
      <IconAlertTriangle size={13} aria-hidden /> Addresses replaced
    </button>
  )
}
