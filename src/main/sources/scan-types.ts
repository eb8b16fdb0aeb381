import type { AppError } from '../domain/errors.ts'
import type { Secret } from '../domain/secret.ts'
import type { SessionStore, SessionSummary } from './session-store.ts'

/** Where a session lies on disk, as the last scan saw it. */
export interface FileFacts {
  readonly path: string
  /** Of a folder: of all the files in it. */
  readonly sizeBytes: number
  readonly modifiedAtMs: number
  /** POSIX mode bits (0o644), null on Windows. */
  readonly mode: number | null
  /** `-wal`, `-journal` and the like beside it. */
  readonly companions: readonly { readonly name: string; readonly sizeBytes: number }[]
}

/**
 * What a scan found in one file, or in a folder that is a session itself: no summaries when it is not a session and not
 * named like one (ignored).
 */
export interface ScannedFile {
  /**
   * Path below the root with `/` separators: the session key, or its first part when a place holds several (`path#key`).
   * `.` for a root that is a session folder.
   */
  readonly key: string
  /** Changes whenever the file or a companion changes, or any file of the folder: size, mtime in ns, inode. */
  readonly signature: string
  readonly facts: FileFacts
  readonly summaries: readonly SessionSummary[]
}

export interface ScanOptions {
  /** Signatures by key of what the catalog knows: unchanged files are reported by key alone. */
  readonly known: ReadonlyMap<string, string>
  readonly signal: AbortSignal
  /** Called often, in batches, off no particular order. */
  onFiles(files: readonly ScannedFile[]): void
  onUnchanged(keys: readonly string[]): void
  onProgress(done: number, total: number | null): void
}

/** Reading a folder or file source; work runs in workers. Made by `createScanner` in `sources/scanner.ts`. */
export interface Scanner {
  /** @throws AppError source.not-found, source.denied when the root itself cannot be read */
  scan(root: string, options: ScanOptions): Promise<void>
  /** Reads some files again (after a watcher event). Missing ones are left out of the answer. */
  rescan(root: string, keys: readonly string[]): Promise<readonly ScannedFile[]>
  /** Calls back with the keys (of files and their companions' main files) that appeared, changed or went. */
  watch(root: string, onChange: (keys: readonly string[]) => void, onError: (error: AppError) => void): Watch
  /** The store over a folder or file root. */
  store(root: string): SessionStore
  /** Summaries of one path outside any source (import, command line). @throws AppError with the file named */
  probe(path: string): Promise<readonly SessionSummary[]>
  /**
   * Tries a passcode on a locked place (a file or folder key below a root) and keeps it in memory for all later reads.
   * @throws AppError passcode.wrong, source.*, format.*
   */
  unlock(root: string, key: string, passcode: Secret): Promise<void>
  /** Whether the passcode of a place (an absolute path) is known. */
  isUnlocked(path: string): boolean
  /** Of all places, or of those at and below a path. */
  forgetPasscodes(path?: string): void
  /** Processes that hold a file open, as far as the system tells. */
  inUseBy(path: string): Promise<readonly { name: string; pid: number | null }[]>
  /**
   * Absolute paths at or below a root (a companion's main file included) that some process holds open, all in one look:
   * asked every few seconds. Absent where the system does not tell cheaply.
   */
  openBelow?(root: string): Promise<ReadonlySet<string>>
  close(): Promise<void>
}

export interface Watch {
  /** Resolves when events flow. */
  readonly ready: Promise<void>
  close(): Promise<void>
}
