import { createHash } from 'node:crypto'
import type { AnyFormat, StoredSession } from '../formats/format.ts'
import { carriedBy } from '../formats/stores.ts'
import type { StoredRow } from './catalog-write.ts'
import { summaryOf } from './session-reader.ts'
import type { SessionSummary } from './session-store.ts'
import { storeKey } from './store-keys.ts'

/** What the list shows of a session in a store. */
export function storedSummary(format: AnyFormat, stored: StoredSession): SessionSummary {
  const carries = carriedBy(format, stored.decoded.info.variant)
  const name = stored.name ?? stored.key
  return summaryOf(stored.decoded, carries, { key: storeKey(format.id, stored.key), name, path: null })
}

/** The same with its signature: a look that finds nothing new writes nothing. */
export function storedRow(format: AnyFormat, stored: StoredSession): StoredRow {
  const summary = storedSummary(format, stored)
  return { summary, signature: createHash('sha256').update(JSON.stringify(summary)).digest('base64url') }
}
