import { LEAF_TABLE } from './b-tree.ts'
import type { PageAppender } from './page-append.ts'
import type { RecordWriter } from './record-write.ts'

const INTERIOR_TABLE = 5
const LEAF_HEADER = 8
const INTERIOR_HEADER = 12

/** A level above the leaves. The child that came last has no cell yet: it may become the right-most one. */
interface Level {
  readonly page: Buffer
  count: number
  start: number
  child: number
  key: bigint
  /** The key of the last cell. */
  lastKey: bigint
}

/**
 * Builds the b-tree of an empty table from rows in ascending order of their rowids, page by page and each written once:
 * sqlite.org/fileformat2.html, 1.6.
 */
export class TreeFill {
  readonly #pages: PageAppender
  readonly #root: number
  readonly #leaf: Buffer
  #count = 0
  #start: number
  #last = 0n
  readonly #levels: Level[] = []

  constructor(pages: PageAppender, root: number) {
    this.#pages = pages
    this.#root = root
    this.#leaf = Buffer.alloc(pages.pageByteLength)
    this.#start = pages.pageByteLength
  }

  /** The longest record that lies in a page as a whole. */
  static maxRecordByteLength(pageByteLength: number): number {
    return pageByteLength - 35
  }

  add(rowid: bigint, record: RecordWriter): void {
    const { byteLength } = record
    const cellByteLength = varintByteLength(byteLength) + rowidByteLength(rowid) + byteLength
    if (this.#start - cellByteLength < LEAF_HEADER + 2 * (this.#count + 1)) this.#flushLeaf()
    this.#start -= cellByteLength
    this.#last = rowid
    const leaf = this.#leaf
    setUint16(leaf, LEAF_HEADER + 2 * this.#count, this.#start)
    this.#count += 1
    let at = putRowid(leaf, putVarint(leaf, this.#start, byteLength), rowid)
    leaf[at] = record.headerByteLength
    at += 1
    const { serials, body, bodyByteLength } = record
    for (let column = 0; column < serials.length; column += 1) at = putVarint(leaf, at, serials[column] ?? 0)
    body.copy(leaf, at, 0, bodyByteLength)
  }

  /** Writes what is left; nothing can be added after it. */
  finish(): void {
    closeLeaf(this.#leaf, this.#count, this.#start)
    if (this.#levels.length === 0) {
      this.#pages.overwrite(this.#root, this.#leaf)
      return
    }
    this.#addChild(0, this.#pages.append(this.#leaf), this.#last)
    for (let depth = 0; depth < this.#levels.length; depth += 1) {
      const level = this.#levels[depth]
      if (!level) return
      closeInterior(level, level.child)
      // The loop goes on with a level that this one adds.
      if (depth === this.#levels.length - 1) this.#pages.overwrite(this.#root, level.page)
      else this.#addChild(depth + 1, this.#pages.append(level.page), level.key)
    }
  }

  #flushLeaf(): void {
    closeLeaf(this.#leaf, this.#count, this.#start)
    this.#addChild(0, this.#pages.append(this.#leaf), this.#last)
    this.#count = 0
    this.#start = this.#leaf.byteLength
    this.#leaf.fill(0)
  }

  #addChild(depth: number, child: number, key: bigint): void {
    const known = this.#levels[depth]
    if (!known) {
      const page = Buffer.alloc(this.#pages.pageByteLength)
      this.#levels.push({ page, count: 0, start: page.byteLength, child, key, lastKey: 0n })
      return
    }
    if (known.start - 4 - MAX_VARINT < INTERIOR_HEADER + 2 * (known.count + 1)) this.#flushLevel(depth, known)
    putCell(known, known.child, known.key)
    known.child = child
    known.key = key
  }

  /** The child of the last cell becomes the right-most one, so that a cell is there for the page that follows. */
  #flushLevel(depth: number, level: Level): void {
    const { page, lastKey: key } = level
    const rightMost = page.readUInt32BE(level.start)
    level.count -= 1
    level.start += 4 + rowidByteLength(key)
    closeInterior(level, rightMost)
    this.#addChild(depth + 1, this.#pages.append(page), key)
    page.fill(0)
    level.count = 0
    level.start = page.byteLength
  }
}

function closeLeaf(page: Buffer, count: number, start: number): void {
  page[0] = LEAF_TABLE
  setUint16(page, 3, count)
  setUint16(page, 5, start)
}

function putCell(level: Level, child: number, key: bigint): void {
  const { page } = level
  level.start -= 4 + rowidByteLength(key)
  page.writeUInt32BE(child, level.start)
  putRowid(page, level.start + 4, key)
  setUint16(page, INTERIOR_HEADER + 2 * level.count, level.start)
  level.count += 1
  level.lastKey = key
}

function closeInterior({ page, count, start }: Level, rightMost: number): void {
  page[0] = INTERIOR_TABLE
  setUint16(page, 3, count)
  setUint16(page, 5, start)
  page.writeUInt32BE(rightMost, 8)
}

/** A page of 65536 bytes has its end at 0. */
function setUint16(page: Buffer, at: number, value: number): void {
  page[at] = (value >> 8) & 0xff
  page[at + 1] = value & 0xff
}

const MAX_VARINT = 9

/** For numbers below 2^49. */
function varintByteLength(value: number): number {
  let byteLength = 1
  for (let limit = 0x80; value >= limit; limit *= 0x80) byteLength += 1
  return byteLength
}

function putVarint(page: Buffer, at: number, value: number): number {
  if (value < 0x80) {
    page[at] = value
    return at + 1
  }
  const end = at + varintByteLength(value)
  let rest = value
  for (let index = end - 1; index >= at; index -= 1) {
    page[index] = (rest % 0x80) | (index === end - 1 ? 0 : 0x80)
    rest = Math.floor(rest / 0x80)
  }
  return end
}

const SHORT_ROWIDS = 0x80 ** 7

function rowidByteLength(rowid: bigint): number {
  const number = Number(rowid)
  return number >= 0 && number < SHORT_ROWIDS ? varintByteLength(number) : MAX_VARINT
}

function putRowid(page: Buffer, at: number, rowid: bigint): number {
  const number = Number(rowid)
  if (number >= 0 && number < SHORT_ROWIDS) return putVarint(page, at, number)
  // Eight groups of seven bits, and the last eight bits as they are.
  const high = Number(BigInt.asUintN(32, rowid >> 32n))
  const low = Number(BigInt.asUintN(32, rowid))
  const middle = ((high & 0xff) << 24) | (low >>> 8)
  const upper = ((high >>> 8) << 4) | (middle >>> 28)
  for (let index = 0; index < 4; index += 1) {
    const shift = 7 * (3 - index)
    page[at + index] = ((upper >>> shift) & 0x7f) | 0x80
    page[at + 4 + index] = ((middle >>> shift) & 0x7f) | 0x80
  }
  page[at + 8] = low & 0xff
  return at + MAX_VARINT
}
