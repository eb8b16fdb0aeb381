import { AppError, isAppError } from '../../domain/errors.ts'
import { bareCause, CONNECTION_LOST, networkError, TOO_SLOW, unreachable } from '../network-errors.ts'

/** Numbers of the server's own errors. */
const UNAUTHORIZED = 13
const LOGIN_FAILED: ReadonlySet<number> = new Set([18, 8000])
const READ_ONLY: ReadonlySet<number> = new Set([10_107, 13_435, 10_058, 166])
/** Write conflicts, and documents that came under an `_id` meanwhile. */
const CHANGED: ReadonlySet<number> = new Set([112, 11_000])
const TOO_LATE: ReadonlySet<number> = new Set([50, 262])
const GOING_DOWN: ReadonlySet<number> = new Set([91, 189, 11_600, 11_602, 13_436, 6, 7, 89, 9001])

/** What the driver's failure means to a person. Its words can hold values of documents and go no further. */
export function mongoError(error: unknown): AppError {
  if (isAppError(error)) return error
  const cause = bareCause(error)
  for (const one of chainOf(error)) {
    const code = serverCode(one)
    if (code === null) continue
    if (LOGIN_FAILED.has(code)) return new AppError('source.login-failed', {}, { cause })
    if (code === UNAUTHORIZED) {
      const asksForLogin = one instanceof Error && /requires authentication/i.test(one.message)
      return asksForLogin
        ? new AppError('source.login-failed', {}, { cause })
        : new AppError('source.denied', {}, { cause })
    }
    if (READ_ONLY.has(code)) return new AppError('source.read-only', {}, { cause })
    if (CHANGED.has(code)) return new AppError('source.changed', {}, { cause })
    if (TOO_LATE.has(code)) return unreachable(TOO_SLOW, error)
    if (GOING_DOWN.has(code)) return unreachable('the server is not ready at the moment', error)
  }
  for (const one of chainOf(error)) {
    const known = networkError(one)
    if (known) return known
    if (hasName(one, 'MongoNetworkTimeoutError', 'MongoOperationTimeoutError')) return unreachable(TOO_SLOW, error)
  }
  for (const one of chainOf(error)) {
    if (one instanceof Error && /timed? ?out/i.test(one.message) && hasName(one, 'MongoNetworkError')) {
      return unreachable(TOO_SLOW, error)
    }
    if (hasName(one, 'MongoNetworkError')) return unreachable(CONNECTION_LOST, error)
  }
  if (hasName(error, 'MongoServerSelectionError', 'MongoWaitQueueTimeoutError')) return unreachable(TOO_SLOW, error)
  if (hasName(error, 'MongoTopologyClosedError', 'MongoNotConnectedError', 'MongoClientClosedError')) {
    return unreachable('the connection is closed', error)
  }
  if (hasName(error, 'MongoParseError', 'MongoInvalidArgumentError', 'MongoMissingCredentialsError')) {
    return new AppError('request.invalid', { field: 'address', reason: 'it is not understood' }, { cause })
  }
  return new AppError('internal', { reason: 'the server refused a command' }, { cause })
}

/** The number the server gave a failure; null for failures of another kind. */
export function serverCode(error: unknown): number | null {
  return typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'number'
    ? error.code
    : null
}

function hasName(error: unknown, ...names: readonly string[]): boolean {
  return error instanceof Error && names.includes(error.name)
}

/** The error, what caused it, and what was found wrong with each node when none of them would do. */
function* chainOf(error: unknown): Iterable<unknown> {
  let at = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    yield at
    // A bulk of writes wraps what ended it.
    if ('errorResponse' in at && at.errorResponse instanceof Error) yield at.errorResponse
    if ('reason' in at) yield* errorsOfNodes(at.reason)
    at = at.cause
  }
}

function* errorsOfNodes(description: unknown): Iterable<unknown> {
  if (typeof description !== 'object' || description === null || !('servers' in description)) return
  if (!(description.servers instanceof Map)) return
  for (const node of description.servers.values() as Iterable<{ readonly error?: unknown }>) {
    if (node.error instanceof Error) {
      yield node.error
      if (node.error.cause instanceof Error) yield node.error.cause
    }
  }
}
