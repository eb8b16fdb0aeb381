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
  /** The next bytes where they lie, in memory of the source. */
  view(byteLength: number): Uint8Array
}

export function byteReader(source: Uint8Array): ByteReader {
  return new BoundedReader(source)
}

/** A class, for one is made for each string of a long list. */
class BoundedReader implements ByteReader {
  readonly #source: Uint8Array
  /** Most strings are read without one. */
  #lazyView: DataView | null = null
  #offset = 0

  constructor(source: Uint8Array) {
    // A Buffer's own `slice` would share its memory instead of copying.
    this.#source =
      source instanceof Buffer ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength) : source
  }

  get #view(): DataView {
    const { buffer, byteOffset, byteLength } = this.#source
    this.#lazyView ??= new DataView(buffer, byteOffset, byteLength)
    return this.#lazyView
  }

  get remaining(): number {
    return this.#source.byteLength - this.#offset
  }

  get offset(): number {
    return this.#offset
  }

  #take(byteLength: number): number {
    const at = this.#offset
    if (byteLength < 0 || byteLength > this.#source.byteLength - at) {
      throw new AppError('format.malformed', { reason: 'it ends too early' })
    }
    this.#offset = at + byteLength
    return at
  }

  u8(): number {
    return this.#source[this.#take(1)] ?? 0
  }

  u16(): number {
    const at = this.#take(2)
    return ((this.#source[at] ?? 0) << 8) | (this.#source[at + 1] ?? 0)
  }

  u32(): number {
    const at = this.#take(4)
    const source = this.#source
    return (
      (source[at] ?? 0) * 0x100_0000 +
      (((source[at + 1] ?? 0) << 16) | ((source[at + 2] ?? 0) << 8) | (source[at + 3] ?? 0))
    )
  }

  u64(): bigint {
    const at = this.#take(8)
    this.#offset = at
    const high = this.u32()
    const low = this.u32()
    // Most are ids, which a double holds.
    if (high < 0x20_0000) return BigInt(high * 0x1_0000_0000 + low)
    return (BigInt(high) << 32n) | BigInt(low)
  }

  i32(): number {
    return this.#view.getInt32(this.#take(4))
  }

  u16le(): number {
    return this.#view.getUint16(this.#take(2), true)
  }

  u32le(): number {
    return this.#view.getUint32(this.#take(4), true)
  }

  i32le(): number {
    return this.#view.getInt32(this.#take(4), true)
  }

  u64le(): bigint {
    return this.#view.getBigUint64(this.#take(8), true)
  }

  i64le(): bigint {
    return this.#view.getBigInt64(this.#take(8), true)
  }

  f64le(): number {
    return this.#view.getFloat64(this.#take(8), true)
  }

  bytes(byteLength: number): Uint8Array {
    const at = this.#take(byteLength)
    return this.#source.slice(at, at + byteLength)
  }

  view(byteLength: number): Uint8Array {
    const at = this.#take(byteLength)
    return this.#source.subarray(at, at + byteLength)
  }
}
