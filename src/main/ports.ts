import type { StartProcess } from './telegram/start-process.ts'

/** What a shell supplies to the app. Everything between shell and format is the same code. */
export interface Ports {
  readonly shell: 'electron' | 'headless' | 'cli'
  readonly version: string
  readonly demo: boolean
  readonly paths: Paths
  readonly clock: Clock
  /** Cryptographic random bytes. */
  readonly randomBytes: (byteLength: number) => Uint8Array
  /** The system's keychain; null where none stands behind it (then a passphrase seals). */
  readonly keychain: Keychain | null
  readonly fileGate: FileGate | null
  /** Null where the page owns the clipboard. */
  readonly clipboard: Clipboard | null
  /** Excludes the window from screen capture while a secret shows. No-op where the platform cannot. */
  readonly setContentProtection: (on: boolean) => void
  readonly showInFolder: ((path: string) => void) | null
  readonly transfers: Transfers | null
  /** Starts one of the built main files as a process of its own. */
  readonly startProcess: StartProcess
  readonly log: Log
}

export interface Paths {
  /** The app's own data: database, vault, trash. Created 0700. */
  readonly data: string
  /** Private scratch folder for snapshots, 0700, emptied at start. */
  readonly scratch: string
  readonly home: string
  /** Folder of the built main files: where `worker.js` lies. */
  readonly code: string
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number
}

/** Seals short values with the system's keychain (Electron safeStorage). */
export interface Keychain {
  seal(bytes: Uint8Array): Uint8Array
  open(sealed: Uint8Array): Uint8Array
}

/** Native file dialogs. Each answers null when the person closed it. */
export interface FileGate {
  pickFiles(title: string): Promise<readonly string[] | null>
  pickFolder(title: string): Promise<string | null>
  pickSave(title: string, suggestedName: string): Promise<string | null>
}

export interface Clipboard {
  /** Copies a secret, marked for clipboard histories to leave it out where the platform knows such a mark. */
  write(text: string): Promise<void>
  read(): Promise<string>
  clear(): void
}

/** Files that cross between page and main outside the contract (headless shell): uploads in, downloads out. */
export interface Transfers {
  /** Takes an uploaded file by its id; null when unknown or expired. */
  take(uploadId: string): { name: string; bytes: Uint8Array } | null
  /** Offers bytes for one download; answers the relative link. */
  offer(name: string, bytes: Uint8Array): string
}

export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void
  warn(message: string, details?: Readonly<Record<string, unknown>>): void
  error(message: string, details?: Readonly<Record<string, unknown>>): void
}
