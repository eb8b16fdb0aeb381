import { isIpv6, normalizeIp } from '../../bytes/ip.ts'
import type { JsonObject, JsonValue } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { DC_FLAGS, type DataCenter } from '../../domain/session.ts'
import { numberMember, textMember } from '../json-members.ts'

/** `secret` is there: it has no place in a session of ours. */
const HAS_SECRET = 1024

/** Names of the flags in builds for .NET 8 and later. */
const FLAG_NAMES: ReadonlyMap<string, number> = new Map([
  ['ipv6', DC_FLAGS.ipv6],
  ['media_only', DC_FLAGS.media],
  ['tcpo_only', DC_FLAGS.obfuscatedOnly],
  ['cdn', DC_FLAGS.cdn],
  ['static_', DC_FLAGS.static],
  ['this_port_only', DC_FLAGS.thisPortOnly],
  ['has_secret', HAS_SECRET],
])

export interface DcOption {
  readonly dc: DataCenter & { readonly flags: number }
  readonly hasSecret: boolean
}

/** A `DcOption`, without a key yet. @throws AppError format.malformed */
export function optionFrom(option: JsonObject): DcOption {
  const address = textMember(option, 'ip_address') ?? ''
  const port = numberMember(option, 'port', 0, 65_535) ?? 0
  return {
    dc: {
      id: numberMember(option, 'id', 0, 10_000) ?? 0,
      address: address === '' ? null : (normalizeIp(address) ?? address),
      port: port === 0 ? null : port,
      authKey: null,
      home: false,
      flags: flagsFrom(option['flags']) & ~HAS_SECRET,
    },
    hasSecret: (textMember(option, 'secret') ?? '') !== '',
  }
}

/** A number, or names with commas between them; a combination without a name comes as digits in text. */
function flagsFrom(value: JsonValue | undefined): number {
  if (value === undefined || value === null) return 0
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0xffff_ffff) return value
  if (typeof value === 'string') {
    const bits = value.split(',').map((name) => {
      const word = name.trim().toLowerCase()
      return FLAG_NAMES.get(word) ?? (/^\d{1,9}$/.test(word) ? Number(word) : null)
    })
    if (bits.every((bit) => bit !== null)) return bits.reduce((all, bit) => (all | bit) >>> 0, 0)
  }
  throw new AppError('format.malformed', { reason: 'its “flags” of a server address are neither a number nor names' })
}

/**
 * As the library prints it, without what is 0. Flags as a number: builds of all frameworks read that.
 */
export function optionOf(dc: Pick<DataCenter, 'id' | 'address' | 'port' | 'flags'>): JsonObject {
  const flags = dc.flags ?? (dc.address !== null && isIpv6(dc.address) ? DC_FLAGS.ipv6 : 0)
  return {
    ...(flags === 0 ? {} : { flags }),
    id: dc.id,
    ip_address: dc.address ?? '',
    port: dc.port ?? 443,
  }
}
