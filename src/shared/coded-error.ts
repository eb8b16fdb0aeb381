import { isErrorCode } from './error-codes.ts'
import type { CodedError } from './error-texts.ts'

// Apart from the texts: the window uses those, and must not carry the schemas that the codes come with.

/** Pairs a code with its details where the compiler lost the connection. */
export function codedError(code: string, details: unknown): CodedError {
  return (isErrorCode(code) ? { code, details: details ?? {} } : { code: 'internal', details: {} }) as CodedError
}
