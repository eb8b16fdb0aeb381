import type { Secret } from '../domain/secret.ts'
import type {
  DocumentsReader,
  DocumentsWriter,
  KeyValueReader,
  KeyValueWriter,
  TablesReader,
  TablesWriter,
} from '../formats/media.ts'

export type StoreKind = 'redis' | 'mongodb' | 'postgres' | 'mysql' | 'libsql'

/** A store that a module of the person's own reaches: the id that the module gives follows the colon. */
export type CustomKind = `custom:${string}`

export type AnyStoreKind = StoreKind | CustomKind

/** Where a store is, without anything secret: plain data, kept in the app's database. */
export interface StoreLocation {
  readonly kind: AnyStoreKind
  /**
   * `host:port` of each node: one, or several sentinels, cluster nodes or replica set members. An URL for libSQL, and
   * `mongodb+srv://host` where the nodes are found by their DNS record. What a module takes for an address, for its kind.
   */
  readonly hosts: readonly string[]
  /** Name or number of the database; '' for the server's usual one. */
  readonly database: string
  readonly user: string
  readonly tls: {
    /** `verify` checks the certificate, `any` encrypts without knowing with whom. */
    readonly mode: 'off' | 'verify' | 'any'
    /** PEM of an authority of one's own; '' for the system's. */
    readonly ca: string
  }
  /** How several nodes belong together. `sentinel` names the master. */
  readonly topology:
    | { readonly kind: 'single' | 'cluster' }
    | { readonly kind: 'sentinel' | 'replica-set'; readonly name: string }
  /** Sessions are only looked for under this prefix; '' looks for all there are. */
  readonly prefix: string
  /** What else the driver has to know, by the name it has in a connection string: `authSource`. */
  readonly options?: Readonly<Record<string, string>>
}

/** Sealed at rest; opened for the connection only. */
export interface StoreSecrets {
  /** Password or bearer token. */
  readonly password: Secret | null
}

export interface ConnectOptions {
  /** Ends the connection and what runs over it, whenever it comes. */
  readonly signal: AbortSignal
  readonly connectTimeoutMs: number
  /** A single command that takes longer fails with source.unreachable. */
  readonly commandTimeoutMs: number
}

interface Connected<Medium extends string, Reader, Writer> {
  readonly medium: Medium
  /** "Redis 7.0.15" */
  readonly server: string
  readonly reader: Reader
  /**
   * One transaction. @throws AppError source.changed when what it read changed meanwhile, source.read-only on a replica,
   * source.unreachable when the server went: then nothing is written, or that is said
   */
  write<T>(work: (writer: Writer) => Promise<T>): Promise<T>
  /**
   * Calls back when something under the prefix may have changed. Null when the server tells nothing (then it is polled).
   * `onLost` when notices may have been missed.
   */
  watch(prefix: string, onChange: () => void, onLost: () => void): Promise<(() => Promise<void>) | null>
  /**
   * A word that differs from the one before when something under the prefix may have changed: cheap enough to be asked for
   * every second. Null, or no such method, where the server keeps no account of changes.
   */
  probe?(prefix: string): Promise<string | null>
  close(): Promise<void>
}

export type StoreConnection =
  | Connected<'keyvalue', KeyValueReader, KeyValueWriter>
  | Connected<'documents', DocumentsReader, DocumentsWriter>
  | Connected<'tables', TablesReader, TablesWriter>

/** Reaches one kind of server with its driver, which is loaded when first used. */
export interface StoreBackend {
  readonly kind: AnyStoreKind
  readonly label: string
  /** Absent where an address is no host. */
  readonly defaultPort?: number
  /**
   * @throws AppError source.unreachable (down, too slow, TLS does not fit: `reason` says which), source.login-failed,
   * source.not-found (no such database)
   */
  connect(location: StoreLocation, secrets: StoreSecrets, options: ConnectOptions): Promise<StoreConnection>
}
