import { useAppData } from '../../app/app-data.ts'
import type { DialogProps } from '../../app/dialogs.ts'
import { DialogFrame } from '../../ui/dialog-frame.tsx'

export function AboutDialog({ onClose }: DialogProps<'about'>) {
  const info = useAppData((state) => state.info)
  return (
    <DialogFrame title="Session Deck" subtitle={`Version ${info?.version ?? '–'}`} width={440} onClose={onClose}>
      <p>Every Telegram session you own, in one place: list, inspect, import, export, convert, check and log out.</p>
      <p className="dim">
        Runs {info?.shell === 'headless' ? 'as a server for your browser, on this machine only' : 'as a desktop app'}.
        Telegram is contacted only when you ask, and no other server but the stores you add. Free software under the MIT
        licence. Not made by, or connected with, Telegram.
      </p>
    </DialogFrame>
  )
}
