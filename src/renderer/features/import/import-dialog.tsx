import type { DialogProps } from '../../app/dialogs.ts'

export function ImportDialog(_props: DialogProps<'import'>) {
  return null
}
