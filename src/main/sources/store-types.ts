import type { StoreLocation } from '../backends/store.ts'
import type { Secret } from '../domain/secret.ts'

/** What sessions lie in within a shared store. */
export type StoreMedium = 'keyvalue' | 'documents' | 'tables'

/** How a shared store is reached. Its password is kept beside it, sealed. */
export interface StoreAccess {
  readonly location: StoreLocation
  readonly hasPassword: boolean
  /** Nothing is written there until the person allows it. */
  readonly readOnly: boolean
}

export interface NewStore {
  readonly location: StoreLocation
  readonly password: Secret | null
  /** Null: named after the server. */
  readonly name: string | null
}

/** Absent members stay as they are. */
export interface StoreChange {
  readonly location?: StoreLocation
  /** Null takes the password away. */
  readonly password?: Secret | null
}

/** What a store answered when it was tried. */
export interface StoreTest {
  /** "Redis 7.0.15" */
  readonly server: string
  readonly found: readonly {
    readonly formatId: string
    readonly prefix: string
    readonly sessions: number
  }[]
}
