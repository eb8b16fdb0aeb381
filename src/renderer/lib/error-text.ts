import { errorOf } from '../api/errors.ts'

export interface ErrorText {
  /** What went wrong, a whole sentence. */
  message: string
  /** What to do about it, a whole sentence or nothing. */
  action: string
}

/** What went wrong and what to do about it, whatever a call threw. */
export function errorText(error: unknown): ErrorText {
  const { code } = errorOf(error)
  return { message: `That did not work (${code}).`, action: '' }
}
