import type { DialogProps } from '../../app/dialogs.ts'
import { saveApp, saveFurtherApp, useTelegram } from '../../app/telegram.ts'
import { TelegramAppDialog } from '../../ui/telegram-app-dialog.tsx'

/** The API id and hash, from the settings; or a further one, for the sessions that store it. */
export function TelegramApp({ further = false, onClose }: DialogProps<'telegram-app'>) {
  const settings = useTelegram((state) => state.settings)
  if (settings === null) return null
  return (
    <TelegramAppDialog
      title={further ? 'A further API id' : 'API id and hash'}
      verb={further ? 'Add' : 'Save'}
      apiId={further ? null : settings.apiId}
      hasHash={!further && settings.hasApiHash}
      save={further ? saveFurtherApp : saveApp}
      onSaved={onClose}
      onClose={onClose}
    />
  )
}
