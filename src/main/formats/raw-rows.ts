import { integerOf, numberOf } from './cells.ts'
import type { Cell, TablesReader, TablesSchema } from './media.ts'
import type { RawPart } from './raw-part.ts'

interface RowSelection {
  readonly table: string
  /** Which of its rows are the session's: SQL with `?`; '' for all. */
  readonly where: string
  readonly parameters: readonly Cell[]
  /** Columns that never leave the server. */
  readonly secret?: readonly string[]
}

/** The rows of one session in the tables that are there. */
export function rawRowsOf(
  tables: TablesReader,
  schema: TablesSchema,
  selections: readonly RowSelection[],
): readonly RawPart[] {
  return selections.flatMap((selection) => partOf(tables, schema, selection) ?? [])
}

/** The same for a session that is one of many: null when none of its rows is there. */
export async function rawOwnRows(
  tables: TablesReader,
  schema: TablesSchema,
  selections: readonly RowSelection[],
): Promise<readonly RawPart[] | null> {
  const parts = rawRowsOf(tables, schema, selections)
  const counts = await Promise.all(parts.map((part) => part.count()))
  return counts.every((count) => count === 0) ? null : parts
}

function partOf(
  tables: TablesReader,
  schema: TablesSchema,
  { table, where, parameters, secret = [] }: RowSelection,
): RawPart | null {
  const info = schema.tables.get(table)
  if (info === undefined) return null
  const quote = (name: string): string => quoted(tables.dialect, name)
  const from = `FROM ${quote(table)}${where === '' ? '' : ` WHERE ${where}`}`
  const columns = info.columns.map(({ name }) =>
    secret.includes(name) ? byteLengthOf(tables.dialect, quote(name)) : quote(name),
  )
  const key = info.columns.filter(({ primaryKey }) => primaryKey > 0)
  const order = key.toSorted((a, b) => a.primaryKey - b.primaryKey).map(({ name }) => quote(name))
  return {
    name: table,
    columns: info.columns,
    count: async () => numberOf((await tables.query(`SELECT count(*) ${from}`, parameters))[0]?.[0]) ?? 0,
    async rows({ offset, limit }) {
      const sorted = order.length === 0 ? '' : ` ORDER BY ${order.join(', ')}`
      const sql = `SELECT ${columns.join(', ')} ${from}${sorted} LIMIT ${limit} OFFSET ${offset}`
      const rows = await tables.query(sql, parameters)
      return rows.map((row) =>
        row.map((cell, index) => {
          if (cell === null || !secret.includes(info.columns[index]?.name ?? '')) return cell
          return { secretByteLength: Number(integerOf(cell) ?? 0n) }
        }),
      )
    },
  }
}

/** A secret is not fetched: its length is asked for instead. */
function byteLengthOf(dialect: TablesReader['dialect'], name: string): string {
  return dialect === 'sqlite' ? `length(CAST(${name} AS BLOB))` : `octet_length(${name})`
}

function quoted(dialect: TablesReader['dialect'], name: string): string {
  const mark = dialect === 'mysql' ? '`' : '"'
  return mark + name.replaceAll(mark, mark + mark) + mark
}
