import { quoteFor } from '../../../src/main/backends/sql/server-tables.ts'
import { fixtureJson } from '../../support/formats/fixtures.ts'
import type { SqlServer } from './sql-servers.ts'

export type StoredCells = Readonly<Record<string, string | number | null>>

export interface StoredTable {
  readonly columns: readonly { readonly name: string; readonly type: string; readonly nullable: boolean }[]
  readonly primary_key: readonly string[]
  readonly rows: readonly StoredCells[]
}

/** Tables of a Telethon store as the package made and filled them. */
export function storedTables(store: string): Readonly<Record<string, StoredTable>> {
  const manifest = fixtureJson<{ stores: Record<string, { tables: Record<string, StoredTable> }> }>(
    'telethon/manifest.json',
  )
  return manifest.stores[store]!.tables
}

/** Makes the tables as they were, row by row. */
export async function restoreTables(
  sql: SqlServer,
  database: string,
  tables: Readonly<Record<string, StoredTable>>,
  prefix = '',
): Promise<void> {
  const client = await sql.client(database)
  for (const [name, table] of Object.entries(tables)) {
    const columns = table.columns.map(
      ({ name: column, type, nullable }) => `${column} ${type}${nullable ? '' : ' NOT NULL'}`,
    )
    const keys = `PRIMARY KEY (${table.primary_key.join(', ')})`
    await client.query(`CREATE TABLE ${quoteFor(sql.kind, prefix + name)} (${[...columns, keys].join(', ')})`)
    for (const row of table.rows) {
      const values = table.columns.map(({ name: column, type }) => cellOf(row[column] ?? null, type))
      const places = values.map((_, index) => (sql.kind === 'mysql' ? '?' : `$${index + 1}`))
      await client.query(`INSERT INTO ${quoteFor(sql.kind, prefix + name)} VALUES (${places.join(', ')})`, values)
    }
  }
  await client.end()
}

function cellOf(value: string | number | null, type: string): unknown {
  return typeof value === 'string' && /^(?:BYTEA|BLOB)$/.test(type) ? Buffer.from(value, 'hex') : value
}
