import { TelegramAppDialog } from '../ui/telegram-app-dialog.tsx'
import { saveApp, useTelegram } from './telegram.ts'

interface Props {
  /** What it comes before: "Before the first check: an API id". */
  title: string
  /** Once there is one. What needed it is drawn by then, or asks again. */
  onSaved?: () => void
  onClose: () => void
}

/** Asks for the API id and hash without which Telegram is not asked anything ({@link needsApp}). */
export function AppFirst({ title, onSaved = () => {}, onClose }: Props) {
  const settings = useTelegram((state) => state.settings)
  return (
    <TelegramAppDialog
      title={title}
      verb="Save and go on"
      apiId={settings?.apiId ?? null}
      hasHash={settings?.hasApiHash === true}
      save={saveApp}
      onSaved={onSaved}
      onClose={onClose}
    />
  )
}
