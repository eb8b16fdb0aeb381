import { AppError } from '../domain/errors.ts'

/**
 * Reads values from bytes, big-endian unless the name says little (`le`), never past their end. Every method throws
 * AppError format.malformed there: a length that lies allocates nothing.
 */
export interface ByteReader {
  readonly remaining: number
  readonly offset: number
  u8(): number
  u16(): number
  u32(): number
  u64(): bigint
  i32(): number
  u16le(): number
  u32le(): number
  i32le(): number
  u64le(): bigint
  i64le(): bigint
  f64le(): number
  /** A copy of the next bytes. */
  bytes(byteLength: number): Uint8Array
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
    get offset() {
      return offset
    },
    u8: () => view.getUint8(take(1)),
    u16: () => view.getUint16(take(2)),
    u32: () => view.getUint32(take(4)),
    i32: () => view.getInt32(take(4)),
    u16le: () => view.getUint16(take(2), true),
    u32le: () => view.getUint32(take(4), true),
    i32le: () => view.getInt32(take(4), true),
    u64le: () => view.getBigUint64(take(8), true),
    i64le: () => view.getBigInt64(take(8), true),
    f64le: () => view.getFloat64(take(8), true),
    u64: () => view.getBigUint64(take(8)),
    bytes: (byteLength) => {
      const at = take(byteLength)
      return source.slice(at, at + byteLength)
    },
  }
}
