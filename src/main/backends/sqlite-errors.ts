import { AppError, isAppError } from '../domain/errors.ts'

/**
 * Runs `work` and turns whatever SQLite throws into an `AppError` that names `file`. The driver's own error is kept as
 * `cause`; its text is never shown, for it can quote SQL.
 */
export function withSqliteErrors<T>(file: string | null, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw fromSqliteError(error, file)
  }
}

/** The `AppError` for a driver error; an `AppError` is given back as it is. */
function fromSqliteError(error: unknown, file: string | null): AppError {
  if (isAppError(error)) return error
  const where = file === null ? {} : { file }
  const code = codeOf(error)
  if (code.startsWith('SQLITE_NOTADB')) {
    return new AppError('format.unrecognized', { ...where, reason: 'not a SQLite database' }, { cause: error })
  }
  if (code.startsWith('SQLITE_CORRUPT')) {
    return new AppError('format.malformed', { ...where, reason: 'the SQLite database is damaged' }, { cause: error })
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new AppError('source.locked', where, { cause: error })
  }
  if (code.startsWith('SQLITE_READONLY')) return new AppError('source.read-only', where, { cause: error })
  if (code.startsWith('SQLITE_PERM') || code.startsWith('SQLITE_AUTH')) {
    return new AppError('source.denied', where, { cause: error })
  }
  if (code.startsWith('SQLITE_CANTOPEN')) return new AppError('source.not-found', where, { cause: error })
  if (code.startsWith('SQLITE_CONSTRAINT')) {
    return new AppError('format.malformed', { ...where, reason: 'a row breaks a rule of its table' }, { cause: error })
  }
  if (code.startsWith('SQLITE_TOOBIG')) {
    return new AppError('format.malformed', { ...where, reason: 'a value is too large' }, { cause: error })
  }
  if (code === 'SQLITE_ERROR') {
    const reason = 'the tables are not as their format says'
    return new AppError('format.malformed', { ...where, reason }, { cause: error })
  }
  return new AppError('internal', { reason: code === '' ? 'the database failed' : code }, { cause: error })
}

function codeOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : ''
}
