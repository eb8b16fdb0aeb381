import type { DialogProps } from '../../app/dialogs.ts'

export function AboutDialog(_props: DialogProps<'about'>) {
  return null
}
