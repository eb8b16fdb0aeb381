import type { LoginStatus } from '../../shared/login-statuses.ts'
import type { KnownLogin } from '../domain/login.ts'
import type { Ref } from './interfaces.ts'
import type { FileFacts } from './scan-types.ts'
import type { SessionSummary } from './session-store.ts'

/** A session as the catalog holds it. */
export interface CatalogEntry {
  readonly ref: Ref
  readonly summary: SessionSummary
  readonly facts: FileFacts | null
  readonly sourceName: string
  readonly givenName: string | null
  readonly note: string
  readonly tags: readonly string[]
  /** Entries with the same key id, this one included; 0 when there is no key. */
  readonly copies: number
  readonly inUse: boolean
  /** What Telegram last said about its key; null until it was asked. */
  readonly login: KnownLogin | null
}

export interface Annotation {
  readonly name?: string | null
  readonly note?: string
  readonly addTags: readonly string[]
  readonly removeTags: readonly string[]
}

export interface CatalogQuery {
  readonly view:
    | { readonly kind: 'all' | 'users' | 'bots' | 'attention' | 'duplicates' }
    | { readonly kind: 'source'; readonly sourceId: string }
    | { readonly kind: 'tag'; readonly tag: string }
    | { readonly kind: 'key'; readonly keyId: string }
  readonly search: string
  readonly filters: {
    readonly kinds: readonly ('user' | 'bot' | 'unknown')[]
    readonly libraries: readonly string[]
    readonly dcs: readonly number[]
    readonly sources: readonly string[]
    readonly tags: readonly string[]
    readonly statuses: readonly ('ok' | 'attention' | 'no-key' | 'unreadable')[]
    readonly test: boolean | null
    readonly inUse: boolean | null
    /** `unchecked`: has a key, and was never asked about. */
    readonly logins: readonly (LoginStatus | 'unchecked')[]
  }
  readonly sort: {
    readonly column:
      | 'status'
      | 'name'
      | 'account'
      | 'kind'
      | 'format'
      | 'dc'
      | 'key'
      | 'peers'
      | 'updated'
      | 'modified'
      | 'tags'
      | 'source'
      | 'login'
    readonly direction: 'asc' | 'desc'
  }
}

export interface CatalogCounts {
  readonly all: number
  readonly users: number
  readonly bots: number
  /** Read with problems or not at all, or dead at Telegram. */
  readonly attention: number
  /** Sessions that share a key with another. */
  readonly duplicates: number
  readonly sources: Readonly<Record<string, number>>
  readonly tags: readonly { tag: string; count: number }[]
  readonly libraries: readonly { value: string; count: number }[]
  readonly dcs: readonly { value: string; count: number }[]
  /** In the order of the sort, `unchecked` last; only those that occur. */
  readonly logins: readonly { value: LoginStatus | 'unchecked'; count: number }[]
}

/** Every session of every source, kept in the app's database between starts. Synchronous: one indexed SQLite file. */
export interface Catalog {
  page(
    query: CatalogQuery,
    window: { offset: number; limit: number },
  ): { total: number; entries: readonly CatalogEntry[] }
  refs(query: CatalogQuery): readonly Ref[]
  counts(): CatalogCounts
  /** @throws AppError session.not-found */
  get(ref: Ref): CatalogEntry
  /** Null when there is none. */
  find(ref: Ref): CatalogEntry | null
  byKeyId(keyId: string): readonly CatalogEntry[]
  /** One transaction: keep to a few hundred sessions. Those that are gone are passed over. @returns how many are there */
  annotate(refs: readonly Ref[], annotation: Annotation): number
  /** Grows with every change; the window compares it. */
  revision(): number
}
