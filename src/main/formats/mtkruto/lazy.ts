import { isAppError } from '../../domain/errors.ts'
import type { Collection } from '../../domain/session.ts'
import type { StoreEntry } from './entries.ts'

const BATCH = 200

/** Values of many entries, read a batch at a time; what cannot be read is left out. */
export function lazily<T>(
  entries: readonly StoreEntry[],
  toItem: (entry: StoreEntry) => Promise<T | null>,
): Collection<T> {
  return {
    count: entries.length,
    async *batches() {
      for (let start = 0; start < entries.length; start += BATCH) {
        const items: T[] = []
        for (const entry of entries.slice(start, start + BATCH)) {
          const item = await orNull(() => toItem(entry))
          if (item !== null) items.push(item)
        }
        if (items.length > 0) yield items
      }
    },
  }
}

/** Null: what could not be read. */
export async function orNull<T>(read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read()
  } catch (error) {
    if (isAppError(error, 'format.malformed')) return null
    throw error
  }
}
