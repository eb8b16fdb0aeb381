import { AppError, isAppError } from '../../domain/errors.ts'
import {
  bareCause,
  CONNECTION_LOST,
  codeOf,
  NO_TLS,
  networkError,
  TOO_SLOW,
  unreachable,
  WANTS_TLS,
} from '../network-errors.ts'

/** What an error of the driver or the server means; SQLSTATE codes as PostgreSQL's appendix A lists them. */
export function postgresError(error: unknown, action: 'read' | 'write'): AppError {
  if (isAppError(error)) return error
  const code = codeOf(error) ?? ''
  const cause = { cause: bareCause(error) }
  switch (code) {
    case '28P01':
      return new AppError('source.login-failed', {}, cause)
    case '28000':
      // pg_hba.conf has a line for this user with encryption alone.
      if (/no encryption|SSL off/.test(String(error))) return unreachable(WANTS_TLS, error)
      return new AppError('source.login-failed', {}, cause)
    case '3D000':
    case '3F000':
      return new AppError('source.not-found', {}, cause)
    case '25006':
    // A standby has no serializable transactions.
    case '0A000':
      return new AppError('source.read-only', {}, cause)
    case '42501':
      return new AppError('source.denied', { action }, cause)
    case '40001':
    case '40P01':
    case '23505':
    case '23503':
      return new AppError('source.changed', {}, cause)
    case '55P03':
      return new AppError('source.locked', {}, cause)
    // A table went between the look at the schema and the read, or has columns of other types.
    case '42P01':
    case '42703':
    // Or came, made by somebody who wrote at the same time.
    case '42P07':
    case '42701':
    case '42710':
      return new AppError('source.changed', {}, cause)
    case '42804':
    case '42883':
    case '22P02':
    case '42846':
      return new AppError(
        'format.malformed',
        { reason: 'a column holds values of another type than its name says' },
        cause,
      )
    case '22001':
    case '22003':
    case '22021':
    case '22P05':
      return new AppError('request.unsupported', { reason: 'a value has no room in its column' }, cause)
    case '57014':
    case '25P03':
      return unreachable(TOO_SLOW, error)
    case '53300':
      return unreachable('the server has too many connections', error)
    case '57P03':
      return unreachable('the server is starting or stopping', error)
    case '57P01':
    case '57P02':
      return unreachable('the server was stopped', error)
    case '53100':
      return unreachable('the disk of the server is full', error)
    default:
      break
  }
  const network = networkError(error)
  if (network !== null) return network
  const words = error instanceof Error ? error.message : ''
  if (words.includes('does not support SSL')) return unreachable(NO_TLS, error)
  if (/timeout/i.test(words)) return unreachable(TOO_SLOW, error)
  if (/Connection terminated|not queryable|connection error|Cannot use a pool/i.test(words))
    return unreachable(CONNECTION_LOST, error)
  if (code.startsWith('08')) return unreachable(CONNECTION_LOST, error)
  return unreachable(
    code === '' ? 'the server gave no answer that makes sense' : `the server answered with error ${code}`,
    error,
  )
}
