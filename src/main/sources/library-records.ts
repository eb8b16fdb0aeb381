import type { AppDatabase } from './app-database.ts'
import { sortKey } from './catalog-fold.ts'
import { MEMORY_ID, type SourceRecord, VAULT_ID } from './interfaces.ts'

export interface SourceRecords {
  list(): readonly SourceRecord[]
  add(record: SourceRecord): void
  rename(id: string, name: string): void
  remove(id: string): void
}

const BUILT_IN: readonly SourceRecord[] = [
  { id: VAULT_ID, kind: 'vault', name: 'Vault', path: null },
  { id: MEMORY_ID, kind: 'memory', name: 'Memory', path: null },
]

/** What sources there are, kept between starts; the built-in ones first, the others in the order they were added. */
export function openSourceRecords(database: AppDatabase, now: () => number): SourceRecords {
  const insert = database.prepare(
    'INSERT OR IGNORE INTO sources (id, kind, name, name_sort, path, added_at) VALUES (?, ?, ?, ?, ?, ?)',
  )
  const select = database.prepare<[], SourceRecord>(`
    SELECT id, kind, name, path FROM sources ORDER BY kind = 'vault' DESC, kind = 'memory' DESC, added_at, name_sort, id`)
  const update = database.prepare('UPDATE sources SET name = ?, name_sort = ? WHERE id = ?')
  const drop = database.prepare('DELETE FROM sources WHERE id = ?')
  const add = ({ id, kind, name, path }: SourceRecord): void => {
    insert.run(id, kind, name, sortKey(name), path, now())
  }
  for (const record of BUILT_IN) add(record)
  return {
    list: () => select.all(),
    add,
    rename: (id, name) => void update.run(name, sortKey(name), id),
    remove: (id) => void drop.run(id),
  }
}
