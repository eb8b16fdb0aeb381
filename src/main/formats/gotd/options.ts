import { isIpv6, normalizeIp } from '../../bytes/ip.ts'
import type { JsonObject } from '../../bytes/json.ts'
import { DC_FLAGS, type DataCenter } from '../../domain/session.ts'
import { bytesMember, flagMember, numberMember, textMember } from '../json-members.ts'

/** In `Flags` where `Secret` is there. The secret itself has no place in a session of ours. */
const HAS_SECRET = 1024

const MARKS = [
  ['Ipv6', DC_FLAGS.ipv6],
  ['MediaOnly', DC_FLAGS.media],
  ['TCPObfuscatedOnly', DC_FLAGS.obfuscatedOnly],
  ['CDN', DC_FLAGS.cdn],
  ['Static', DC_FLAGS.static],
  ['ThisPortOnly', DC_FLAGS.thisPortOnly],
] as const

export interface DcOption {
  readonly dc: DataCenter & { readonly flags: number }
  /** For obfuscated connections: not kept. */
  readonly hasSecret: boolean
}

/** An element of `DCOptions`, without a key yet. */
export function optionFrom(option: JsonObject): DcOption {
  const stored = numberMember(option, 'Flags', 0, 0xffff_ffff) ?? 0
  const marked = MARKS.reduce((flags, [name, bit]) => (flagMember(option, name) === true ? flags | bit : flags), stored)
  const address = textMember(option, 'IPAddress') ?? ''
  const port = numberMember(option, 'Port', 0, 65_535) ?? 0
  return {
    dc: {
      id: numberMember(option, 'ID', 0, 10_000) ?? 0,
      address: address === '' ? null : (normalizeIp(address) ?? address),
      port: port === 0 ? null : port,
      authKey: null,
      home: false,
      flags: marked & ~HAS_SECRET,
    },
    hasSecret: (bytesMember(option, 'Secret')?.byteLength ?? 0) > 0,
  }
}

/** Whether the library dials it for the account itself. */
export function isOrdinary(flags: number): boolean {
  return (flags & (DC_FLAGS.media | DC_FLAGS.obfuscatedOnly | DC_FLAGS.cdn)) === 0
}

/** As Go prints a `tg.DCOption`: every member, in this order. */
export function optionOf(dc: DataCenter): JsonObject {
  const flags = dc.flags ?? (dc.address !== null && isIpv6(dc.address) ? DC_FLAGS.ipv6 : 0)
  return {
    Flags: flags,
    ...Object.fromEntries(MARKS.map(([name, bit]) => [name, (flags & bit) !== 0])),
    ID: dc.id,
    IPAddress: dc.address ?? '',
    Port: dc.port ?? 443,
    Secret: null,
  }
}
