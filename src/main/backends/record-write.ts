import type { Cell } from '../formats/media.ts'

/** What SQLite makes of values by the declared type of a column. */
export type Affinity = 'integer' | 'text' | 'blob' | 'real' | 'numeric'

/** SQLite's own rule (datatype3.html, 3.1). `type` in upper case. */
export function affinityOf(type: string): Affinity {
  if (type.includes('INT')) return 'integer'
  if (/CHAR|CLOB|TEXT/.test(type)) return 'text'
  if (type === '' || type.includes('BLOB')) return 'blob'
  return /REAL|FLOA|DOUB/.test(type) ? 'real' : 'numeric'
}

/**
 * Stored records, one after the other in the same memory: made for millions. A cell that SQLite would store in a way
 * this does not know is refused, and SQLite gets the row.
 */
export class RecordWriter {
  /** The cells behind the header of the record made last. */
  readonly body: Buffer
  bodyByteLength = 0
  /** What stands in the header for each column. */
  readonly serials: Float64Array
  headerByteLength = 0
  readonly #affinities: readonly Affinity[]
  readonly #view: DataView
  #at = 0

  /** @param maxByteLength of a record; longer ones are refused */
  constructor(affinities: readonly Affinity[], maxByteLength: number) {
    this.#affinities = affinities
    this.body = Buffer.alloc(maxByteLength)
    this.#view = new DataView(this.body.buffer, this.body.byteOffset, maxByteLength)
    this.serials = new Float64Array(affinities.length)
  }

  get byteLength(): number {
    return this.headerByteLength + this.bodyByteLength
  }

  /**
   * @param places index of the cell for each column, -1 for NULL
   * @returns false where SQLite must do it
   */
  write(cells: readonly Cell[], places: readonly number[]): boolean {
    this.#at = 0
    let header = 1
    for (let column = 0; column < places.length; column += 1) {
      const place = places[column] ?? -1
      const serial = place < 0 ? 0 : this.#cell(cells[place] ?? null, this.#affinities[column] ?? 'blob')
      if (serial < 0) return false
      this.serials[column] = serial
      header += serial < 0x80 ? 1 : serial < 0x4000 ? 2 : 3
    }
    this.headerByteLength = header
    this.bodyByteLength = this.#at
    // A longer header has a longer length: far more columns than any table of ours.
    return header < 0x80 && header + this.#at <= this.body.byteLength
  }

  /** @returns the serial type, -1 for what is not known here */
  #cell(cell: Cell, affinity: Affinity): number {
    if (cell === null) return 0
    if (typeof cell === 'bigint') return affinity === 'text' ? -1 : this.#integer(cell)
    if (typeof cell === 'string') return this.#text(cell, affinity)
    if (typeof cell === 'number') return this.#number(cell, affinity)
    return this.#bytes(cell)
  }

  #integer(value: bigint): number {
    const number = Number(value)
    if (number >= -0x8000_0000 && number <= 0x7fff_ffff) return this.#int32(number)
    if (this.#at + 8 > this.body.byteLength) return -1
    if (number >= -0x8000_0000_0000 && number <= 0x7fff_ffff_ffff) {
      this.#view.setInt16(this.#at, Math.floor(number / 0x1_0000_0000))
      this.#view.setInt32(this.#at + 2, (number % 0x1_0000_0000) | 0)
      this.#at += 6
      return 5
    }
    if (BigInt.asIntN(64, value) !== value) return -1
    this.#view.setBigInt64(this.#at, value)
    this.#at += 8
    return 6
  }

  #int32(value: number): number {
    if (value === 0) return 8
    if (value === 1) return 9
    const byteLength =
      value >= -0x80 && value <= 0x7f
        ? 1
        : value >= -0x8000 && value <= 0x7fff
          ? 2
          : value >= -0x80_0000 && value <= 0x7f_ffff
            ? 3
            : 4
    if (this.#at + 4 > this.body.byteLength) return -1
    this.#view.setInt32(this.#at, value << (8 * (4 - byteLength)))
    this.#at += byteLength
    return byteLength
  }

  #number(value: number, affinity: Affinity): number {
    if (!Number.isFinite(value) || affinity === 'text') return -1
    if ((affinity === 'integer' || affinity === 'numeric') && Number.isInteger(value)) {
      return Number.isSafeInteger(value) ? this.#integer(BigInt(value)) : -1
    }
    if (this.#at + 8 > this.body.byteLength) return -1
    this.#view.setFloat64(this.#at, value)
    this.#at += 8
    return 7
  }

  #text(text: string, affinity: Affinity): number {
    if (affinity !== 'text' && affinity !== 'blob' && text !== '' && text.charCodeAt(0) <= DIGIT_9) {
      // It can be a number, which the column would make of it.
      return affinity !== 'real' && PLAIN_INTEGER.test(text) ? this.#integer(BigInt(text)) : -1
    }
    const byteLength = this.#ascii(text)
    if (byteLength >= 0) return 13 + 2 * byteLength
    const needed = Buffer.byteLength(text)
    if (this.#at + needed > this.body.byteLength) return -1
    this.#at += this.body.write(text, this.#at, 'utf8')
    return 13 + 2 * needed
  }

  /** Most texts are short and plain, and a call of their encoder costs more than all their characters. */
  #ascii(text: string): number {
    const { length } = text
    const { body } = this
    const at = this.#at
    if (length > MAX_PLAIN_LENGTH || at + length > body.byteLength) return -1
    for (let index = 0; index < length; index += 1) {
      const code = text.charCodeAt(index)
      if (code >= 0x80) return -1
      body[at + index] = code
    }
    this.#at = at + length
    return length
  }

  #bytes(bytes: Uint8Array): number {
    if (this.#at + bytes.byteLength > this.body.byteLength) return -1
    this.body.set(bytes, this.#at)
    this.#at += bytes.byteLength
    return 12 + 2 * bytes.byteLength
  }
}

const DIGIT_9 = 0x39
const MAX_PLAIN_LENGTH = 64
const PLAIN_INTEGER = /^(?:0|-?[1-9]\d{0,17})$/
