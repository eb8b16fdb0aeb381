import type { DialogProps } from '../../app/dialogs.ts'

export function RenameSourceDialog(_props: DialogProps<'rename-source'>) {
  return null
}
