import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { auditEntryOf } from './present.ts'

export function auditService(os: Implementer['audit'], { library }: Core) {
  return {
    list: os.list.handler(async ({ input: { ref, offset, limit } }) => {
      const keyId = ref === null ? null : keyIdOf(library, ref)
      const { total, entries } = library.audit.list({ ref, keyId, offset, limit })
      return { total, entries: entries.map(auditEntryOf) }
    }),
  }
}

/** A session that is gone still has its entries by ref. */
function keyIdOf(library: Core['library'], ref: { sourceId: string; key: string }): string | null {
  try {
    return library.catalog.get(ref).summary.keyId
  } catch {
    return null
  }
}
