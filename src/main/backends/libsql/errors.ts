import { AppError, isAppError } from '../../domain/errors.ts'
import { bareCause, CONNECTION_LOST, codeOf, networkError, TOO_SLOW, unreachable } from '../network-errors.ts'

/** What an error of the client or the server means. The server gives SQLite's own codes by name. */
export function libsqlError(error: unknown, action: 'read' | 'write'): AppError {
  if (isAppError(error)) return error
  const network = networkError(error)
  if (network !== null) return network
  const cause = { cause: bareCause(error) }
  const code = codeOf(error) ?? ''
  const words = wordsOf(error)
  const status = /status (\d{3})|\b(40[134])\b/.exec(words)
  const number = Number(status?.[1] ?? status?.[2] ?? 0)
  if (number === 401 || code.startsWith('AUTH')) return new AppError('source.login-failed', {}, cause)
  if (number === 403 || /BLOCKED|not authorized|SQLITE_AUTH|permission/i.test(code + words))
    return new AppError('source.denied', { action }, cause)
  if (number === 404) return new AppError('source.not-found', {}, cause)
  if (/READONLY/.test(code)) return new AppError('source.read-only', {}, cause)
  if (/^SQLITE_(?:BUSY|LOCKED)/.test(code)) return new AppError('source.locked', {}, cause)
  if (code.startsWith('SQLITE_CONSTRAINT')) return new AppError('source.changed', {}, cause)
  if (/^SQLITE_(?:CORRUPT|NOTADB|MISMATCH)/.test(code))
    return new AppError('format.malformed', { reason: 'the database is damaged' }, cause)
  if (/timed? ?out|STREAM_EXPIRED|TimeoutError|aborted due to timeout/i.test(code + words))
    return unreachable(TOO_SLOW, error)
  if (/CLOSED|socket hang up|stream/i.test(code + words)) return unreachable(CONNECTION_LOST, error)
  if (/no such (?:table|column)/i.test(words)) return new AppError('source.changed', {}, cause)
  return unreachable('the server gave no answer that makes sense', error)
}

function wordsOf(error: unknown): string {
  const words: string[] = []
  for (let at = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth += 1) {
    words.push(at.name, at.message)
  }
  return words.join(' ')
}
