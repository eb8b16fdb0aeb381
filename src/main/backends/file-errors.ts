import { AppError, isAppError } from '../domain/errors.ts'

/** The `AppError` for a failed file operation; an `AppError` is given back as it is. */
export function fromFileError(error: unknown, file: string, action: 'read' | 'write' = 'read'): AppError {
  if (isAppError(error)) return error
  const cause = { cause: error }
  switch (fileErrorCode(error)) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ENAMETOOLONG':
      return new AppError('source.not-found', { file }, cause)
    case 'EACCES':
    case 'EPERM':
      return new AppError('source.denied', { file, action }, cause)
    case 'EEXIST':
      return new AppError('source.exists', { file }, cause)
    case 'EROFS':
      return new AppError('source.read-only', { file }, cause)
    // Windows answers EBUSY for a file that another program opened without sharing it.
    case 'EBUSY':
    case 'ETXTBSY':
      return new AppError('source.locked', { file }, cause)
    case 'EISDIR':
      return new AppError('format.unrecognized', { file, reason: 'it is a folder' }, cause)
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('source.unreachable', { file, reason: 'the disk is full' }, cause)
    case 'EIO':
    case 'ESTALE':
    case 'ETIMEDOUT':
      return new AppError('source.unreachable', { file, reason: 'the disk or network drive does not answer' }, cause)
    default:
      return new AppError('internal', { reason: 'a file operation failed' }, cause)
  }
}

/** `ENOENT` and its like, '' when the error is of another kind. */
export function fileErrorCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : ''
}
