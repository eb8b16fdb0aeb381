import type { Cell, Document, DocumentValue } from '../media.ts'

/** A value of a document as a cell, for what is read of cells elsewhere: truth is 1 or 0, what no cell can hold null. */
export function cellOf(value: DocumentValue | undefined): Cell {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value ? 1n : 0n
  if (typeof value !== 'object') return value
  return value instanceof Uint8Array ? value : null
}

/** Some fields of a document as cells, in that order. */
export function cellsOf(document: Document, names: readonly string[]): Cell[] {
  return names.map((name) => cellOf(document[name]))
}

/** A document without the fields that have no value: libraries leave those out. */
export function withoutNulls(document: Document): Document {
  return Object.fromEntries(Object.entries(document).filter(([, value]) => value !== null))
}

/** A number as documents have it: whole ones are integers. */
export function numberValue(value: number | null): bigint | number | null {
  return value !== null && Number.isSafeInteger(value) ? BigInt(value) : value
}
