import { ORPCError } from '@orpc/client'
import type { ErrorCode, ErrorDetails } from '../../shared/error-codes.ts'

/** A failed call as the window sees it: switch over `code`, and `details` follows. */
export type CallError = { [C in ErrorCode]: { readonly code: C; readonly details: ErrorDetails<C> } }[ErrorCode]

/** What went wrong in a call, whatever was thrown. Anything unexpected is `internal`. */
export function errorOf(error: unknown): CallError {
  if (!(error instanceof ORPCError)) return { code: 'internal', details: { reason: 'connection' } }
  // Only errors the contract declares carry data of a known shape.
  if (error.defined) return { code: error.code, details: error.data } as CallError
  if (error.code === 'BAD_REQUEST') return { code: 'request.invalid', details: { reason: 'invalid input' } }
  return { code: 'internal', details: {} }
}

/** True when the person, or the window closing, stopped the call: nothing to report. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
