import type { CatalogEntry, CatalogQuery } from '../../../src/main/sources/catalog-types.ts'
import type { Library } from '../../../src/main/sources/interfaces.ts'
import { wholeList } from '../../../src/main/services/whole-list.ts'

/** Every session, by name. */
export const everything: CatalogQuery = wholeList

/** The first hundred sessions of the list. */
export function listEntries(library: Library, query: Partial<CatalogQuery> = {}): readonly CatalogEntry[] {
  return library.catalog.page({ ...wholeList, ...query }, { offset: 0, limit: 100 }).entries
}

/** Their keys, in no order that means anything. */
export function listKeys(library: Library): readonly string[] {
  return listEntries(library)
    .map(({ ref }) => ref.key)
    .toSorted()
}
