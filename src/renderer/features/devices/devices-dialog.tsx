import './devices.css'
import { useState } from 'react'
import type { Devices } from '../../../shared/contract/telegram.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { needsApp, saveApp, useTelegram } from '../../app/telegram.ts'
import { TelegramAppDialog } from '../../ui/telegram-app-dialog.tsx'
import { AskStep } from './ask-step.tsx'
import { ListStep } from './list-step.tsx'

/** The Devices list of an account, as Telegram keeps it: first what asking for it does, then the list. */
export function DevicesDialog({ ref, name, onClose }: DialogProps<'devices'>) {
  const settings = useTelegram((state) => state.settings)
  const [shown, setShown] = useState<{ list: Devices; includeInUse: boolean } | null>(null)
  if (needsApp({ settings })) {
    return (
      <TelegramAppDialog
        title="Before the first question to Telegram: an API id"
        verb="Save and go on"
        apiId={settings?.apiId ?? null}
        hasHash={settings?.hasApiHash === true}
        save={saveApp}
        onSaved={() => {}}
        onClose={onClose}
      />
    )
  }
  if (shown === null) {
    return (
      <AskStep
        sessionRef={ref}
        name={name}
        overrides={settings?.dcOverrides ?? []}
        onShow={(list, includeInUse) => setShown({ list, includeInUse })}
        onClose={onClose}
      />
    )
  }
  return <ListStep sessionRef={ref} name={name} {...shown} onClose={onClose} />
}
