import { plural } from '../../lib/numbers.ts'
import { safeText } from '../../lib/safe-text.ts'
import type { Mode } from './target-start.ts'

/** "Export “shop-bot-eu” as a string session" */
export function titleOf(mode: Mode, count: number, name: string | null, medium: string | null): string {
  const verb = mode === 'export' ? 'Export' : 'Convert'
  const what = count === 1 ? (name === null ? 'session' : `“${safeText(name, 60)}”`) : plural(count, 'session')
  if (medium === null || mode === 'convert') return `${verb} ${what}`
  if (medium === 'keyvalue' || medium === 'documents') return `${verb} ${what} into a shared store`
  const thing = medium === 'text' ? 'string session' : medium === 'folder' ? 'session folder' : 'session file'
  return count === 1 ? `${verb} ${what} as a ${thing}` : `${verb} ${what} as ${thing}s`
}
