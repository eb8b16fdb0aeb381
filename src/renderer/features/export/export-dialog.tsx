import type { DialogProps } from '../../app/dialogs.ts'

export function ExportDialog(_props: DialogProps<'export'> & { mode: 'export' | 'convert' }) {
  return null
}
