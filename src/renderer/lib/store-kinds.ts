import type { AnyStoreKind, CustomKind, StoreKind } from '../../shared/contract/common.ts'
import type { Source } from '../../shared/contract/sources.ts'
import { safeText } from './safe-text.ts'

/** "Redis" */
export const STORE_LABELS: Readonly<Record<StoreKind, string>> = {
  redis: 'Redis',
  mongodb: 'MongoDB',
  postgres: 'PostgreSQL',
  mysql: 'MySQL or MariaDB',
  libsql: 'libSQL',
}

const OWN_KIND = 'custom:'

/** A kind that a module of the person's own reaches. */
export function isOwnKind(kind: AnyStoreKind): kind is CustomKind {
  return kind.startsWith(OWN_KIND)
}

/** "Redis", "Acme KV" */
export function storeLabel({ location: { kind }, label }: StoreSource['store']): string {
  return isOwnKind(kind) ? safeText(label ?? kind.slice(OWN_KIND.length), 40) : STORE_LABELS[kind]
}

const PARTS = { keyvalue: 'keys', documents: 'documents', tables: 'rows' } as const

/** What a session is made of there: "Its keys are taken out." */
export function storeParts({ medium }: StoreSource['store']): string {
  return PARTS[medium ?? 'keyvalue']
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
