import type { RawCell } from '../../shared/contract/sessions.ts'
import type { RawValue } from '../formats/raw-part.ts'

/** Longer cells are cut: the raw view shows what is there, not all of it. */
const MAX_CHARS = 2000
const MAX_BLOB_BYTES = 64

/** A cell as text; a secret one as its length alone. */
export function rawCellOf(cell: RawValue): RawCell {
  if (cell === null) return { kind: 'null', text: '' }
  if (typeof cell === 'bigint') return { kind: 'integer', text: String(cell) }
  if (typeof cell === 'number') return { kind: 'real', text: String(cell) }
  if (typeof cell === 'string') {
    return { kind: 'text', text: cell.length > MAX_CHARS ? `${cell.slice(0, MAX_CHARS)}…` : cell }
  }
  if (!(cell instanceof Uint8Array)) return { kind: 'secret', byteLength: cell.secretByteLength }
  const hex = Buffer.from(cell.subarray(0, MAX_BLOB_BYTES)).toString('hex')
  return { kind: 'blob', text: cell.byteLength > MAX_BLOB_BYTES ? `${hex}…` : hex }
}
