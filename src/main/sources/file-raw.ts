import { quoteName } from '../backends/sqlite.ts'
import { AppError } from '../domain/errors.ts'
import type { TablesReader } from '../formats/media.ts'
import type { RawPage, RawTable, Window } from './session-store.ts'

/** Every table with its columns and number of rows, for the raw view. */
export async function rawTables(tables: TablesReader): Promise<readonly RawTable[]> {
  const { tables: known } = await tables.schema()
  return Promise.all([...known.values()].map(async (table) => ({ ...table, rows: await tables.count(table.name) })))
}

/** Longer texts and bytes are cut: the raw view shows, it does not export. */
const MAX_CELL_LENGTH = 4_096

/**
 * Rows of a table. Secret columns never leave the database: their length is asked for instead.
 * @param secretColumns `table.column`
 * @throws AppError request.invalid when there is no such table
 */
export async function rawRows(
  tables: TablesReader,
  secretColumns: ReadonlySet<string>,
  tableName: string,
  { offset, limit }: Window,
): Promise<RawPage> {
  const table = (await tables.schema()).tables.get(tableName)
  if (!table) throw new AppError('request.invalid', { field: 'table', reason: 'no such table' })
  const isSecret = table.columns.map((column) => secretColumns.has(`${tableName}.${column.name}`))
  const columns = table.columns.map((column, index) => {
    const name = quoteName(column.name)
    if (isSecret[index]) return `length(CAST(${name} AS BLOB))`
    return `CASE typeof(${name}) WHEN 'text' THEN substr(${name}, 1, ${MAX_CELL_LENGTH}) WHEN 'blob' THEN substr(${name}, 1, ${MAX_CELL_LENGTH}) ELSE ${name} END`
  })
  const rows = await tables.query(`SELECT ${columns.join(', ')} FROM ${quoteName(tableName)} LIMIT ? OFFSET ?`, [
    BigInt(limit),
    BigInt(offset),
  ])
  return {
    total: await tables.count(tableName),
    rows: rows.map((row) =>
      row.map((cell, index) => {
        if (!isSecret[index] || cell === null) return cell
        return { secretByteLength: Number(cell) }
      }),
    ),
  }
}
