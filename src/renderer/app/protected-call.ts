import { errorOf } from '../api/errors.ts'
import { openDialog } from './dialogs.ts'

/**
 * True when a call failed for want of a passphrase: the dialog that sets one up or unlocks is open then, and `retry`
 * runs once that is done. Any other failure is the caller's to show.
 */
export function askedForPassphrase(error: unknown, retry: () => void): boolean {
  return askedForPassphraseBy(errorOf(error).code, retry)
}

/** The same for the code of one item's error. */
export function askedForPassphraseBy(code: string, retry: () => void): boolean {
  if (code === 'protection.required') openDialog('protection', { mode: 'setup', onReady: retry })
  else if (code === 'protection.locked') openDialog('protection', { mode: 'unlock', onReady: retry })
  else return false
  return true
}
