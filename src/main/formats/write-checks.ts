import { isPlausibleDcId } from '../domain/data-centers.ts'
import { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { DataCenter } from '../domain/session.ts'
import type { TablesReader } from './media.ts'

/** @throws AppError session.no-key */
export function requireKey(home: DataCenter | null): Secret {
  if (home?.authKey == null) throw new AppError('session.no-key', {})
  return home.authKey
}

/** The home DC when its id can be one. @throws AppError format.missing-field */
export function requirePlace(home: DataCenter | null, format: string): DataCenter {
  if (home === null || !isPlausibleDcId(home.id)) throw new AppError('format.missing-field', { format, field: 'dc' })
  return home
}

/** A file holds one session: writing into one that has tables would mix two. @throws AppError format.not-writable */
export async function refuseExistingTables(tables: TablesReader, names: readonly string[]): Promise<void> {
  const schema = await tables.schema()
  if (names.some((name) => schema.tables.has(name))) {
    throw new AppError('format.not-writable', { format: 'sqlite', reason: 'the file holds a session already' })
  }
}
