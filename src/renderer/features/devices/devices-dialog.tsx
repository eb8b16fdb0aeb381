import './devices.css'
import { useState } from 'react'
import type { Devices } from '../../../shared/contract/telegram.ts'
import { AppFirst } from '../../app/app-first.tsx'
import type { DialogProps } from '../../app/dialogs.ts'
import { needsApp, useTelegram } from '../../app/telegram.ts'
import { AskStep } from './ask-step.tsx'
import { ListStep } from './list-step.tsx'

/** The Devices list of an account, as Telegram keeps it: first what asking for it does, then the list. */
export function DevicesDialog({ ref, name, onClose }: DialogProps<'devices'>) {
  const settings = useTelegram((state) => state.settings)
  const [shown, setShown] = useState<{ list: Devices; includeInUse: boolean } | null>(null)
  if (needsApp({ settings })) {
    return <AppFirst title="Before the first question to Telegram: an API id" onClose={onClose} />
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
