import type { Contact } from '../../shared/contract/telegram.ts'
import { formatCount } from './numbers.ts'
import { safeText } from './safe-text.ts'

/** "DC 2 (149.154.167.41:443), direct", with how many conversations where there are several. */
function contactLine({ dcId, test, address, wayOut, count }: Contact): string {
  const place = test ? `DC ${dcId}, test network` : `DC ${dcId}`
  const way = wayOut === 'direct' ? 'direct' : `through ${safeText(wayOut, 40)}`
  return `${place} (${safeText(address, 60)}), ${way}${count > 1 ? ` ×${formatCount(count)}` : ''}`
}

/** What is contacted at this moment: one line, and all of it for the tooltip. Null where nothing is. */
export function contactWords(contacts: readonly Contact[]): { line: string; all: string } | null {
  const [first, ...others] = contacts
  if (first === undefined) return null
  const more = others.length === 0 ? '' : ` and ${formatCount(others.length)} more`
  return {
    line: `Asking Telegram: ${contactLine(first)}${more}`,
    all: ['Contacted at this moment:', ...contacts.map(contactLine)].join('\n'),
  }
}
