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
  /** The text that `spell` makes of what was written; the writer is not used after it, and its memory is wiped. */
  text(spell: (bytes: Uint8Array) => string): string
}

export function byteWriter(): ByteWriter {
  return new GrowingWriter()
}

const FIRST_BYTE_LENGTH = 512

/** Memory of a writer that has ended, for the next one: to ask for it costs more than to write a whole string. */
let spare: Uint8Array<ArrayBuffer> | null = null

/** One buffer that doubles: a string is a handful of values, a file can be many. A class, for one is made for each string. */
class GrowingWriter implements ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>
  #lazyView: DataView | null = null
  #length = 0

  constructor() {
    this.#bytes = spare ?? new Uint8Array(FIRST_BYTE_LENGTH)
    spare = null
  }

  get #view(): DataView {
    this.#lazyView ??= new DataView(this.#bytes.buffer)
    return this.#lazyView
  }

  #take(byteLength: number): number {
    const at = this.#length
    this.#length = at + byteLength
    if (this.#length > this.#bytes.byteLength) {
      const larger = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.byteLength))
      larger.set(this.#bytes)
      this.#bytes = larger
      this.#lazyView = null
    }
    return at
  }

  u8(value: number): ByteWriter {
    const checked = fits(value, 0, 0xff)
    // Taken first: the view changes when the buffer grows.
    const at = this.#take(1)
    this.#bytes[at] = checked
    return this
  }

  u16(value: number): ByteWriter {
    const checked = fits(value, 0, 0xffff)
    const at = this.#take(2)
    this.#bytes[at] = checked >> 8
    this.#bytes[at + 1] = checked & 0xff
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

  text(spell: (bytes: Uint8Array) => string): string {
    const text = spell(this.#bytes.subarray(0, this.#length))
    this.#bytes.fill(0)
    if (this.#bytes.byteLength === FIRST_BYTE_LENGTH) spare = this.#bytes
    // What is written by mistake after it goes nowhere near the next writer.
    this.#bytes = NO_BYTES
    this.#length = 0
    this.#lazyView = null
    return text
  }
}

const NO_BYTES = new Uint8Array(0)

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
