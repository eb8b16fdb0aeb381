import { quoted } from '../../shared/error-texts.ts'
import type { Problem } from '../domain/problem.ts'
import type { CatalogEntry } from '../sources/catalog-types.ts'
import { nameOf } from './present.ts'
import { isExposed } from './session-detail.ts'

/** What a person should know before the key of this session exists in a second place. */
export function exportWarnings(
  entry: CatalogEntry,
  holders: readonly { readonly name: string; readonly pid: number | null }[],
): Problem[] {
  const { summary } = entry
  const warnings: Problem[] = []
  if (entry.inUse || holders.length > 0) warnings.push({ code: 'export.in-use', message: inUseText(entry, holders) })
  if (isExposed(entry) && summary.path !== null) {
    warnings.push({
      code: 'export.exposed',
      message: `Other users of this machine can read ${quoted(summary.path)}, and with it the account. Make it private.`,
    })
  }
  // The library's own word that the login was never finished travels with the key.
  warnings.push(...summary.problems.filter(({ code }) => code.endsWith('.unfinished-login')))
  return warnings
}

function inUseText(
  entry: CatalogEntry,
  holders: readonly { readonly name: string; readonly pid: number | null }[],
): string {
  const by = holders.map(({ name, pid }) => (pid === null ? name : `${name} (process ${pid})`)).join(', ')
  return `${quoted(nameOf(entry))} is in use right now${by === '' ? '' : ` by ${by}`}. Telegram ends a login whose key is used from two places at once (AUTH_KEY_DUPLICATED): stop that program before you use the export.`
}
