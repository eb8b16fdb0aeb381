import type { DialogProps } from '../../app/dialogs.ts'

export function WhoKnowsDialog(_props: DialogProps<'who-knows'>) {
  return null
}
