import type { DatabasePages } from './database-pages.ts'
import { UnusualDatabase } from './unusual-database.ts'

/** One row as stored. `payload` may lie in the page itself: take what is needed before the next row. */
export interface StoredRow {
  readonly rowid: bigint
  readonly payload: Buffer
}

const INTERIOR_INDEX = 2
const INTERIOR_TABLE = 5
const LEAF_INDEX = 10
export const LEAF_TABLE = 13

const MAX_DEPTH = 24

/** Rows of a b-tree in key order, lazily. @throws UnusualDatabase */
export function* rowsOf(pages: DatabasePages, root: number, from: bigint | null = null): Generator<StoredRow> {
  yield* rowsBelow(pages, root, from, { left: pages.pageCount }, 0)
}

interface Budget {
  left: number
}

function* rowsBelow(
  pages: DatabasePages,
  number: number,
  from: bigint | null,
  budget: Budget,
  depth: number,
): Generator<StoredRow> {
  spend(budget, depth)
  const page = pages.page(number)
  const { kind, cellCount, start, rightMost } = headerOf(page, number)
  const cells = start + (kind === INTERIOR_INDEX || kind === INTERIOR_TABLE ? 12 : 8)
  for (let index = 0; index < cellCount; index += 1) {
    const at = cellAt(page, cells + index * 2)
    if (kind === LEAF_TABLE) {
      readVarint(page, at)
      const byteLength = smallVarint()
      const next = varintEnd
      readVarint(page, next)
      const rowid = varintBig(page, next)
      if (from !== null && rowid < from) continue
      yield { rowid, payload: payloadAt(pages, page, varintEnd, byteLength, pages.usableByteLength - 35) }
    } else if (kind === LEAF_INDEX) {
      yield indexRow(pages, page, at)
    } else {
      if (at + 4 > page.byteLength) throw new UnusualDatabase('cell')
      if (kind === INTERIOR_TABLE && from !== null) {
        readVarint(page, at + 4)
        if (varintBig(page, at + 4) < from) continue
      }
      yield* rowsBelow(pages, page.readUInt32BE(at), from, budget, depth + 1)
      if (kind === INTERIOR_INDEX) yield indexRow(pages, page, at + 4)
    }
  }
  if (rightMost !== null) yield* rowsBelow(pages, rightMost, from, budget, depth + 1)
}

/** The pages that hold the rows of a table, in key order. @throws UnusualDatabase */
export function* leavesOf(pages: DatabasePages, root: number): Generator<Buffer> {
  yield* leavesBelow(pages, root, { left: pages.pageCount }, 0)
}

function* leavesBelow(pages: DatabasePages, number: number, budget: Budget, depth: number): Generator<Buffer> {
  spend(budget, depth)
  const page = pages.page(number)
  const { kind, cellCount, start, rightMost } = headerOf(page, number)
  // The first page holds the schema and is no table of anybody's.
  if (start !== 0 || (kind !== LEAF_TABLE && kind !== INTERIOR_TABLE)) throw new UnusualDatabase('page kind')
  if (rightMost === null) {
    yield page
    return
  }
  for (let index = 0; index < cellCount; index += 1) {
    const at = cellAt(page, 12 + index * 2)
    if (at + 4 > page.byteLength) throw new UnusualDatabase('cell')
    yield* leavesBelow(pages, page.readUInt32BE(at), budget, depth + 1)
  }
  yield* leavesBelow(pages, rightMost, budget, depth + 1)
}

/** Where a row of a leaf of {@link leavesOf} lies; one object for all of them, as millions are looked at. */
export interface LeafRow {
  rowid: bigint
  /** The page itself, or a copy of a record that goes on in other pages. */
  record: Buffer
  start: number
  end: number
}

/** @throws UnusualDatabase */
export function readLeafRow(pages: DatabasePages, page: Buffer, index: number, into: LeafRow): void {
  const at = cellAt(page, 8 + index * 2)
  readVarint(page, at)
  const byteLength = smallVarint()
  const next = varintEnd
  readVarint(page, next)
  into.rowid = varintBig(page, next)
  if (byteLength <= pages.usableByteLength - 35) {
    if (varintEnd + byteLength > pages.usableByteLength) throw new UnusualDatabase('payload')
    into.record = page
    into.start = varintEnd
  } else {
    into.record = payloadAt(pages, page, varintEnd, byteLength, pages.usableByteLength - 35)
    into.start = 0
  }
  into.end = into.start + byteLength
}

function indexRow(pages: DatabasePages, page: Buffer, at: number): StoredRow {
  readVarint(page, at)
  const limit = Math.floor(((pages.usableByteLength - 12) * 64) / 255) - 23
  return { rowid: 0n, payload: payloadAt(pages, page, varintEnd, smallVarint(), limit) }
}

/** Rows in a b-tree, from page headers alone. @throws UnusualDatabase */
export function countOf(pages: DatabasePages, root: number): number {
  return countBelow(pages, root, { left: pages.pageCount }, 0)
}

function countBelow(pages: DatabasePages, number: number, budget: Budget, depth: number): number {
  spend(budget, depth)
  const head = pages.head(number)
  const { kind, cellCount, start, rightMost } = headerOf(head, number)
  if (rightMost === null) return cellCount
  const page = pages.page(number)
  let count = kind === INTERIOR_INDEX ? cellCount : 0
  for (let index = 0; index < cellCount; index += 1) {
    const at = cellAt(page, start + 12 + index * 2)
    if (at + 4 > page.byteLength) throw new UnusualDatabase('cell')
    count += countBelow(pages, page.readUInt32BE(at), budget, depth + 1)
  }
  return count + countBelow(pages, rightMost, budget, depth + 1)
}

/** A damaged tree can point in circles: no tree has more pages than its file. */
function spend(budget: Budget, depth: number): void {
  budget.left -= 1
  if (budget.left < 0 || depth > MAX_DEPTH) throw new UnusualDatabase('tree')
}

function headerOf(
  page: Buffer,
  number: number,
): { kind: number; cellCount: number; start: number; rightMost: number | null } {
  const start = number === 1 ? 100 : 0
  const kind = page[start]
  const isLeaf = kind === LEAF_TABLE || kind === LEAF_INDEX
  if (!isLeaf && kind !== INTERIOR_TABLE && kind !== INTERIOR_INDEX) throw new UnusualDatabase('page kind')
  return {
    kind,
    cellCount: page.readUInt16BE(start + 3),
    start,
    rightMost: isLeaf ? null : page.readUInt32BE(start + 8),
  }
}

function cellAt(page: Buffer, pointer: number): number {
  if (pointer + 2 > page.byteLength) throw new UnusualDatabase('cell pointer')
  const at = page.readUInt16BE(pointer)
  if (at === 0 || at >= page.byteLength) throw new UnusualDatabase('cell pointer')
  return at
}

function payloadAt(pages: DatabasePages, page: Buffer, at: number, byteLength: number, limit: number): Buffer {
  if (byteLength <= limit) {
    if (at + byteLength > pages.usableByteLength) throw new UnusualDatabase('payload')
    return page.subarray(at, at + byteLength)
  }
  const usable = pages.usableByteLength
  if (byteLength > pages.pageCount * usable) throw new UnusualDatabase('payload')
  const least = Math.floor(((usable - 12) * 32) / 255) - 23
  const fit = least + ((byteLength - least) % (usable - 4))
  const local = fit <= limit ? fit : least
  if (at + local + 4 > usable) throw new UnusualDatabase('payload')
  const payload = Buffer.alloc(byteLength)
  page.copy(payload, 0, at, at + local)
  let next = page.readUInt32BE(at + local)
  for (let done = local; done < byteLength; ) {
    const overflow = pages.page(next)
    const part = Math.min(usable - 4, byteLength - done)
    overflow.copy(payload, done, 4, 4 + part)
    done += part
    next = overflow.readUInt32BE(0)
  }
  return payload
}

// A varint has three results (value, end, and whether it fits a double). Two module variables cost nothing; an object
// for each of millions would.
let varintEnd = 0
let varintValue = 0

/** Reads a varint into `varintValue` (exact below 2^53) and `varintEnd`. */
export function readVarint(bytes: Buffer, at: number): void {
  let value = 0
  for (let index = 0; index < 8; index += 1) {
    const byte = bytes[at + index]
    if (byte === undefined) throw new UnusualDatabase('varint')
    value = value * 128 + (byte & 0x7f)
    if (byte < 0x80) {
      varintEnd = at + index + 1
      varintValue = value
      return
    }
  }
  const last = bytes[at + 8]
  if (last === undefined) throw new UnusualDatabase('varint')
  varintEnd = at + 9
  varintValue = value * 256 + last
}

/** Where the varint just read ended. */
export function endOfVarint(): number {
  return varintEnd
}

/** The varint just read, as a length. @throws UnusualDatabase when no length is that large */
export function smallVarint(): number {
  if (varintValue > 0x7fff_ffff) throw new UnusualDatabase('length')
  return varintValue
}

/** The varint just read from `at`, as a signed 64-bit integer. */
function varintBig(bytes: Buffer, at: number): bigint {
  if (varintEnd - at < 8) return BigInt(varintValue)
  let value = 0n
  for (let index = at; index < varintEnd; index += 1) {
    const byte = BigInt(bytes[index] ?? 0)
    value = index === at + 8 ? (value << 8n) | byte : (value << 7n) | (byte & 0x7fn)
  }
  return BigInt.asIntN(64, value)
}
