import { AppError } from '../domain/errors.ts'

/** Reads big-endian values from bytes, never past their end. Every method throws AppError format.malformed there. */
export interface ByteReader {
  readonly remaining: number
  u8(): number
  u16(): number
  u32(): number
  u64(): bigint
  /** A copy of the next bytes. */
  bytes(byteLength: number): Uint8Array
  /** Little-endian: wzgram's checksum is the only one of its kind in the family. */
  u32le(): number
}

export function byteReader(source: Uint8Array): ByteReader {
  const view = new DataView(source.buffer, source.byteOffset, source.byteLength)
  let offset = 0
  const take = (byteLength: number): number => {
    if (byteLength < 0 || byteLength > source.byteLength - offset) {
      throw new AppError('format.malformed', { reason: 'it ends too early' })
    }
    const at = offset
    offset += byteLength
    return at
  }
  return {
    get remaining() {
      return source.byteLength - offset
    },
    u8: () => view.getUint8(take(1)),
    u16: () => view.getUint16(take(2)),
    u32: () => view.getUint32(take(4)),
    u32le: () => view.getUint32(take(4), true),
    u64: () => view.getBigUint64(take(8)),
    bytes: (byteLength) => {
      const at = take(byteLength)
      return source.slice(at, at + byteLength)
    },
  }
}
