import { z } from 'zod'
import type { CustomKind } from '../backends/store.ts'
import type { AppDatabase } from './app-database.ts'
import { sortKey } from './catalog-fold.ts'
import { isCustomKind } from './custom-backends.ts'
import { MEMORY_ID, type SourceRecord, type StoreLocation, VAULT_ID } from './interfaces.ts'

export interface SourceRecords {
  list(): readonly SourceRecord[]
  /** `password` is sealed already. */
  add(record: SourceRecord, password?: Uint8Array | null): void
  rename(id: string, name: string): void
  /** The address of a store; its sealed password where one is given (null takes it away). */
  moveStore(id: string, location: StoreLocation, password?: Uint8Array | null): void
  setReadOnly(id: string, readOnly: boolean): void
  /** Sealed; null where none is kept. */
  password(id: string): Uint8Array | null
  remove(id: string): void
}

interface SourceRow {
  readonly id: string
  readonly kind: SourceRecord['kind']
  readonly name: string
  readonly path: string | null
  readonly store: string | null
  readonly has_password: number
  readonly read_only: number
}

const BUILT_IN: readonly SourceRecord[] = [
  { id: VAULT_ID, kind: 'vault', name: 'Vault', path: null },
  { id: MEMORY_ID, kind: 'memory', name: 'Memory', path: null },
]

/** What sources there are, kept between starts; the built-in ones first, the others in the order they were added. */
export function openSourceRecords(database: AppDatabase, now: () => number): SourceRecords {
  const insert = database.prepare(`
    INSERT OR IGNORE INTO sources (id, kind, name, name_sort, path, added_at, store, password, read_only)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const select = database.prepare<[], SourceRow>(`
    SELECT id, kind, name, path, store, password IS NOT NULL AS has_password, read_only FROM sources
    ORDER BY kind = 'vault' DESC, kind = 'memory' DESC, added_at, name_sort, id`)
  const update = database.prepare('UPDATE sources SET name = ?, name_sort = ? WHERE id = ?')
  const move = database.prepare('UPDATE sources SET kind = ?, store = ? WHERE id = ?')
  const setPassword = database.prepare('UPDATE sources SET password = ? WHERE id = ?')
  const setReadOnly = database.prepare('UPDATE sources SET read_only = ? WHERE id = ?')
  const password = database.prepare<[string], Buffer | null>('SELECT password FROM sources WHERE id = ?').pluck()
  const drop = database.prepare('DELETE FROM sources WHERE id = ?')
  const add: SourceRecords['add'] = ({ id, kind, name, path, store }, sealed = null) => {
    const location = store ? JSON.stringify(store.location) : null
    insert.run(id, kind, name, sortKey(name), path, now(), location, sealed, Number(store?.readOnly ?? true))
  }
  for (const record of BUILT_IN) add(record)
  return {
    list: () => select.all().map(recordOf),
    add,
    rename: (id, name) => void update.run(name, sortKey(name), id),
    moveStore: database.transaction((id: string, location: StoreLocation, sealed?: Uint8Array | null) => {
      move.run(location.kind, JSON.stringify(location), id)
      if (sealed !== undefined) setPassword.run(sealed, id)
    }),
    setReadOnly: (id, readOnly) => void setReadOnly.run(Number(readOnly), id),
    password: (id) => password.get(id) ?? null,
    remove: (id) => void drop.run(id),
  }
}

const locationSchema = z.object({
  kind: z.union([
    z.enum(['redis', 'mongodb', 'postgres', 'mysql', 'libsql']),
    z.custom<CustomKind>((kind) => typeof kind === 'string' && isCustomKind(kind)),
  ]),
  hosts: z.array(z.string()),
  database: z.string(),
  user: z.string(),
  tls: z.object({ mode: z.enum(['off', 'verify', 'any']), ca: z.string() }),
  topology: z.discriminatedUnion('kind', [
    z.object({ kind: z.enum(['single', 'cluster']) }),
    z.object({ kind: z.enum(['sentinel', 'replica-set']), name: z.string() }),
  ]),
  prefix: z.string(),
  options: z.record(z.string(), z.string()).exactOptional(),
})

function recordOf({ id, kind, name, path, store, has_password, read_only }: SourceRow): SourceRecord {
  const record = { id, kind, name, path }
  if (store === null) return record
  const location: StoreLocation = locationSchema.parse(JSON.parse(store))
  return { ...record, store: { location, hasPassword: has_password === 1, readOnly: read_only === 1 } }
}
