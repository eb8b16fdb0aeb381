import type { DialogProps } from '../../app/dialogs.ts'

export function TagsDialog(_props: DialogProps<'tags'>) {
  return null
}
