import { byteReader } from '../../bytes/reader.ts'
import { TL_VECTOR } from '../../bytes/tl.ts'
import type { Field } from '../../domain/session.ts'
import type { FileFormat, Variant } from '../format.ts'
import { carriedByAll } from './carries.ts'
import { SESSION_HAS, type TlVariant, TYPE } from './tl-layout.ts'
import { decodeTl, ID } from './tl-read.ts'
import { encodeTl } from './tl-write.ts'

const carries: ReadonlySet<Field> = new Set(carriedByAll)

function variant(id: TlVariant, label: string): Variant {
  return {
    id,
    label,
    library: 'grammers',
    carries,
    requires: ['auth-key', 'dc', 'address', 'user-id', 'is-bot'],
    writable: true,
  }
}

/**
 * Upstream: `lib/grammers-session/src/lib.rs` of 0.3 to 0.7, `storages/tl_session.rs` of 0.8.0. Telegram's own
 * serialisation, little-endian, every object behind its constructor number.
 *
 * | object | fields |
 * |---|---|
 * | session | flags; list of data centres; user (bit 0); update state (bit 1) |
 * | data centre | flags; id; IPv4 (bit 0); IPv6 (bit 1); port; auth key (bit 2) |
 * | user | id (32 bits in 0.3); home DC; whether a bot |
 * | update state | pts, qts, date, seq; list of channel ids with their pts |
 */
export const grammersTl: FileFormat = {
  id: ID,
  library: 'grammers',
  label: 'grammers binary',
  help: 'The file of grammers 0.3 to 0.8.0: data centres with their keys, the account and its update state. It knows no peers; newer releases keep SQLite files.',
  medium: 'file',
  extension: '.session',
  detection: 'Its first three numbers: the type of a session, its flags and the type of a list.',
  variants: [
    variant('0.3', '0.3 (ids of 32 bits)'),
    variant('0.4', '0.4 to 0.7'),
    variant('0.8', '0.8.0 (addresses stored backwards)'),
  ],
  defaultVariant: '0.4',
  detect(bytes) {
    if (bytes.byteLength < 16) return null
    const reader = byteReader(bytes)
    if (reader.u32le() !== TYPE.session || reader.u32le() > (SESSION_HAS.user | SESSION_HAS.state)) return null
    if (reader.u32le() !== TL_VECTOR) return null
    return { certainty: 'exact', reason: `a TL session with ${reader.i32le()} data centres`, variant: null }
  },
  decode: async (bytes) => decodeTl(bytes),
  encode: encodeTl,
}
