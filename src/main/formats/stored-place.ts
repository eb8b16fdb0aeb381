import { wholeNumberOf } from './cells.ts'
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
