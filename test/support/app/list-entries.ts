import type { CatalogEntry, CatalogQuery } from '../../../src/main/sources/catalog-types.ts'
import type { Library } from '../../../src/main/sources/interfaces.ts'

/** Every session, by name. */
export const everything: CatalogQuery = {
  view: { kind: 'all' },
  search: '',
  filters: {
    kinds: [],
    libraries: [],
    dcs: [],
    sources: [],
    tags: [],
    statuses: [],
    test: null,
    inUse: null,
    logins: [],
  },
  sort: { column: 'name', direction: 'asc' },
}

/** The first hundred sessions of the list. */
export function listEntries(library: Library, query: Partial<CatalogQuery> = {}): readonly CatalogEntry[] {
  return library.catalog.page({ ...everything, ...query }, { offset: 0, limit: 100 }).entries
}

/** Their keys, in no order that means anything. */
export function listKeys(library: Library): readonly string[] {
  return listEntries(library)
    .map(({ ref }) => ref.key)
    .toSorted()
}
