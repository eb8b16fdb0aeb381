import type { Log } from '../ports.ts'
import type { AppDatabase } from './app-database.ts'

export interface SettingsStore {
  /** The value, undefined when it was never set or cannot be read. */
  get(name: string): unknown
  set(name: string, value: unknown): void
}

/** Settings by name, kept as JSON. No secret belongs here. */
export function openSettings(database: AppDatabase, log: Log): SettingsStore {
  const select = database.prepare<[string], { value: string }>('SELECT value FROM settings WHERE name = ?')
  const upsert = database.prepare(
    'INSERT INTO settings (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
  )
  const remove = database.prepare('DELETE FROM settings WHERE name = ?')
  return {
    get(name) {
      const row = select.get(name)
      if (!row) return undefined
      try {
        return JSON.parse(row.value) as unknown
      } catch {
        log.warn('a setting could not be read', { name })
        return undefined
      }
    },
    set(name, value) {
      if (value === undefined) remove.run(name)
      else upsert.run(name, JSON.stringify(value))
    },
  }
}
