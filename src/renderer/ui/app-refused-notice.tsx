import type { ResultItem } from '../../shared/contract/telegram.ts'
import { Notice } from './notice.tsx'

interface Props {
  items: readonly ResultItem[]
  onChange: () => void
}

/** Leads to the API id when Telegram refuses it; nothing otherwise. */
export function AppRefusedNotice({ items, onChange }: Props) {
  if (items.every(({ login }) => login?.status !== 'app-rejected')) return null
  return (
    <Notice
      kind="error"
      actions={
        <button type="button" className="link" onClick={onChange}>
          Change the API id…
        </button>
      }
    >
      <strong>Stopped, since every other answer would be the same.</strong> Compare the API id and hash with those at
      my.telegram.org.
    </Notice>
  )
}
