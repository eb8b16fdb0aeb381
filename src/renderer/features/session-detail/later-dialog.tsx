import type { DialogProps } from '../../app/dialogs.ts'

export function LaterDialog(_props: DialogProps<'later'>) {
  return null
}
