import type { DialogProps } from '../../app/dialogs.ts'

export function RenameDialog(_props: DialogProps<'rename'>) {
  return null
}
