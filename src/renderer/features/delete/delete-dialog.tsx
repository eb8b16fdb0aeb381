import type { DialogProps } from '../../app/dialogs.ts'

export function DeleteDialog(_props: DialogProps<'delete'>) {
  return null
}
