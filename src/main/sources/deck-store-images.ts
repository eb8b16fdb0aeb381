import { readSqliteBytes, type SqliteReader } from '../backends/sqlite.ts'
import { AppError } from '../domain/errors.ts'
import type { StoredSession } from '../formats/format.ts'
import { deckSqlite } from '../formats/deck/sqlite.ts'

/** One session opened in memory. */
interface OpenImage {
  readonly tables: SqliteReader
  readonly stored: StoredSession
}

export interface ImageCache {
  /** An image that stays open for the next call. @throws whatever reading the entry throws */
  get(key: string): Promise<OpenImage>
  /** An image of the caller's own, to be closed by it. */
  open(key: string): Promise<OpenImage>
  forget(key: string): void
  forgetAll(): void
}

const MAX_IMAGES = 6
const MAX_TOTAL_BYTES = 256 * 1024 * 1024

/** Keeps the images used last open, so that paging through one does not unseal it every time. */
export function openImageCache(load: (key: string) => Promise<Uint8Array>): ImageCache {
  const cached = new Map<string, OpenImage & { byteLength: number }>()
  // Counts locks: what was loaded before one must not be kept after it.
  let generation = 0

  async function openFresh(key: string): Promise<OpenImage & { byteLength: number }> {
    const bytes = await load(key)
    const tables = readSqliteBytes(bytes)
    try {
      const stored = (await deckSqlite.list(tables))[0]
      if (!stored) throw new AppError('format.malformed', { format: 'deck.sqlite', reason: 'it holds no session' })
      return { tables, stored, byteLength: bytes.byteLength }
    } catch (error) {
      tables.close()
      throw error
    }
  }

  function forget(key: string): void {
    cached.get(key)?.tables.close()
    cached.delete(key)
  }

  function makeRoom(): void {
    let total = [...cached.values()].reduce((sum, image) => sum + image.byteLength, 0)
    for (const [key, image] of cached) {
      if (cached.size <= 1 || (cached.size <= MAX_IMAGES && total <= MAX_TOTAL_BYTES)) return
      total -= image.byteLength
      image.tables.close()
      cached.delete(key)
    }
  }

  return {
    async get(key) {
      const found = cached.get(key)
      if (found) {
        cached.delete(key)
        cached.set(key, found)
        return found
      }
      const before = generation
      const image = await openFresh(key)
      if (before !== generation) {
        image.tables.close()
        throw new AppError('protection.locked', {})
      }
      // Two callers may have opened it at once; the later one stays.
      cached.get(key)?.tables.close()
      cached.set(key, image)
      makeRoom()
      return image
    },
    open: openFresh,
    forget,
    forgetAll() {
      for (const image of cached.values()) image.tables.close()
      cached.clear()
      generation += 1
    },
  }
}
