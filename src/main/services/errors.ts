import { ORPCError } from '@orpc/server'
import { isErrorCode } from '../../shared/error-codes.ts'
import { AppError, isAppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'
import { traceOf } from './trace.ts'

/**
 * What a call answers when it fails: an `AppError` becomes the contract's error of the same code, a schema that refused
 * its input `request.invalid`, everything else `internal`. Neither input nor output gets into the answer or the log.
 */
export function toContractError(error: unknown, call: string, log: Log): unknown {
  if (isAbort(error)) return error
  if (isAppError(error)) {
    if (error.code === 'internal') log.error('a call failed', { call, ...traceOf(error.cause ?? error) })
    return contractError(error)
  }
  if (error instanceof ORPCError) {
    if (isErrorCode(error.code)) return error
    if (error.code === 'BAD_REQUEST') return contractError(invalidInput(error))
    if (error.code === 'INTERNAL_SERVER_ERROR') {
      log.error('a call answered something its contract does not allow', { call, places: issuesOf(error).map(placeOf) })
      return contractError(new AppError('internal', {}))
    }
    return error
  }
  log.error('a call failed', { call, ...traceOf(error) })
  return contractError(new AppError('internal', {}))
}

/** True for what an abort signal throws: nothing failed, somebody stopped waiting. */
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError'
}

function contractError(error: AppError): ORPCError<string, unknown> {
  return new ORPCError(error.code, { defined: true, message: error.code, data: error.details })
}

/** Schema messages name types and limits only, but a path below the first member may be the input's own text. */
function invalidInput(error: ORPCError<string, unknown>): AppError<'request.invalid'> {
  const issue = issuesOf(error)[0]
  const field = issue?.path?.[0]
  const name = typeof field === 'object' ? field.key : field
  return new AppError('request.invalid', {
    ...(name !== undefined && { field: String(name) }),
    reason: 'the value does not have the form this call expects',
  })
}

interface Issue {
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[]
}

function issuesOf(error: ORPCError<string, unknown>): readonly Issue[] {
  const data = (error.data ?? error.cause) as { issues?: unknown } | null | undefined
  return Array.isArray(data?.issues) ? (data.issues as Issue[]) : []
}

function placeOf(issue: Issue): string {
  return (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.')
}
