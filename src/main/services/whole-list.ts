import { setImmediate } from 'node:timers/promises'
import type { SessionQuery } from '../../shared/contract/sessions.ts'
import type { Catalog, CatalogEntry } from '../sources/catalog-types.ts'

/** Every session of every source, by name. */
export const wholeList: SessionQuery = {
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

const PAGE = 500

/** The same, page by page; the window is served in between. */
export async function* everyPage(catalog: Pick<Catalog, 'page'>): AsyncGenerator<readonly CatalogEntry[]> {
  for (let offset = 0; ; offset += PAGE) {
    const { entries, total } = catalog.page(wholeList, { offset, limit: PAGE })
    yield entries
    if (offset + PAGE >= total) return
    await setImmediate()
  }
}
