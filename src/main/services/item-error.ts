import { codedError } from '../../shared/coded-error.ts'
import { errorSentence } from '../../shared/error-texts.ts'
import { isAppError } from '../domain/errors.ts'
import type { Log } from '../ports.ts'
import { traceOf } from './trace.ts'

/** What one item of a job answers when it fails: its code and a whole sentence. Unexpected failures go to the log. */
export function itemError(error: unknown, log: Log): { code: string; message: string } {
  if (!isAppError(error)) log.error('an item failed', traceOf(error))
  const coded = isAppError(error) ? codedError(error.code, error.details) : codedError('internal', {})
  return { code: coded.code, message: errorSentence(coded) }
}
