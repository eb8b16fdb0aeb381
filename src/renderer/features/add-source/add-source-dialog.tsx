import type { DialogProps } from '../../app/dialogs.ts'

export function AddSourceDialog(_props: DialogProps<'add-source'>) {
  return null
}
