import type { ImportItem } from '../../shared/contract/imports.ts'
import type { KnownLogin } from '../../shared/contract/telegram.ts'
import type { Library } from '../sources/interfaces.ts'
import type { StagedItem } from './import-tray.ts'
import { passcodeQuestionOf } from './locked.ts'
import { knownLoginView, nameOf, refOf, summaryRow } from './present.ts'

/** Not a source: staged items have no place yet. */
const STAGED = 'import'

/** Staged items as the window sees them, with what the app knows already and what they have in common. */
export function importItems(library: Library, items: readonly StagedItem[]): ImportItem[] {
  const firstWithKey = new Map<string, string>()
  return items.map((item) => {
    const keyId = item.summary?.keyId ?? null
    const first = keyId === null ? undefined : firstWithKey.get(keyId)
    if (keyId !== null && first === undefined) firstWithKey.set(keyId, item.id)
    return { ...importItem(library, item), duplicateOf: first ?? null }
  })
}

export function importItem(library: Library, item: StagedItem): ImportItem {
  const { summary } = item
  const known = summary?.keyId == null ? [] : library.catalog.byKeyId(summary.keyId)
  return {
    id: item.id,
    origin: item.origin,
    detections: item.detections.map(({ formatId, label, certainty, reason }) => ({
      formatId,
      label,
      certainty,
      reason,
    })),
    formatId: item.formatId,
    corrections: [...item.corrections],
    preview: summary && {
      ...summaryRow(summary, { sourceId: STAGED, key: item.id }),
      copies: summary.keyId === null ? 0 : known.length + 1,
      login: loginOf(library, summary.keyId),
    },
    problems: (summary?.problems ?? []).map(({ code, message }) => ({ code, message })),
    error: item.error && { code: item.error.code, message: item.error.message },
    passcode: item.locked ? passcodeQuestionOf(item.locked.formatId) : null,
    duplicates: known.map((entry) => ({ ref: refOf(entry.ref), name: nameOf(entry), sourceName: entry.sourceName })),
    duplicateOf: null,
  }
}

/** A pasted string may hold a login that was asked about before, wherever it lay. */
function loginOf(library: Library, keyId: string | null): KnownLogin | null {
  const known = keyId === null ? null : library.logins.get(keyId)
  return known && knownLoginView(known)
}
