import type { Row, TablesSchema } from '../../formats/media.ts'
import { type CatalogueColumn, likePrefix, type RunQuery, schemaOf } from '../sql/server-tables.ts'

/**
 * Tables that SQL finds without naming their schema, whose names begin so; one row each. The catalogue itself is asked:
 * the views of `information_schema` take seconds over some thousand tables.
 */
const SCHEMA_SQL = `
SELECT c.relname,
  string_agg(a.attname, E'\\x01' ORDER BY a.attnum),
  string_agg(format_type(a.atttypid, a.atttypmod), E'\\x01' ORDER BY a.attnum),
  string_agg(CASE WHEN a.attnotnull THEN '1' ELSE '0' END, '' ORDER BY a.attnum),
  string_agg(coalesce(array_position(i.indkey::int2[], a.attnum) + 1, 0)::text, ',' ORDER BY a.attnum)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relkind IN ('r', 'p') AND c.relname LIKE ? ESCAPE '!' AND c.relnamespace <> 'pg_catalog'::regnamespace
  AND c.relnamespace <> 'information_schema'::regnamespace AND pg_catalog.pg_table_is_visible(c.oid)
GROUP BY c.oid, c.relname ORDER BY c.relname`

export async function readPostgresSchema(query: RunQuery, prefix: string): Promise<TablesSchema> {
  const rows = await query(SCHEMA_SQL, [likePrefix(prefix)])
  return schemaOf(columnsOf(rows))
}

function* columnsOf(rows: readonly Row[]): Iterable<CatalogueColumn> {
  for (const [table, columns, types, notNull, keys] of rows) {
    const typeNames = String(types).split('\x01')
    const positions = String(keys).split(',')
    for (const [index, column] of String(columns).split('\x01').entries()) {
      yield {
        table: String(table),
        column,
        type: typeNames[index] ?? '',
        notNull: String(notNull)[index] === '1',
        primaryKey: Number(positions[index] ?? 0),
      }
    }
  }
}
