import { quoted } from '../../shared/error-texts.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import { nameOf } from './present.ts'

/** The session and its account as the audit log names them: `“shop” (@shop_bot, id 123)`. */
export function describeEntry(entry: Pick<CatalogEntry, 'givenName' | 'summary'>): string {
  const { account } = entry.summary
  const parts = account ? [...(account.username ? [`@${account.username}`] : []), `id ${account.id}`] : []
  return parts.length > 0 ? `${quoted(nameOf(entry))} (${parts.join(', ')})` : quoted(nameOf(entry))
}
