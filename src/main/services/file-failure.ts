import { AppError } from '../domain/errors.ts'

/** The system's refusal as one of ours; anything unknown stays as it is. */
export function fileFailure(error: unknown, file: string, action: 'read' | 'write'): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code ?? ''
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return new AppError('source.not-found', { file }, { cause: error })
    case 'EACCES':
    case 'EPERM':
      return new AppError('source.denied', { file, action }, { cause: error })
    case 'EROFS':
      return new AppError('source.read-only', { file }, { cause: error })
    case 'EEXIST':
    case 'EISDIR':
      return new AppError('source.exists', { file }, { cause: error })
    case 'EBUSY':
    case 'ETXTBSY':
      return new AppError('source.locked', { file }, { cause: error })
    case 'ENOSPC':
    case 'EDQUOT':
      return new AppError('source.unreachable', { file, reason: 'the disk is full' }, { cause: error })
    case 'EIO':
    case 'ESTALE':
    case 'ENXIO':
    case 'ETIMEDOUT':
      return new AppError('source.unreachable', { file }, { cause: error })
    case 'ENAMETOOLONG':
      return new AppError('request.invalid', { field: 'path', reason: 'the name is too long' }, { cause: error })
    case 'ELOOP':
      return new AppError('source.unreachable', { file, reason: 'its links lead in a circle' }, { cause: error })
    default:
      return error
  }
}
