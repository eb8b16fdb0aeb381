import type { DialogProps } from '../../app/dialogs.ts'
import { saveApp, useTelegram } from '../../app/telegram.ts'
import { TelegramAppDialog } from '../../ui/telegram-app-dialog.tsx'

/** The API id and hash, from the settings. */
export function TelegramApp({ onClose }: DialogProps<'telegram-app'>) {
  const settings = useTelegram((state) => state.settings)
  if (settings === null) return null
  return (
    <TelegramAppDialog
      title="API id and hash"
      verb="Save"
      apiId={settings.apiId}
      hasHash={settings.hasApiHash}
      save={saveApp}
      onSaved={onClose}
      onClose={onClose}
    />
  )
}
