import type { MessagePort } from 'node:worker_threads'
import { AppError, isAppError } from '../domain/errors.ts'
import type { ErrorCode } from '../../shared/error-codes.ts'
import type { Cell, PageRequest, ScanRequest } from '../formats/media.ts'
import type { FileFacts } from '../backends/file-facts.ts'
import type { ScannedFile } from '../sources/scan-types.ts'

/** What crosses to the worker threads and back: plain data, and never a key. Passcodes cross inward, to be used and dropped. */
export type Outcome<T> = { readonly value: T } | { readonly code: ErrorCode; readonly details: unknown }

export interface WalkTask {
  readonly root: string
  readonly known: ReadonlyMap<string, string>
  /** Set to 1 to stop. */
  readonly stop: Int32Array
  /** Takes a {@link WalkBatch} now and then. */
  readonly port: MessagePort
}

export interface WalkBatch {
  readonly unchanged: readonly string[]
  readonly changed: readonly FileToProbe[]
  /** Folders named like sessions, and what could not be looked at. */
  readonly odd: readonly ScannedFile[]
  readonly isLast: boolean
}

export interface FileToProbe {
  readonly kind: 'file' | 'folder'
  readonly key: string
  readonly signature: string
  readonly facts: FileFacts
}

/** UTF-8 of the passcode of a place, by its absolute path. */
export type KnownPasscodes = readonly (readonly [path: string, passcode: Uint8Array])[]

export interface ProbeTask {
  readonly files: readonly FileToProbe[]
  readonly passcodes: KnownPasscodes
}

export interface RescanTask {
  readonly root: string
  readonly files: readonly { readonly key: string; readonly path: string }[]
  readonly passcodes: KnownPasscodes
}

export interface PathTask {
  readonly path: string
  readonly passcode: Uint8Array | null
}

/** One call to a private database, or to a quiet one of the person's that is opened as immutable. */
export interface DatabaseCall {
  readonly path: string
  /** Compared before and after the call; null for a database of our own. */
  readonly signature: string | null
  readonly immutable: boolean
  readonly request:
    | { readonly kind: 'schema' | 'close' }
    | { readonly kind: 'scan'; readonly scan: ScanRequest }
    | { readonly kind: 'query'; readonly sql: string; readonly parameters: readonly Cell[] }
    | { readonly kind: 'page'; readonly page: PageRequest }
}

/** A count takes as long as a hundred pages: it is not among the calls that a person waits for. */
export interface CountTask extends Pick<DatabaseCall, 'path' | 'signature' | 'immutable'> {
  readonly table: string
}

/** A failure in the plain form that survives the crossing. */
export function outcomeOf(error: unknown): Outcome<never> {
  return isAppError(error) ? { code: error.code, details: error.details } : { code: 'internal', details: {} }
}

/** @throws AppError what the worker met */
export function unwrap<T>(outcome: Outcome<T>): T {
  if ('value' in outcome) return outcome.value
  throw new AppError(outcome.code, outcome.details as never)
}
