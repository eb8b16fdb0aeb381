import { AppError } from '../domain/errors.ts'

/** Writes values one after the other, big-endian unless the name says little (`le`). A value that does not fit throws AppError request.invalid. */
export interface ByteWriter {
  u8(value: number): ByteWriter
  u16(value: number): ByteWriter
  u32(value: number): ByteWriter
  i32(value: number): ByteWriter
  u16le(value: number): ByteWriter
  u32le(value: number): ByteWriter
  i32le(value: number): ByteWriter
  u64le(value: bigint): ByteWriter
  i64le(value: bigint): ByteWriter
  f64le(value: number): ByteWriter
  u64(value: bigint): ByteWriter
  bytes(value: Uint8Array): ByteWriter
  /** A copy of what was written so far. */
  done(): Uint8Array
}

export function byteWriter(): ByteWriter {
  const parts: Uint8Array[] = []
  const put = (byteLength: number, set: (view: DataView) => void): ByteWriter => {
    const part = new Uint8Array(byteLength)
    set(new DataView(part.buffer))
    parts.push(part)
    return self
  }
  const tooLarge = (): AppError<'request.invalid'> =>
    new AppError('request.invalid', { reason: 'a number does not fit its place' })
  const fits = (value: number, limit: number, least = 0): number => {
    if (!Number.isInteger(value) || value < least || value > limit) throw tooLarge()
    return value
  }
  const fits64 = (value: bigint, isSigned: boolean): bigint => {
    if ((isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) !== value) throw tooLarge()
    return value
  }
  const self: ByteWriter = {
    u8: (value) => put(1, (view) => view.setUint8(0, fits(value, 0xff))),
    u16: (value) => put(2, (view) => view.setUint16(0, fits(value, 0xffff))),
    u32: (value) => put(4, (view) => view.setUint32(0, fits(value, 0xffff_ffff))),
    u32le: (value) => put(4, (view) => view.setUint32(0, fits(value, 0xffff_ffff), true)),
    i32: (value) => put(4, (view) => view.setInt32(0, fits(value, 0x7fff_ffff, -0x8000_0000))),
    u16le: (value) => put(2, (view) => view.setUint16(0, fits(value, 0xffff), true)),
    i32le: (value) => put(4, (view) => view.setInt32(0, fits(value, 0x7fff_ffff, -0x8000_0000), true)),
    u64: (value) => put(8, (view) => view.setBigUint64(0, fits64(value, false))),
    u64le: (value) => put(8, (view) => view.setBigUint64(0, fits64(value, false), true)),
    i64le: (value) => put(8, (view) => view.setBigInt64(0, fits64(value, true), true)),
    f64le: (value) => put(8, (view) => view.setFloat64(0, value, true)),
    bytes: (value) => {
      parts.push(Uint8Array.from(value))
      return self
    },
    done: () => {
      const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0))
      let offset = 0
      for (const part of parts) {
        whole.set(part, offset)
        offset += part.byteLength
      }
      return whole
    },
  }
  return self
}
