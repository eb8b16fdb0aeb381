import { fromHex } from '../bytes/hex.ts'
import { AUTH_KEY_BYTE_LENGTH } from '../domain/key-id.ts'
import { bytesOf, wholeNumberOf } from './cells.ts'
import type { Cell } from './media.ts'

/** A port as a cell holds it; null for none and for a number that is no port. */
export function portOf(cell: Cell | undefined): number | null {
  const port = wholeNumberOf(cell)
  return port !== null && port >= 1 && port <= 65_535 ? port : null
}

/** Media and test DCs of some libraries have ids up to five digits; nothing above is an id. */
const MAX_DC_ID = 10_000

/** The id of a data centre as a cell holds it; null for none and for a number that cannot be one. */
export function dcIdOf(cell: Cell | undefined): number | null {
  const id = wholeNumberOf(cell)
  return id !== null && id >= 0 && id <= MAX_DC_ID ? id : null
}

/** A user id as a cell or a string holds it: libraries put 0 where they know none. */
export function userIdFrom(id: bigint | null): bigint | null {
  return id !== null && id > 0n && id < 2n ** 63n ? id : null
}

/**
 * A key as a cell holds it. The libraries write a BLOB; scripts that copy rows by way of JSON or CSV leave its digits as
 * text. Any other text is bytes of the wrong number.
 */
export function keyBytesFrom(cell: Cell | undefined): { readonly bytes: Uint8Array | null; readonly wasText: boolean } {
  if (typeof cell !== 'string') return { bytes: bytesOf(cell), wasText: false }
  const digits = cell.length === AUTH_KEY_BYTE_LENGTH * 2 ? fromHex(cell) : null
  return digits === null ? { bytes: new TextEncoder().encode(cell), wasText: false } : { bytes: digits, wasText: true }
}
