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
  return new GrowingWriter()
}

const FIRST_BYTE_LENGTH = 512

/** One buffer that doubles: a string is a handful of values, a file can be many. A class, for one is made for each string. */
class GrowingWriter implements ByteWriter {
  #bytes = new Uint8Array(FIRST_BYTE_LENGTH)
  #view = new DataView(this.#bytes.buffer)
  #length = 0

  #take(byteLength: number): number {
    const at = this.#length
    this.#length = at + byteLength
    if (this.#length > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.byteLength))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#view = new DataView(larger.buffer)
    }
    return at
  }

  u8(value: number): ByteWriter {
    const checked = fits(value, 0, 0xff)
    // Taken first: the view changes when the buffer grows.
    const at = this.#take(1)
    this.#view.setUint8(at, checked)
    return this
  }

  u16(value: number): ByteWriter {
    const checked = fits(value, 0, 0xffff)
    const at = this.#take(2)
    this.#view.setUint16(at, checked)
    return this
  }

  u32(value: number): ByteWriter {
    const checked = fits(value, 0, 0xffff_ffff)
    const at = this.#take(4)
    this.#view.setUint32(at, checked)
    return this
  }

  i32(value: number): ByteWriter {
    const checked = fits(value, -0x8000_0000, 0x7fff_ffff)
    const at = this.#take(4)
    this.#view.setInt32(at, checked)
    return this
  }

  u16le(value: number): ByteWriter {
    const checked = fits(value, 0, 0xffff)
    const at = this.#take(2)
    this.#view.setUint16(at, checked, true)
    return this
  }

  u32le(value: number): ByteWriter {
    const checked = fits(value, 0, 0xffff_ffff)
    const at = this.#take(4)
    this.#view.setUint32(at, checked, true)
    return this
  }

  i32le(value: number): ByteWriter {
    const checked = fits(value, -0x8000_0000, 0x7fff_ffff)
    const at = this.#take(4)
    this.#view.setInt32(at, checked, true)
    return this
  }

  u64(value: bigint): ByteWriter {
    const checked = fitsUnsigned(value)
    const at = this.#take(8)
    this.#view.setBigUint64(at, checked)
    return this
  }

  u64le(value: bigint): ByteWriter {
    const checked = fitsUnsigned(value)
    const at = this.#take(8)
    this.#view.setBigUint64(at, checked, true)
    return this
  }

  i64le(value: bigint): ByteWriter {
    if (BigInt.asIntN(64, value) !== value) throw tooLarge()
    const at = this.#take(8)
    this.#view.setBigInt64(at, value, true)
    return this
  }

  f64le(value: number): ByteWriter {
    const at = this.#take(8)
    this.#view.setFloat64(at, value, true)
    return this
  }

  bytes(value: Uint8Array): ByteWriter {
    const at = this.#take(value.byteLength)
    this.#bytes.set(value, at)
    return this
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }
}

function fits(value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) throw tooLarge()
  return value
}

function fitsUnsigned(value: bigint): bigint {
  if (BigInt.asUintN(64, value) !== value) throw tooLarge()
  return value
}

function tooLarge(): AppError<'request.invalid'> {
  return new AppError('request.invalid', { reason: 'a number does not fit its place' })
}
