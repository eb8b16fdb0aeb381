import type { AnyStoreKind } from '../../../shared/contract/common.ts'
import type { Format } from '../../../shared/contract/formats.ts'
import type { Source } from '../../../shared/contract/sources.ts'
import { isStore, type StoreSource } from '../../lib/store-kinds.ts'

/** Kinds of stores among the sources: what can be written there is offered as a format. */
export function storeKinds(sources: readonly Source[]): ReadonlySet<AnyStoreKind> {
  return new Set(sources.filter(isStore).map(({ store }) => store.location.kind))
}

/** Stores that hold sessions of the format, also those that nothing is written to yet. */
export function storesFor(format: Format | undefined, sources: readonly Source[]): readonly StoreSource[] {
  return sources.filter(isStore).filter(({ store }) => format?.stores.includes(store.location.kind) === true)
}

/** It lies in a store alone: there is no file of it. */
export function needsStore(format: Format | undefined): boolean {
  return format !== undefined && !format.writable && format.stores.length > 0
}
