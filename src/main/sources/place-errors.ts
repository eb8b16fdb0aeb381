import { isAbsolute, join } from 'node:path'
import { errorDetails } from '../../shared/error-codes.ts'
import { AppError, isAppError } from '../domain/errors.ts'

/** A failure of a format, with the file or folder it is about: formats know no paths, or those within a folder. */
export function inPlace(error: unknown, path: string): unknown {
  if (!isAppError(error) || !('file' in errorDetails[error.code].shape)) return error
  const details: object = error.details
  const file = 'file' in details && typeof details.file === 'string' ? details.file : undefined
  if (file !== undefined && (isAbsolute(file) || file.startsWith(path))) return error
  const named = { ...details, file: file ? join(path, file) : path }
  return new AppError(error.code, named as never, { cause: error })
}

export function isLockError(error: unknown): error is AppError<'passcode.required' | 'passcode.wrong'> {
  return isAppError(error, 'passcode.required') || isAppError(error, 'passcode.wrong')
}
