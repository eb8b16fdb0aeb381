import { readSync } from 'node:fs'
import type { PageChanges } from './sqlite-journal.ts'
import { UnusualDatabase } from './unusual-database.ts'

/** The pages of a database, numbered from 1. */
export interface DatabasePages {
  readonly pageByteLength: number
  /** Without the bytes reserved at the end of each page. */
  readonly usableByteLength: number
  readonly pageCount: number
  /** @throws UnusualDatabase when the page is not there */
  page(number: number): Buffer
  /** The start of a page, enough for a b-tree header; may be longer. */
  head(number: number): Buffer
}

export const HEADER_BYTE_LENGTH = 100
const B_TREE_HEADER_BYTE_LENGTH = 12

/** Pages of a database in memory. @throws UnusualDatabase */
export function pagesOfBytes(bytes: Uint8Array): DatabasePages {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = readHeader(buffer, buffer.byteLength)
  const page = (number: number): Buffer => {
    if (number < 1 || number > shape.pageCount) throw new UnusualDatabase('page number')
    return buffer.subarray((number - 1) * shape.pageByteLength, number * shape.pageByteLength)
  }
  return { ...shape, page, head: page }
}

/** Pages kept in memory of a file that is read page by page. */
const KEPT_PAGES = 64

/** Pages of an open file, with what its `-wal` or hot `-journal` changes laid over. @throws UnusualDatabase */
export function pagesOfFile(file: number, fileByteLength: number, changes: PageChanges | null): DatabasePages {
  const readAt = (at: number, byteLength: number): Buffer => {
    const bytes = Buffer.allocUnsafe(byteLength)
    if (readSync(file, bytes, 0, byteLength, at) !== byteLength) throw new UnusualDatabase('cut short')
    return bytes
  }
  const first = changes?.pages.get(1)
  const header = first ? Buffer.from(first.buffer, first.byteOffset, first.byteLength) : readAt(0, HEADER_BYTE_LENGTH)
  const shape = readHeader(header, changes ? changes.pageCount * changes.pageByteLength : fileByteLength)
  const { pageByteLength } = shape
  if (changes && changes.pageByteLength !== pageByteLength) throw new UnusualDatabase('page size')
  const kept = new Map<number, Buffer>()
  const changed = (number: number): Buffer | null => {
    if (number < 1 || number > shape.pageCount) throw new UnusualDatabase('page number')
    const content = changes?.pages.get(number)
    return content ? Buffer.from(content.buffer, content.byteOffset, content.byteLength) : null
  }
  return {
    ...shape,
    page: (number) => {
      let content = changed(number) ?? kept.get(number)
      if (!content) {
        content = readAt((number - 1) * pageByteLength, pageByteLength)
        if (kept.size >= KEPT_PAGES) kept.clear()
        kept.set(number, content)
      }
      return content
    },
    head: (number) =>
      changed(number) ??
      kept.get(number) ??
      readAt((number - 1) * pageByteLength, number === 1 ? pageByteLength : B_TREE_HEADER_BYTE_LENGTH),
  }
}

/** How long a database should be by its own header; 0 when the header does not tell. */
export function expectedByteLength(bytes: Uint8Array): number {
  if (bytes.byteLength < HEADER_BYTE_LENGTH) return HEADER_BYTE_LENGTH
  const header = Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_BYTE_LENGTH)
  const stored = header.readUInt16BE(16)
  // The stored page count holds only when the version that wrote it wrote the last change too.
  if (header.readUInt32BE(24) !== header.readUInt32BE(92)) return 0
  return header.readUInt32BE(28) * (stored === 1 ? 65_536 : stored)
}

function readHeader(
  header: Buffer,
  byteLength: number,
): Pick<DatabasePages, 'pageByteLength' | 'usableByteLength' | 'pageCount'> {
  if (header.byteLength < HEADER_BYTE_LENGTH) throw new UnusualDatabase('cut short')
  const stored = header.readUInt16BE(16)
  const pageByteLength = stored === 1 ? 65_536 : stored
  if (pageByteLength < 512 || (pageByteLength & (pageByteLength - 1)) !== 0) throw new UnusualDatabase('page size')
  const usableByteLength = pageByteLength - header.readUInt8(20)
  const isPlain =
    usableByteLength >= 480 &&
    header.readUInt8(18) <= 2 &&
    header.readUInt8(19) <= 2 &&
    header.readUInt8(21) === 64 &&
    header.readUInt8(22) === 32 &&
    header.readUInt8(23) === 32 &&
    header.readUInt32BE(44) <= 4 &&
    // Text encoding: 1 is UTF-8, 0 an empty database.
    header.readUInt32BE(56) <= 1
  if (!isPlain) throw new UnusualDatabase('header')
  const inFile = Math.floor(byteLength / pageByteLength)
  const pageCount = Math.ceil(expectedByteLength(header) / pageByteLength) || inFile
  if (pageCount > inFile || pageCount === 0) throw new UnusualDatabase('cut short')
  return { pageByteLength, usableByteLength, pageCount }
}
