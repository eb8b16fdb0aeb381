import type { StoreKind } from '../../shared/contract/common.ts'
import type { Source } from '../../shared/contract/sources.ts'

/** "Redis" */
export const STORE_LABELS: Readonly<Record<StoreKind, string>> = {
  redis: 'Redis',
  mongodb: 'MongoDB',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  libsql: 'libSQL',
}

/** What a session is made of there: "Its keys are taken out." */
export const STORE_PARTS: Readonly<Record<StoreKind, string>> = {
  redis: 'keys',
  mongodb: 'documents',
  postgres: 'rows',
  mysql: 'rows',
  libsql: 'rows',
}

/** A source that is a shared store. */
export type StoreSource = Source & { store: NonNullable<Source['store']> }

export function isStore(source: Source): source is StoreSource {
  return source.store !== null
}

/** The key of a session as the store has it, without the format that Session Deck puts before it. */
export function ownKey(key: string): string {
  return key.slice(key.indexOf(':') + 1)
}
