import type { Row, TablesSchema } from '../../formats/media.ts'
import { type CatalogueColumn, likePrefix, type RunQuery, schemaOf } from '../sql/server-tables.ts'

/** Tables of the database whose names begin so: base tables alone, keys in their order. */
const SCHEMA_SQL = `
SELECT c.TABLE_NAME, c.COLUMN_NAME, c.COLUMN_TYPE, c.IS_NULLABLE, k.ORDINAL_POSITION
FROM information_schema.COLUMNS c
JOIN information_schema.TABLES t ON t.TABLE_SCHEMA = c.TABLE_SCHEMA AND t.TABLE_NAME = c.TABLE_NAME
LEFT JOIN information_schema.KEY_COLUMN_USAGE k ON k.TABLE_SCHEMA = c.TABLE_SCHEMA AND k.TABLE_NAME = c.TABLE_NAME
  AND k.COLUMN_NAME = c.COLUMN_NAME AND k.CONSTRAINT_NAME = 'PRIMARY'
WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE' AND c.TABLE_NAME LIKE ? ESCAPE '!'
ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`

export async function readMysqlSchema(query: RunQuery, prefix: string): Promise<TablesSchema> {
  return schemaOf(columnsOf(await query(SCHEMA_SQL, [likePrefix(prefix)])))
}

function* columnsOf(rows: readonly Row[]): Iterable<CatalogueColumn> {
  for (const [table, column, type, nullable, position] of rows) {
    yield {
      table: String(table),
      column: String(column),
      type: String(type),
      notNull: nullable === 'NO',
      primaryKey: Number(position ?? 0n),
    }
  }
}

/** Tables that an engine without transactions keeps: a write into one could be left half done. */
export async function unsafeTables(query: RunQuery): Promise<ReadonlySet<string>> {
  const rows = await query(
    "SELECT t.TABLE_NAME FROM information_schema.TABLES t JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE t.TABLE_SCHEMA = DATABASE() AND e.TRANSACTIONS <> 'YES'",
    [],
  )
  return new Set(rows.map(([name]) => String(name)))
}
