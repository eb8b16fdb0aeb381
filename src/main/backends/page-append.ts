import { closeSync, openSync, readSync, writeSync } from 'node:fs'

/** Adds whole pages at the end of a private SQLite file that nothing else has open. */
export interface PageAppender {
  readonly pageByteLength: number
  /** The number of the page that is added. Its bytes are copied. */
  append(page: Uint8Array): number
  /** Writes over a page that was there before. */
  overwrite(number: number, page: Uint8Array): void
  /** Brings everything into the file, and its header up to date. */
  close(): void
}

const HEADER_BYTE_LENGTH = 100
const PAGES_AT_ONCE = 64
/** SQLite locks this byte of a file and never uses the page around it. */
const LOCK_BYTE = 0x4000_0000

/** Null for files that are not as SQLite makes them for us: with freed pages, room at the end of pages, pointer maps. */
export function appendPages(path: string): PageAppender | null {
  const file = openSync(path, 'r+')
  const header = Buffer.alloc(HEADER_BYTE_LENGTH)
  readSync(file, header, 0, HEADER_BYTE_LENGTH, 0)
  const pageByteLength = header.readUInt16BE(16)
  const isPlain =
    pageByteLength >= 512 &&
    header[20] === 0 &&
    header.readUInt32BE(36) === 0 &&
    header.readUInt32BE(52) === 0 &&
    header.readUInt32BE(24) === header.readUInt32BE(92)
  if (!isPlain) {
    closeSync(file)
    return null
  }
  const buffer = Buffer.alloc(PAGES_AT_ONCE * pageByteLength)
  const lockPage = LOCK_BYTE / pageByteLength + 1
  let pageCount = header.readUInt32BE(28)
  let waiting = 0
  const flush = (): void => {
    if (waiting > 0) writeSync(file, buffer, 0, waiting * pageByteLength, (pageCount - waiting) * pageByteLength)
    waiting = 0
  }
  return {
    pageByteLength,
    append: (page) => {
      if (waiting === PAGES_AT_ONCE) flush()
      if (pageCount + 1 === lockPage) {
        flush()
        pageCount += 1
      }
      buffer.set(page, waiting * pageByteLength)
      waiting += 1
      pageCount += 1
      return pageCount
    },
    overwrite: (number, page) => {
      writeSync(file, page, 0, pageByteLength, (number - 1) * pageByteLength)
    },
    close: () => {
      try {
        flush()
        header.writeUInt32BE(pageCount, 28)
        writeSync(file, header, 28, 4, 28)
      } finally {
        closeSync(file)
      }
    },
  }
}
