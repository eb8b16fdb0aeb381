import type { AnyStoreKind, StoreLocation } from '../backends/store.ts'
import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'
import type { AuditLog } from './audit-types.ts'
import type { Catalog } from './catalog-types.ts'
import type { Extensions } from './extensions.ts'
import type { LoginResults } from './login-results.ts'
import type { Scanner } from './scan-types.ts'
import type { SessionStorage } from './session-storage.ts'
import type { SessionStore, SessionSummary } from './session-store.ts'
import type { NewStore, StoreAccess, StoreChange, StoreTest } from './store-types.ts'

/** Names a session: a source and the session's key within it. */
export interface Ref {
  readonly sourceId: string
  readonly key: string
}

export type { StoreKind, StoreLocation } from '../backends/store.ts'
export type { ExtensionList } from './extensions.ts'
export type { NewStore, StoreAccess, StoreChange, StoreTest } from './store-types.ts'

export interface SourceRecord {
  readonly id: string
  readonly kind: 'folder' | 'file' | 'vault' | 'memory' | AnyStoreKind
  readonly name: string
  /** Of a folder or file. */
  readonly path: string | null
  /** Of a shared store. */
  readonly store?: StoreAccess
}

export interface SourceState extends SourceRecord {
  readonly state: 'scanning' | 'live' | 'error' | 'locked'
  readonly problem: Problem | null
  readonly sessions: number
  readonly ignored: number
  readonly progress: { readonly done: number; readonly total: number | null } | null
}

export interface TrashRecord {
  readonly id: string
  readonly reason: 'deleted' | 'replaced'
  readonly sourceId: string
  readonly sourceName: string
  readonly path: string | null
  readonly summary: SessionSummary
  readonly givenName: string | null
  readonly deletedAtMs: number
  readonly expiresAtMs: number
  readonly sizeBytes: number
}

/** Sealed keeping of what was deleted or replaced (30 days). Sealing needs no unlock, opening does. */
export interface Trash {
  list(): readonly TrashRecord[]
  /**
   * Takes a file and its companions into the trash and removes them from their place.
   * @throws AppError protection.required when nothing can seal yet, source.changed, source.denied
   */
  takeFile(input: TrashInput & { readonly path: string; readonly companions: readonly string[] }): Promise<string>
  /**
   * The same for files of a folder, named by their paths in it; folders that this leaves empty go, too. Whole or not at
   * all.
   * @throws AppError protection.required, source.changed, source.denied, source.too-large
   */
  takeFolder(input: TrashInput & { readonly path: string; readonly files: readonly string[] }): Promise<string>
  /** Keeps a copy of bytes that a write is about to replace, or of a vault entry. */
  keepBytes(input: TrashInput & { readonly path: string | null; readonly bytes: Uint8Array }): Promise<string>
  /** @throws AppError source.exists when something lies there now, protection.locked */
  restore(id: string): Promise<{ path: string | null; ref: Ref | null }>
  purge(id: string): Promise<void>
}

export interface TrashInput {
  readonly reason: 'deleted' | 'replaced'
  readonly sourceId: string
  readonly sourceName: string
  readonly summary: SessionSummary
  readonly givenName: string | null
}

export interface ProtectionState {
  readonly state: 'none' | 'unlocked' | 'locked'
  readonly kind: 'keychain' | 'passphrase'
}

/**
 * Seals the vault, the trash and passwords. A key pair: its public half seals at any time, its private half is itself
 * sealed by the keychain or by a passphrase (Argon2id, 128 MiB, t=3, p=4) and is in memory only while unlocked.
 */
export interface Protection {
  state(): ProtectionState
  /** With a keychain there is nothing to type and this happens by itself. @throws AppError request.invalid when set already */
  setUp(passphrase: Secret | null): Promise<void>
  /** @throws AppError passcode.wrong */
  unlock(passphrase: Secret | null): Promise<void>
  /** Forgets the private half and what was opened with it. */
  lock(): void
  /** @throws AppError protection.required */
  seal(bytes: Uint8Array): Uint8Array
  /** @throws AppError protection.locked, format.malformed */
  open(sealed: Uint8Array): Uint8Array
  onChange(listener: (state: ProtectionState) => void): void
}

export type LibraryEvent =
  | { readonly type: 'sessions'; readonly revision: number }
  | { readonly type: 'sources' }
  | { readonly type: 'trash' }
  | { readonly type: 'audit' }

/** All sources together: what services work with. Made by `openLibrary(ports)` in `sources/library.ts`. */
export interface Library {
  readonly catalog: Catalog
  readonly trash: Trash
  readonly protection: Protection
  readonly audit: AuditLog
  readonly logins: LoginResults
  readonly scanner: Scanner
  /** Formats of the person's own. */
  readonly extensions: Extensions
  sources(): readonly SourceState[]
  /** One of them without its state and counts; null when it is gone. */
  source(sourceId: string): SourceRecord | null
  /** A folder or a file, by absolute path. Scans in the background. @throws AppError source.not-found, source.exists, source.denied */
  add(path: string, name: string | null): Promise<SourceState>
  /**
   * A shared store, read only until {@link allowWriting}. It is connected to in the background.
   * @throws AppError source.exists, protection.required when its password cannot be sealed yet
   */
  addStore(store: NewStore): Promise<SourceState>
  /**
   * Another address or password. One that is kept goes to no other server than the one it was given for.
   * @throws AppError source.not-found, source.exists, request.invalid, protection.required
   */
  updateStore(sourceId: string, change: StoreChange): Promise<SourceState>
  /** @throws AppError source.not-found, request.unsupported for anything but a shared store */
  allowWriting(sourceId: string, allow: boolean): SourceState
  /**
   * Connects once and counts the sessions; keeps nothing. `sourceId` lends the password that is kept for that source.
   * @throws AppError source.unreachable, source.login-failed, source.not-found, protection.locked
   */
  testStore(
    location: StoreLocation,
    password: Secret | null,
    sourceId: string | null,
    signal: AbortSignal,
  ): Promise<StoreTest>
  rename(sourceId: string, name: string): SourceState
  /**
   * Forgets it with its annotations; touches no file. Sessions go batch by batch, so that the window stays served.
   * @throws AppError source.not-found, request.unsupported for built-in sources
   */
  remove(sourceId: string): Promise<void>
  rescan(sourceId: string): SourceState
  /** Takes what a write or delete of ours changed into the catalog at once, without waiting for the watcher. */
  refresh(sourceId: string, keys: readonly string[]): Promise<void>
  /** @throws AppError source.not-found */
  store(sourceId: string): SessionStore
  /** The same sessions with what becomes of them; the caller closes it. @throws AppError source.not-found */
  storage(sourceId: string): SessionStorage
  /**
   * Opens a locked place with its passcode, kept in memory until it is forgotten; answers the sessions in it.
   * @throws AppError passcode.wrong, session.not-found, source.*
   */
  unlock(ref: Ref, passcode: Secret): Promise<readonly Ref[]>
  /** Forgets the passcodes of all places: on lock. */
  forgetPasscodes(): void
  /** The sessions that the list knows in one file or session folder. */
  sessionsAt(sourceId: string, fileKey: string): readonly Ref[]
  /** Settings by name, JSON values. */
  settings: { get(name: string): unknown; set(name: string, value: unknown): void }
  subscribe(listener: (event: LibraryEvent) => void): () => void
  /** Resolves when no scan runs (tests, command line). */
  idle(): Promise<void>
  close(): Promise<void>
}

/** Ids of the built-in sources. */
export const VAULT_ID = 'vault'
export const MEMORY_ID = 'memory'

/** True for the vault and memory. */
export function isBuiltIn({ kind }: Pick<SourceRecord, 'kind'>): boolean {
  return kind === 'vault' || kind === 'memory'
}
