import type { DialogProps } from '../../app/dialogs.ts'

export function SettingsDialog(_props: DialogProps<'settings'>) {
  return null
}
