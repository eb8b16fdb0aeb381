import type { Cell, ColumnInfo } from './media.ts'

/** A cell of the raw view; of a secret one only its length is told. */
export type RawValue = Cell | { readonly secretByteLength: number }

/** Some rows, keys or documents of one session as they are stored, for the raw view. */
export interface RawPart {
  /** Of the table or collection, or what its keys have in common. */
  readonly name: string
  readonly columns: readonly ColumnInfo[]
  count(): Promise<number>
  rows(window: { readonly offset: number; readonly limit: number }): Promise<readonly (readonly RawValue[])[]>
}

/** A column that no server declares. */
export function plainColumn(name: string, isKey = false): ColumnInfo {
  return { name, type: '', notNull: isKey, primaryKey: isKey ? 1 : 0 }
}
