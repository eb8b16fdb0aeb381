import { columnsOf, hasColumns } from '../cells.ts'
import type { TablesReader, TablesSchema } from '../media.ts'

/** One set of tables that holds several sessions, told apart by `session_id`. */
export interface Store {
  /** What stands before the names of its tables: '' or `telethon_`. */
  readonly prefix: string
  /** `mautrix`: the Matrix bridge's own tables, one data centre to a session. */
  readonly kind: 'sqlalchemy' | 'mautrix'
}

export type StoreTable = 'version' | 'sessions' | 'entities' | 'sent_files' | 'update_state'

const SESSION_COLUMNS = ['session_id', 'dc_id', 'server_address', 'port', 'auth_key']

/** The stores of a kind in a database. Several can stand side by side under different prefixes. */
export function storesIn(schema: TablesSchema, kind: Store['kind']): readonly Store[] {
  return everyStoreIn(schema).filter((store) => store.kind === kind)
}

function everyStoreIn(schema: TablesSchema): readonly Store[] {
  return [...schema.tables.values()].flatMap((table): Store[] => {
    if (!table.name.endsWith('sessions') || !hasColumns(schema, table.name, SESSION_COLUMNS)) return []
    const prefix = table.name.slice(0, -'sessions'.length)
    const keys = table.columns.filter((column) => column.primaryKey > 0).map((column) => column.name)
    return [{ prefix, kind: keys.length === 1 && keys[0] === 'session_id' ? 'mautrix' : 'sqlalchemy' }]
  })
}

export function hasTable(schema: TablesSchema, store: Store, table: StoreTable): boolean {
  return schema.tables.has(store.prefix + table)
}

export function storeColumns(schema: TablesSchema, store: Store, table: StoreTable): readonly string[] {
  return columnsOf(schema, store.prefix + table)
}

/** The name of a table for SQL. A prefix is anyone's choice, so names are always quoted. */
export function sqlName(dialect: TablesReader['dialect'], store: Pick<Store, 'prefix'>, table: StoreTable): string {
  const mark = dialect === 'mysql' ? '`' : '"'
  return mark + (store.prefix + table).replaceAll(mark, mark + mark) + mark
}

/**
 * Key of a session in its place: its id; with the prefix of its tables before it where several stores stand side by side.
 */
export function keyOf(stores: readonly Store[], store: Store, sessionId: string): string {
  return stores.length <= 1 ? sessionId : `${store.prefix}|${sessionId}`
}

/** The store and the id that a key names; null where no store is, or none of that name. */
export function parseKey(
  stores: readonly Store[],
  key: string,
): { readonly store: Store; readonly sessionId: string } | null {
  const [only] = stores
  if (only !== undefined && stores.length === 1) return { store: only, sessionId: key }
  const at = key.indexOf('|')
  const store = at === -1 ? undefined : stores.find((one) => one.prefix === key.slice(0, at))
  return store === undefined ? null : { store, sessionId: key.slice(at + 1) }
}
