import type { ErrorCode, ErrorDetails } from '../../shared/error-codes.ts'

/**
 * The one error class for expected failures. `message` is lower case and holds the code alone: sentences are made
 * from `code` and `details` (see `shared/error-texts.ts`), so that no input, key or passcode can get into a log line.
 */
export class AppError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C
  readonly details: ErrorDetails<C>

  constructor(code: C, details: ErrorDetails<C>, options?: { cause?: unknown }) {
    super(code, options)
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** True for an `AppError`, narrowed to one code when it is given. */
export function isAppError<C extends ErrorCode = ErrorCode>(error: unknown, code?: C): error is AppError<C> {
  return error instanceof AppError && (code === undefined || error.code === code)
}
