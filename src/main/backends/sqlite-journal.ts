/**
 * What SQLite keeps beside a database, read by our own code: the write-ahead log and the rollback journal
 * (sqlite.org/fileformat2.html §3 and §4). Merging them into a private copy gives an ordinary database without ever
 * letting SQLite lock, recover or create anything next to the person's file.
 */
export interface PageChanges {
  readonly pageByteLength: number
  /** Pages in the database after the changes. */
  readonly pageCount: number
  /** Page number (from 1) to its new content. */
  readonly pages: ReadonlyMap<number, Uint8Array>
}

export const WAL_HEADER_BYTE_LENGTH = 32
const WAL_FRAME_HEADER_BYTE_LENGTH = 24
const WAL_MAGIC = 0x377f0682

/** Pages of every committed transaction in a `-wal`; null when there is none. Stops at the first frame that is not valid. */
export function walChanges(wal: Uint8Array): PageChanges | null {
  if (wal.byteLength < WAL_HEADER_BYTE_LENGTH) return null
  const view = new DataView(wal.buffer, wal.byteOffset, wal.byteLength)
  const magic = view.getUint32(0)
  if (magic !== WAL_MAGIC && magic !== WAL_MAGIC + 1) return null
  const pageByteLength = view.getUint32(8)
  if (!isPageSize(pageByteLength)) return null
  const littleEndian = magic === WAL_MAGIC
  let sum = checksum(view, 0, 24, littleEndian, [0, 0])
  if (sum[0] !== view.getUint32(24) || sum[1] !== view.getUint32(28)) return null

  const pages = new Map<number, Uint8Array>()
  let pending = new Map<number, Uint8Array>()
  let pageCount = 0
  const frameByteLength = WAL_FRAME_HEADER_BYTE_LENGTH + pageByteLength
  for (let at = WAL_HEADER_BYTE_LENGTH; at + frameByteLength <= wal.byteLength; at += frameByteLength) {
    const page = view.getUint32(at)
    // Frames of an older round carry another salt.
    if (page === 0 || view.getUint32(at + 8) !== view.getUint32(16)) break
    if (view.getUint32(at + 12) !== view.getUint32(20)) break
    sum = checksum(view, at, 8, littleEndian, sum)
    sum = checksum(view, at + WAL_FRAME_HEADER_BYTE_LENGTH, pageByteLength, littleEndian, sum)
    if (sum[0] !== view.getUint32(at + 16) || sum[1] !== view.getUint32(at + 20)) break
    pending.set(page, wal.subarray(at + WAL_FRAME_HEADER_BYTE_LENGTH, at + frameByteLength))
    const committedPageCount = view.getUint32(at + 4)
    if (committedPageCount === 0) continue
    for (const [number, content] of pending) pages.set(number, content)
    pending = new Map()
    pageCount = committedPageCount
  }
  return pageCount === 0 ? null : { pageByteLength, pageCount, pages }
}

type Sum = [number, number]

function checksum(view: DataView, start: number, byteLength: number, littleEndian: boolean, from: Sum): Sum {
  let [a, b] = from
  for (let at = start; at < start + byteLength; at += 8) {
    a = (a + view.getUint32(at, littleEndian) + b) >>> 0
    b = (b + view.getUint32(at + 4, littleEndian) + a) >>> 0
  }
  return [a, b]
}

export const JOURNAL_HEADER_BYTE_LENGTH = 28
const JOURNAL_MAGIC = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7]
const ALL_THERE_ARE = 0xffff_ffff

/** True when a rollback journal has to be played back: an emptied or zeroed one was committed. */
export function isHotJournal(head: Uint8Array): boolean {
  return head.byteLength >= JOURNAL_HEADER_BYTE_LENGTH && JOURNAL_MAGIC.every((byte, index) => head[index] === byte)
}

/** The random number of a journal's transaction: another one means another transaction. */
export function journalNonce(head: Uint8Array): number {
  return new DataView(head.buffer, head.byteOffset, head.byteLength).getUint32(12)
}

/** The content before the unfinished transaction of a hot `-journal`; null when it holds nothing to undo. */
export function journalChanges(journal: Uint8Array): PageChanges | null {
  if (!isHotJournal(journal)) return null
  const view = new DataView(journal.buffer, journal.byteOffset, journal.byteLength)
  const sectorByteLength = view.getUint32(20)
  const pageByteLength = view.getUint32(24)
  const pageCount = view.getUint32(16)
  if (!isPageSize(pageByteLength) || sectorByteLength < 32 || sectorByteLength > 65_536) return null

  const pages = new Map<number, Uint8Array>()
  const recordByteLength = pageByteLength + 8
  let at = 0
  while (at + sectorByteLength <= journal.byteLength) {
    if (!isHotJournal(journal.subarray(at, at + JOURNAL_HEADER_BYTE_LENGTH))) break
    const nonce = view.getUint32(at + 12)
    let count = view.getUint32(at + 8)
    at += sectorByteLength
    if (count === ALL_THERE_ARE) count = Math.floor((journal.byteLength - at) / recordByteLength)
    for (; count > 0 && at + recordByteLength <= journal.byteLength; count -= 1, at += recordByteLength) {
      const page = view.getUint32(at)
      const content = journal.subarray(at + 4, at + 4 + pageByteLength)
      if (page === 0 || view.getUint32(at + 4 + pageByteLength) !== journalSum(nonce, content)) break
      // The first copy of a page is the oldest.
      if (page <= pageCount && !pages.has(page)) pages.set(page, content)
    }
    if (count > 0) break
    at = Math.ceil(at / sectorByteLength) * sectorByteLength
  }
  return { pageByteLength, pageCount, pages }
}

function journalSum(nonce: number, page: Uint8Array): number {
  let sum = nonce
  for (let at = page.byteLength - 200; at > 0; at -= 200) sum = (sum + (page[at] ?? 0)) >>> 0
  return sum
}

/** A copy of a database with changed pages put in, marked as rollback mode. */
export function withChanges(main: Uint8Array, changes: PageChanges): Uint8Array {
  const image = new Uint8Array(changes.pageCount * changes.pageByteLength)
  image.set(main.subarray(0, image.byteLength))
  for (const [page, content] of changes.pages) {
    if (page <= changes.pageCount) image.set(content, (page - 1) * changes.pageByteLength)
  }
  return image
}

function isPageSize(byteLength: number): boolean {
  return byteLength >= 512 && byteLength <= 65_536 && (byteLength & (byteLength - 1)) === 0
}
