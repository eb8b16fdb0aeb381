import type {
  Cell,
  Row,
  ScanRequest,
  TableInfo,
  TablesReader,
  TablesSchema,
  TablesWriter,
} from '../../formats/media.ts'
import type { StoreConnection } from '../store.ts'

export type TablesConnection = Extract<StoreConnection, { medium: 'tables' }>
export type RunQuery = (sql: string, parameters: readonly Cell[]) => Promise<readonly Row[]>

/** A column of a table as the server's catalogue tells it. */
export interface CatalogueColumn {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly notNull: boolean
  /** 0 = not part of the primary key, else its 1-based position. */
  readonly primaryKey: number
}

/** Columns in the order of their tables. Servers have no WAL mark and no user version to tell. */
export function schemaOf(columns: Iterable<CatalogueColumn>): TablesSchema {
  const tables = new Map<string, TableInfo & { columns: TableInfo['columns'][number][] }>()
  for (const { table: name, column, type, notNull, primaryKey } of columns) {
    const table = tables.get(name) ?? { name, columns: [], withoutRowid: true }
    table.columns.push({ name: column, type: type.toUpperCase(), notNull, primaryKey })
    tables.set(name, table)
  }
  return { tables, indexes: new Set(), wal: false }
}

export interface ServerTables {
  readonly dialect: TablesReader['dialect']
  readonly query: RunQuery
  readonly readSchema: () => Promise<TablesSchema>
  /** How long a schema stays good. */
  readonly schemaForMs: number
}

export interface CachedTables extends TablesReader {
  /** After a statement that changed it. */
  forgetSchema(): void
  /** Read elsewhere just now. */
  knowSchema(schema: TablesSchema): void
}

/** What formats read, over anything that answers SQL with `?` placeholders. */
export function tablesOverQuery({ dialect, query, readSchema, schemaForMs }: ServerTables): CachedTables {
  const quote = (name: string): string => quoteFor(dialect, name)
  let known: { readonly schema: Promise<TablesSchema>; readonly until: number } | null = null
  const schema = async (): Promise<TablesSchema> => {
    if (known !== null && performance.now() < known.until) return known.schema
    const fresh = { schema: readSchema(), until: performance.now() + schemaForMs }
    known = fresh
    try {
      return await fresh.schema
    } catch (error) {
      if (known === fresh) known = null
      throw error
    }
  }
  const scan = async (request: ScanRequest): Promise<readonly Row[]> => {
    const key = (await schema()).tables
      .get(request.table)
      ?.columns.filter((column) => column.primaryKey > 0)
      .toSorted((a, b) => a.primaryKey - b.primaryKey)
      .map((column) => quote(column.name))
    const parameters: Cell[] = []
    let sql = `SELECT ${request.columns.map(quote).join(', ')} FROM ${quote(request.table)}`
    if (request.whereKey !== undefined) {
      sql += ` WHERE ${key?.[0] ?? quote('id')} = ?`
      parameters.push(request.whereKey)
    }
    if (key && key.length > 0) sql += ` ORDER BY ${key.join(', ')}`
    if (request.limit !== undefined) sql += ` LIMIT ${Math.max(0, Math.trunc(request.limit))}`
    return query(sql, parameters)
  }
  return {
    dialect,
    schema,
    scan,
    count: async (table) => Number((await query(`SELECT count(*) FROM ${quote(table)}`, []))[0]?.[0] ?? 0n),
    query: (sql, parameters = []) => query(sql, parameters),
    forgetSchema() {
      known = null
    },
    knowSchema(fresh) {
      known = { schema: Promise.resolve(fresh), until: performance.now() + schemaForMs }
    },
  }
}

/**
 * A write, after which the reader knows the tables as the transaction saw them. It looks at them anew only where they may be
 * others since: that costs more than many a write.
 */
export async function writeBeside<T>(
  reader: CachedTables,
  write: (work: (writer: TablesWriter) => Promise<T>) => Promise<T>,
  work: (writer: TablesWriter) => Promise<T>,
): Promise<T> {
  let seen: TablesSchema | null = null
  let isSame = true
  let isWritten = false
  try {
    const result = await write((writer) =>
      work({
        ...writer,
        async schema() {
          seen = await writer.schema()
          return seen
        },
        async run(sql, parameters) {
          if (changesSchema(sql)) isSame = false
          await writer.run(sql, parameters)
        },
      }),
    )
    isWritten = true
    return result
  } finally {
    if (isWritten && isSame && seen !== null) reader.knowSchema(seen)
    else reader.forgetSchema()
  }
}

export function quoteFor(dialect: TablesReader['dialect'], name: string): string {
  const mark = dialect === 'mysql' ? '`' : '"'
  return mark + name.replaceAll(mark, mark + mark) + mark
}

/** A prefix as the beginning of a LIKE pattern whose escape is `!`. */
export function likePrefix(prefix: string): string {
  return `${prefix.replaceAll(/[%_!]/g, '!$&')}%`
}

/** Statements that change tables themselves, which the server ends a transaction for (MySQL) and a schema is old after. */
export function changesSchema(sql: string): boolean {
  return /^\s*(?:CREATE|ALTER|DROP|RENAME|TRUNCATE)\b/i.test(sql)
}
