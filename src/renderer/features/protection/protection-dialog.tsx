import type { DialogProps } from '../../app/dialogs.ts'

export function ProtectionDialog(_props: DialogProps<'protection'>) {
  return null
}
