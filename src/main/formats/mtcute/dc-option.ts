import { isIpv6, normalizeIp, parseIp } from '../../bytes/ip.ts'
import { byteReader, type ByteReader } from '../../bytes/reader.ts'
import { readTlBytes, readTlString, writeTlString } from '../../bytes/tl.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import { DC_FLAGS, type DataCenter } from '../../domain/session.ts'
import type { Endpoint } from '../address.ts'

/** One address of a data centre as the library keeps it. */
export interface DcOption {
  readonly id: number
  readonly address: string
  readonly port: number
  /** Bits of {@link DC_FLAGS}. */
  readonly flags: number
  /** Null where the form has no place for it. */
  readonly test: boolean | null
  /** A proxy secret stood behind it, which nothing else can hold. */
  readonly hasSecret: boolean
}

/** TL `dcOption`, in strings of versions 1 and 2. */
const TL_DC_OPTION = 0x18b7a10d
const SECRET_FLAG = 1024
const TEST_FLAG = 4

/**
 * The library's own "basic" form: version u8 (1 or 2), DC u8, flags u8 (1 IPv6, 2 media only, 4 test mode in version 2),
 * string address, int port.
 * @throws AppError format.malformed
 */
export function readBasicDcOption(bytes: Uint8Array): DcOption & { readonly version: 1 | 2 } {
  const reader = byteReader(bytes)
  const version = reader.u8()
  if (version !== 1 && version !== 2) throw malformed('an address in it is of an unknown form')
  const id = reader.u8()
  const flags = reader.u8()
  if (flags >= (version === 1 ? 4 : 8)) throw malformed('an address in it has unknown flags')
  const { address, port } = readPlace(reader)
  if (reader.remaining > 0) throw malformed('an address in it is followed by something else')
  return {
    version,
    id: plausible(id),
    address,
    port,
    flags: flags & (DC_FLAGS.ipv6 | DC_FLAGS.media),
    test: version === 2 ? (flags & TEST_FLAG) !== 0 : null,
    hasSecret: false,
  }
}

/** @throws AppError format.malformed */
export function readTlDcOption(reader: ByteReader): DcOption {
  if (reader.u32le() !== TL_DC_OPTION) throw malformed('there is no address where one must be')
  const flags = reader.u32le()
  const id = plausible(reader.u32le())
  const { address, port } = readPlace(reader)
  const hasSecret = (flags & SECRET_FLAG) !== 0
  if (hasSecret) readTlBytes(reader)
  return { id, address, port, flags: flags & 0x3f, test: null, hasSecret }
}

/** @param version 2 holds the test mark; 1 is what releases up to 0.18 read. */
export function basicDcOption(
  option: { readonly id: number; readonly endpoint: Endpoint; readonly isMedia: boolean; readonly test: boolean },
  version: 1 | 2,
): Uint8Array {
  const { address, port } = option.endpoint
  const flags =
    (isIpv6(address) ? DC_FLAGS.ipv6 : 0) |
    (option.isMedia ? DC_FLAGS.media : 0) |
    (option.test && version === 2 ? TEST_FLAG : 0)
  const writer = byteWriter().u8(version).u8(option.id).u8(flags)
  return writeTlString(writer, spelled(address)).i32le(port).done()
}

export function dataCenterFrom(option: DcOption, rest: Pick<DataCenter, 'home' | 'authKey'>): DataCenter {
  const { id, address, port, flags } = option
  return { id, address, port, ...rest, flags: rest.home ? flags & ~DC_FLAGS.media : flags | DC_FLAGS.media }
}

/** The media address beside the home: of the same DC, and of the same family where there are several. */
export function mediaOf(dataCenters: readonly DataCenter[], home: DataCenter, address: string): DataCenter | null {
  const media = dataCenters.filter(
    (dc) => dc !== home && dc.id === home.id && dc.address !== null && ((dc.flags ?? 0) & DC_FLAGS.media) !== 0,
  )
  return media.find((dc) => isIpv6(dc.address ?? '') === isIpv6(address)) ?? media[0] ?? null
}

function readPlace(reader: ByteReader): { address: string; port: number } {
  const stored = readTlString(reader)
  const port = reader.i32le()
  if (stored === '' || stored.length > 255) throw malformed('an address in it is empty')
  if (port < 1 || port > 65_535) throw malformed('a port in it is none')
  return { address: normalizeIp(stored) ?? stored.trim(), port }
}

function plausible(id: number): number {
  if (isPlausibleDcId(id)) return id
  throw malformed(`it names DC ${id}, which Telegram does not have`)
}

/** The one address that the library itself has in short form. */
const SHORT = '2001:67c:4e8:f002::e'

/** IPv6 in full, as Telegram's configuration spells it and the library stores it. */
function spelled(address: string): string {
  const bytes = address === SHORT ? null : parseIp(address)
  if (bytes?.byteLength !== 16) return address
  const hex = Buffer.from(bytes).toString('hex')
  return (hex.match(/.{4}/g) ?? []).join(':')
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason })
}
