import { AppError } from '../domain/errors.ts'

/** Writes big-endian values one after the other. A value that does not fit throws AppError request.invalid. */
export interface ByteWriter {
  u8(value: number): ByteWriter
  u16(value: number): ByteWriter
  u32(value: number): ByteWriter
  u32le(value: number): ByteWriter
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
  const fits = (value: number, limit: number): number => {
    if (!Number.isInteger(value) || value < 0 || value > limit) {
      throw new AppError('request.invalid', { reason: 'a number does not fit its place' })
    }
    return value
  }
  const self: ByteWriter = {
    u8: (value) => put(1, (view) => view.setUint8(0, fits(value, 0xff))),
    u16: (value) => put(2, (view) => view.setUint16(0, fits(value, 0xffff))),
    u32: (value) => put(4, (view) => view.setUint32(0, fits(value, 0xffff_ffff))),
    u32le: (value) => put(4, (view) => view.setUint32(0, fits(value, 0xffff_ffff), true)),
    u64: (value) => {
      if (value < 0n || value > 0xffff_ffff_ffff_ffffn) {
        throw new AppError('request.invalid', { reason: 'a number does not fit its place' })
      }
      return put(8, (view) => view.setBigUint64(0, value))
    },
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
