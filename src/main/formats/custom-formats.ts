import type { SharedStore, StoreFormat, TablesFormat } from './format.ts'
import type { TablesReader, TablesWriter } from './media.ts'

export type SharedTablesFormat = TablesFormat & { readonly shared: SharedStore<TablesReader, TablesWriter> }

/** What a module of the person's own can add: sessions in a shared store, of any medium that stores have. */
export type CustomFormat = StoreFormat | SharedTablesFormat

let known: readonly CustomFormat[] = []

/** The formats of the person's own that are on now; none in a worker, which reads files alone. */
export function customFormats(): readonly CustomFormat[] {
  return known
}

export function setCustomFormats(formats: readonly CustomFormat[]): void {
  known = formats
}
