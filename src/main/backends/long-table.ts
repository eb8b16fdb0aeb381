import { closeSync, fstatSync, openSync } from 'node:fs'
import type { Cell, Row } from '../formats/media.ts'
import { endOfVarint, type LeafRow, leavesOf, readLeafRow, readVarint, smallVarint } from './b-tree.ts'
import { type DatabasePages, pagesOfFile } from './database-pages.ts'
import { type StoredTable, storedTable } from './page-reader.ts'
import { cellOf, FIXED_BYTE_LENGTHS } from './record.ts'
import { quoteName, readSqliteFile, type SqliteReader } from './sqlite.ts'
import { UnusualDatabase } from './unusual-database.ts'

/** Rows that come at once. */
const SOME_ROWS = 1000

/**
 * A private copy of a database in rollback mode, to be read as a whole: by SQLite, and long tables by their pages, for
 * its driver takes longer to hand over a row than to find it.
 * @param file the name to use in errors (the original of the copy)
 * @throws AppError format.unrecognized, format.malformed
 */
export function readPrivateCopy(path: string, file: string): SqliteReader {
  const reader = readSqliteFile(path, file)
  const descriptor = openSync(path, 'r')
  let pages: DatabasePages | null = null
  const rows = (table: string, key: string, columns: readonly string[]): AsyncIterable<readonly Row[]> | null => {
    try {
      pages ??= pagesOfFile(descriptor, fstatSync(descriptor).size, null)
      const stored = storedTable(pages, table)
      const slots = slotsOf(stored, key, columns)
      return slots && withSqlite(reader, rowBatches(pages, stored, slots), { table, key, columns })
    } catch (error) {
      if (isUnusual(error)) return null
      throw error
    }
  }
  return {
    ...reader,
    rows,
    close: () => {
      closeSync(descriptor)
      reader.close()
    },
  }
}

/** Goes on by SQL behind the last row when pages turn out to be unusual: SQLite names the damage, or reads them. */
async function* withSqlite(
  reader: SqliteReader,
  batches: Iterable<readonly Row[]>,
  { table, key, columns }: { table: string; key: string; columns: readonly string[] },
): AsyncGenerator<readonly Row[]> {
  let last: Cell | undefined
  try {
    for (const batch of batches) {
      yield batch
      last = batch.at(-1)?.[0]
    }
    return
  } catch (error) {
    if (!isUnusual(error)) throw error
  }
  const select = `SELECT ${[key, ...columns].map(quoteName).join(', ')} FROM ${quoteName(table)}`
  for (;;) {
    const where = last === undefined ? '' : ` WHERE ${quoteName(key)} > ?`
    const sql = `${select}${where} ORDER BY ${quoteName(key)} LIMIT ${SOME_ROWS}`
    const batch = await reader.query(sql, last === undefined ? [] : [last])
    if (batch.length > 0) yield batch
    if (batch.length < SOME_ROWS) return
    last = batch.at(-1)?.[0]
  }
}

/** A RangeError is a read outside the page. */
function isUnusual(error: unknown): boolean {
  return error instanceof UnusualDatabase || error instanceof RangeError
}

/** For each position of a stored record where its cell goes in a row, -1 for none; as many as are wanted. */
interface Slots {
  readonly ofPosition: readonly number[]
  readonly isReal: readonly boolean[]
  /** Slots whose cells a record written before the column was added lacks, though it has a default. */
  readonly hasDefault: readonly boolean[]
  readonly width: number
}

function slotsOf({ layout }: StoredTable, key: string, columns: readonly string[]): Slots | null {
  const indexOf = (name: string): number =>
    layout.columns.findIndex((column) => column.name.toLowerCase() === name.toLowerCase())
  if (layout.rowidColumn === -1 ? key !== 'rowid' || indexOf(key) !== -1 : indexOf(key) !== layout.rowidColumn)
    return null
  const ofPosition: number[] = []
  const isReal: boolean[] = []
  const hasDefault: boolean[] = [false]
  for (const [index, name] of columns.entries()) {
    const column = indexOf(name)
    const position = layout.positions[column]
    if (position === undefined || column === layout.rowidColumn || ofPosition[position] !== undefined) return null
    ofPosition[position] = index + 1
    isReal[position] = layout.real[column] === true
    hasDefault[index + 1] = layout.defaults[column] === true
  }
  const filled = Array.from(ofPosition, (slot) => slot ?? -1)
  return { ofPosition: filled, isReal, hasDefault, width: columns.length + 1 }
}

function* rowBatches(pages: DatabasePages, { root }: StoredTable, slots: Slots): Generator<readonly Row[]> {
  const place: LeafRow = { rowid: 0n, record: Buffer.alloc(0), start: 0, end: 0 }
  let rows: Row[] = []
  for (const page of leavesOf(pages, root)) {
    const text = page.toString('latin1')
    const count = page.readUInt16BE(3)
    for (let index = 0; index < count; index += 1) {
      readLeafRow(pages, page, index, place)
      rows.push(rowAt(place, slots, place.record === page ? text : null))
    }
    if (rows.length < SOME_ROWS) continue
    yield rows
    rows = []
  }
  if (rows.length > 0) yield rows
}

/** @param text the whole page, byte by byte: a part of it costs less than a call of a decoder */
function rowAt({ rowid, record, start, end }: LeafRow, slots: Slots, text: string | null): Row {
  const { ofPosition } = slots
  const row: Cell[] = [rowid]
  for (let slot = 1; slot < slots.width; slot += 1) row.push(null)
  readVarint(record, start)
  const headerEnd = start + smallVarint()
  let at = endOfVarint()
  if (headerEnd > end) throw new UnusualDatabase('record')
  let body = headerEnd
  let position = 0
  for (; position < ofPosition.length && at < headerEnd; position += 1) {
    let serial = record[at] ?? 0
    if (serial < 0x80) at += 1
    else {
      readVarint(record, at)
      serial = smallVarint()
      at = endOfVarint()
    }
    const byteLength = serial < 10 ? (FIXED_BYTE_LENGTHS[serial] ?? 0) : (serial - 12 + (serial & 1 ? -1 : 0)) / 2
    const slot = ofPosition[position] ?? -1
    if (slot !== -1) {
      if (body + byteLength > end) throw new UnusualDatabase('record')
      const cell =
        text !== null && serial >= 13 && serial & 1 && isPlain(record, body, byteLength)
          ? text.substring(body, body + byteLength)
          : cellOf(record, serial, body, byteLength)
      row[slot] = slots.isReal[position] && typeof cell === 'bigint' ? Number(cell) : cell
    }
    body += byteLength
  }
  for (; position < ofPosition.length; position += 1) {
    if (slots.hasDefault[ofPosition[position] ?? -1]) throw new UnusualDatabase('default value')
  }
  return row
}

/** ASCII, and short enough that looking is cheap. */
function isPlain(bytes: Buffer, start: number, byteLength: number): boolean {
  if (byteLength > 64) return false
  for (let index = start; index < start + byteLength; index += 1) if ((bytes[index] ?? 0x80) >= 0x80) return false
  return true
}
