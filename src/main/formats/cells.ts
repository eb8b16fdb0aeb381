import type { Cell, ScanRequest, TablesReader, TablesSchema } from './media.ts'

/** Cells of a foreign database can hold any storage class: each of these answers null for what it cannot take. */

/** A 64-bit integer. Digits kept as text count as one; a whole REAL within the safe range too. */
export function integerOf(cell: Cell | undefined): bigint | null {
  if (typeof cell === 'bigint') return cell
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? BigInt(cell) : null
  if (typeof cell === 'string' && /^-?\d{1,19}$/.test(cell)) return fitsInt64(BigInt(cell))
  return null
}

/** A number that keeps its fraction; null beyond the safe range. */
export function numberOf(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : null
  const integer = integerOf(cell)
  return integer !== null && isSafe(integer) ? Number(integer) : null
}

/** A whole number within the safe range. */
export function wholeNumberOf(cell: Cell | undefined): number | null {
  if (typeof cell === 'number') return Number.isSafeInteger(cell) ? cell : null
  const integer = integerOf(cell)
  return integer !== null && isSafe(integer) ? Number(integer) : null
}

/** Text; a number is spelled out (phone columns hold both). Empty text is null. */
export function textOf(cell: Cell | undefined): string | null {
  if (typeof cell === 'string') return cell === '' ? null : cell
  return typeof cell === 'bigint' || typeof cell === 'number' ? String(cell) : null
}

export function bytesOf(cell: Cell | undefined): Uint8Array | null {
  return cell instanceof Uint8Array ? cell : null
}

/** 0 is false, any other number true, NULL unknown. */
export function booleanOf(cell: Cell | undefined): boolean | null {
  const integer = integerOf(cell)
  return integer === null ? null : integer !== 0n
}

/** Names of a table's columns in order; empty when there is no such table. */
export function columnsOf(schema: TablesSchema, table: string): readonly string[] {
  return schema.tables.get(table)?.columns.map((column) => column.name) ?? []
}

export function hasColumns(schema: TablesSchema, table: string, names: readonly string[]): boolean {
  const columns = columnsOf(schema, table)
  return columns.length > 0 && names.every((name) => columns.includes(name))
}

/** Rows as objects by column name. Columns the table lacks are left out of the request. */
export async function scanNamed(
  tables: TablesReader,
  schema: TablesSchema,
  request: ScanRequest,
): Promise<readonly Readonly<Record<string, Cell>>[]> {
  const columns = request.columns.filter((name) => columnsOf(schema, request.table).includes(name))
  if (columns.length === 0) return []
  const rows = await tables.scan({ ...request, columns })
  return rows.map((row) => Object.fromEntries(columns.map((name, index) => [name, row[index] ?? null])))
}

const LEAST_SAFE = BigInt(Number.MIN_SAFE_INTEGER)
const MOST_SAFE = BigInt(Number.MAX_SAFE_INTEGER)

function isSafe(value: bigint): boolean {
  return value >= LEAST_SAFE && value <= MOST_SAFE
}

function fitsInt64(value: bigint): bigint | null {
  return BigInt.asIntN(64, value) === value ? value : null
}
