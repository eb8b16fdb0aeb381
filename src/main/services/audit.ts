import type { Core } from './core.ts'
import type { Implementer } from './implementer.ts'
import { auditEntryOf } from './present.ts'

export function auditService(os: Implementer['audit'], { library }: Core) {
  return {
    list: os.list.handler(async ({ input: { ref, offset, limit } }) => {
      // A session that is gone still has its entries by ref.
      const keyId = ref === null ? null : (library.catalog.find(ref)?.summary.keyId ?? null)
      const { total, entries } = library.audit.list({ ref, keyId, offset, limit })
      return { total, entries: entries.map(auditEntryOf) }
    }),
  }
}
