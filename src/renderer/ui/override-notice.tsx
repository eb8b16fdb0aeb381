import type { TelegramSettings } from '../../shared/contract/telegram.ts'
import { plural } from '../lib/numbers.ts'
import { safeText } from '../lib/safe-text.ts'
import { Notice } from './notice.tsx'

/** Says that not Telegram is asked but a server of somebody's own; nothing where that is not so. */
export function OverrideNotice({ overrides }: { overrides: TelegramSettings['dcOverrides'] }) {
  const [first] = overrides
  if (first === undefined) return null
  const { dcId, host, port } = first
  const others = overrides.length > 1 ? ` and ${plural(overrides.length - 1, 'other')}` : ''
  return (
    <Notice kind="warning">
      <strong>Not Telegram’s own servers are asked.</strong> Their addresses are replaced in the settings: DC {dcId} is{' '}
      <span className="mono">
        {safeText(host, 60)}:{port}
      </span>
      {others}.
    </Notice>
  )
}
