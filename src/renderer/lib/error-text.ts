import { errorText as wordsFor } from '../../shared/error-texts.ts'
import { errorOf } from '../api/errors.ts'

export interface ErrorText {
  /** A few words: "File in use". */
  title: string
  /** What went wrong, a whole sentence. */
  message: string
  /** What to do about it, a whole sentence or nothing. */
  action: string
}

/** What went wrong and what to do about it, whatever a call threw. */
export function errorText(error: unknown): ErrorText {
  const coded = errorOf(error)
  if (coded.code === 'internal' && coded.details.reason === 'connection') {
    return {
      title: 'Not connected',
      message: 'Session Deck did not answer.',
      action: 'It is connected again by itself when it is there; then try again.',
    }
  }
  const { title, cause, action } = wordsFor(coded)
  return { title, message: cause, action }
}
