import { normalizeIp } from '../../bytes/ip.ts'
import { byteReader } from '../../bytes/reader.ts'
import { readTlBytes, readTlString } from '../../bytes/tl.ts'
import { isAppError } from '../../domain/errors.ts'
import type { DcWay } from '../dc-ways.ts'

/** Upstream: `td/telegram/net/DcOptions.h`. */

/** In the place of Telegram's "this port only": a secret follows. */
const HAS_SECRET = 32

/**
 * The value of `dc_options`: a count, then flags i32, DC i32, address TL string, port i32 and, for some, a secret.
 * @returns none where it is of another form: the library asks the server anew at each start
 */
export function waysFrom(value: Uint8Array | undefined): readonly DcWay[] {
  if (value === undefined) return []
  try {
    const reader = byteReader(value)
    const ways: DcWay[] = []
    for (let left = reader.u32le(); left > 0; left -= 1) {
      const flags = reader.i32le()
      const id = reader.i32le()
      const address = readTlString(reader)
      const port = reader.i32le()
      if ((flags & HAS_SECRET) !== 0) readTlBytes(reader)
      ways.push({ id, flags: flags & ~HAS_SECRET, address, port })
    }
    return ways.filter((way) => normalizeIp(way.address) !== null)
  } catch (error) {
    if (isAppError(error)) return []
    throw error
  }
}
