import { type Collection, collectionOf } from '../../domain/session.ts'
import type { Document, DocumentsReader, DocumentValue } from '../media.ts'

const PAGE_DOCUMENTS = 1000

/** Documents of a collection by pages of their `_id`. `toItems` gets whole pages. */
export function pagedDocuments<T>(
  documents: DocumentsReader,
  collection: string,
  count: number,
  toItems: (page: readonly Document[]) => readonly T[] | Promise<readonly T[]>,
): Collection<T> {
  if (count <= 0) return collectionOf([])
  return {
    count,
    async *batches() {
      let after: DocumentValue | undefined
      for (;;) {
        const page: readonly Document[] = await documents.find({
          collection,
          ...(after !== undefined && { after }),
          limit: PAGE_DOCUMENTS,
        })
        const items = await toItems(page)
        if (items.length > 0) yield items
        const last = page.at(-1)?.['_id']
        // Ids of another kind come after all numbers and texts: they are no rows of ours.
        if (page.length < PAGE_DOCUMENTS || last === undefined || last === null) return
        after = last
      }
    },
  }
}
