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
  return new BoundedReader(source)
}

/** A class, for one is made for each string of a long list. */
class BoundedReader implements ByteReader {
  readonly #source: Uint8Array
  readonly #view: DataView
  #offset = 0

  constructor(source: Uint8Array) {
    this.#source = source
    this.#view = new DataView(source.buffer, source.byteOffset, source.byteLength)
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
    return this.#view.getUint8(this.#take(1))
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2))
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4))
  }

  u64(): bigint {
    return this.#view.getBigUint64(this.#take(8))
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
}
