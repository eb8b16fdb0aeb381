import type { DialogProps } from '../../app/dialogs.ts'

export function RemoveSourceDialog(_props: DialogProps<'remove-source'>) {
  return null
}
