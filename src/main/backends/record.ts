import type { Cell } from '../formats/media.ts'
import { endOfVarint, readVarint, smallVarint } from './b-tree.ts'
import { UnusualDatabase } from './unusual-database.ts'

/** Bytes of each of the first serial types. */
export const FIXED_BYTE_LENGTHS = [0, 1, 2, 3, 4, 6, 8, 8, 0, 0]

/**
 * Cells of a stored record at the wanted positions (ascending), in that order. A record shorter than its table was
 * written before a column was added: its missing cells are undefined. Bytes are copied.
 * @throws UnusualDatabase
 */
export function readCells(record: Buffer, positions: readonly number[], into: (Cell | undefined)[]): void {
  readVarint(record, 0)
  const headerEnd = smallVarint()
  let at = endOfVarint()
  if (headerEnd > record.byteLength) throw new UnusualDatabase('record')
  let body = headerEnd
  let position = 0
  for (let index = 0; index < positions.length; index += 1) {
    const wanted = positions[index] ?? 0
    let serial = 0
    let byteLength = 0
    let start = body
    while (position <= wanted && at < headerEnd) {
      readVarint(record, at)
      serial = smallVarint()
      at = endOfVarint()
      byteLength = serial < 10 ? (FIXED_BYTE_LENGTHS[serial] ?? 0) : (serial - 12 + (serial & 1 ? -1 : 0)) / 2
      start = body
      body += byteLength
      position += 1
    }
    if (position <= wanted) {
      into.push(undefined)
      continue
    }
    if (body > record.byteLength) throw new UnusualDatabase('record')
    into.push(cellOf(record, serial, start, byteLength))
  }
}

/** The cell of a serial type at a place within a record. @throws UnusualDatabase, RangeError */
export function cellOf(record: Buffer, serial: number, at: number, byteLength: number): Cell {
  switch (serial) {
    case 0:
      return null
    case 1:
    case 2:
    case 3:
    case 4:
    case 5:
      return BigInt(record.readIntBE(at, byteLength))
    case 6:
      return record.readBigInt64BE(at)
    case 7:
      return record.readDoubleBE(at)
    case 8:
      return 0n
    case 9:
      return 1n
    case 10:
    case 11:
      throw new UnusualDatabase('serial type')
    default:
      return serial & 1 ? record.toString('utf8', at, at + byteLength) : bytesOf(record, at, byteLength)
  }
}

function bytesOf(record: Buffer, at: number, byteLength: number): Uint8Array {
  const bytes = new Uint8Array(byteLength)
  record.copy(bytes, 0, at, at + byteLength)
  return bytes
}
