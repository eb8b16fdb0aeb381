import { formatIp } from '../../bytes/ip.ts'
import { byteReader } from '../../bytes/reader.ts'

/** Bytes of everything but the address. */
const FIXED_BYTE_LENGTH: Readonly<Record<number, number>> = { 1: 285, 2: 269 }

export interface CompactParts {
  readonly version: 1 | 2
  readonly dcId: number
  readonly address: string
  readonly port: number
  readonly userId: bigint
  /** Version 1 alone. */
  readonly salt: bigint | null
  readonly key: Uint8Array
  readonly trailingByteLength: number
}

/**
 * Whether bytes are a compact string and not a native one, which begin alike: byte 2 is the kind of the address here and
 * part of the home DC's number there, always 0.
 */
export function isCompact(bytes: Uint8Array): boolean {
  const wanted = compactByteLength(bytes)
  return wanted !== null && bytes.byteLength >= wanted
}

/** Bytes a string with such a beginning has; null when it is no compact one. */
export function compactByteLength(bytes: Uint8Array): number | null {
  const fixed = FIXED_BYTE_LENGTH[bytes[0] ?? 0]
  const address = bytes[2] === 4 ? 4 : bytes[2] === 6 ? 16 : null
  return fixed === undefined || address === null ? null : fixed + address
}

export function compactPartsOf(bytes: Uint8Array): CompactParts | null {
  if (!isCompact(bytes)) return null
  const reader = byteReader(bytes)
  const version = reader.u8() === 1 ? 1 : 2
  const dcId = reader.u8()
  const address = formatIp(reader.bytes(reader.u8() === 4 ? 4 : 16))
  const port = reader.u16()
  const userId = BigInt.asIntN(64, reader.u64())
  let salt: bigint | null = null
  if (version === 1) {
    salt = BigInt.asIntN(64, reader.u64())
    // The sequence number and the API layer of a connection that ended long ago: the library drops them too.
    reader.bytes(8)
  }
  return { version, dcId, address, port, userId, salt, key: reader.bytes(256), trailingByteLength: reader.remaining }
}
