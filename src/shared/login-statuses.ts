/**
 * What Telegram says about a login. Both sides know the words; which answer becomes which status is decided in
 * `main/telegram/classify.ts` alone.
 */
export const loginStatuses = [
  'alive',
  'frozen',
  'logged-out',
  'revoked',
  'expired',
  'duplicated',
  'account-deleted',
  'account-banned',
  'key-invalid',
  'key-unknown',
  'temporary-key',
  'password-pending',
  'rate-limited',
  'wrong-dc',
  'app-rejected',
  'app-outdated',
  'server-error',
  'network',
  'unknown',
] as const
export type LoginStatus = (typeof loginStatuses)[number]

interface StatusWords {
  /** For a badge: "Signed in". */
  readonly label: string
  /** The same where room is short: up to 16 letters. */
  readonly short: string
  /** A whole sentence about what it means. */
  readonly meaning: string
  /** What can be done about it, '' for nothing. */
  readonly action: string
  readonly tone: 'good' | 'bad' | 'warn' | 'neutral'
}

export const loginStatusWords: Readonly<Record<LoginStatus, StatusWords>> = {
  alive: { label: 'Signed in', short: 'Signed in', meaning: 'Telegram accepts this login.', action: '', tone: 'good' },
  frozen: {
    label: 'Account frozen',
    short: 'Frozen',
    meaning: 'The login works, but Telegram has frozen the account.',
    action: 'Keep the session: freezing can be appealed in an official app.',
    tone: 'warn',
  },
  'logged-out': {
    label: 'Signed out',
    short: 'Signed out',
    meaning: 'This login has ended: somebody or some program signed out with it.',
    action: 'Delete the session, or sign in again.',
    tone: 'bad',
  },
  revoked: {
    label: 'Ended from another device',
    short: 'Ended elsewhere',
    meaning: 'This login was ended from another device of the account.',
    action: 'Delete the session, or sign in again.',
    tone: 'bad',
  },
  expired: {
    label: 'Expired from disuse',
    short: 'Expired',
    meaning: 'Telegram ended this login because nobody used it for long.',
    action: 'Delete the session, or sign in again.',
    tone: 'bad',
  },
  duplicated: {
    label: 'Killed: key used in two places',
    short: 'Killed',
    meaning: 'Telegram ended this login because its key was used over two connections at once. It cannot be restored.',
    action: 'Delete every copy of it, then sign in again, once for each program.',
    tone: 'bad',
  },
  'account-deleted': {
    label: 'Account deleted',
    short: 'Account deleted',
    meaning: 'The account behind this login was deleted.',
    action: 'Delete the session.',
    tone: 'bad',
  },
  'account-banned': {
    label: 'Account banned',
    short: 'Account banned',
    meaning: 'Telegram has banned the account behind this login.',
    action: 'Keep the session: bans are lifted now and then.',
    tone: 'bad',
  },
  'key-invalid': {
    label: 'Key refused',
    short: 'Key refused',
    meaning: 'Telegram refuses this auth key.',
    action: 'Look at the stored key, or delete the session.',
    tone: 'bad',
  },
  'key-unknown': {
    label: 'This data centre does not know the key',
    short: 'Key unknown',
    meaning: 'The data centre that was asked does not know this auth key.',
    action: 'If the file does not say for certain where the key belongs, try another data centre or the test network.',
    tone: 'bad',
  },
  'temporary-key': {
    label: 'Temporary key, not a login',
    short: 'Temporary key',
    meaning: 'This is a temporary key that a program made on the way. It is no login of its own.',
    action: 'Look for the session that the program keeps its permanent key in.',
    tone: 'bad',
  },
  'password-pending': {
    label: 'Login never finished',
    short: 'Never finished',
    meaning: 'The code was right, but the password of two-step verification was never given.',
    action: 'Finish signing in with the program that made it, or sign in anew.',
    tone: 'warn',
  },
  'rate-limited': {
    label: 'Telegram asks to wait',
    short: 'Asked to wait',
    meaning: 'Too many requests: Telegram asks to wait before the next one.',
    action: 'Check again after that.',
    tone: 'warn',
  },
  'wrong-dc': {
    label: 'Points at the wrong data centre',
    short: 'Wrong DC',
    meaning: 'The session names a data centre, and Telegram says that the account lives in another.',
    action: 'Restore the session from where it works. It is not followed there by itself.',
    tone: 'warn',
  },
  'app-rejected': {
    label: 'API id refused',
    short: 'API id refused',
    meaning: 'Telegram refuses the API id that is in the settings.',
    action: 'Check the API id and hash in the settings.',
    tone: 'warn',
  },
  'app-outdated': {
    label: 'Needs a newer Session Deck',
    short: 'App too old',
    meaning: 'Telegram no longer serves this version of Session Deck.',
    action: 'Update Session Deck.',
    tone: 'warn',
  },
  'server-error': {
    label: 'Telegram is having trouble',
    short: 'Server trouble',
    meaning: 'Telegram answered that something failed on its side.',
    action: 'Check again later.',
    tone: 'warn',
  },
  network: {
    label: 'Could not reach Telegram',
    short: 'Not reached',
    meaning: 'No answer came from Telegram.',
    action: 'Check the connection or the proxy, then check again.',
    tone: 'warn',
  },
  unknown: {
    label: 'Unexpected answer',
    short: 'Unexpected',
    meaning: 'Telegram answered something that Session Deck does not know.',
    action: 'Copy the answer and tell the makers of Session Deck.',
    tone: 'warn',
  },
}

const FINAL: ReadonlySet<LoginStatus> = new Set([
  'logged-out',
  'revoked',
  'expired',
  'duplicated',
  'account-deleted',
  'account-banned',
  'key-invalid',
  'key-unknown',
  'temporary-key',
])

/** The login is dead for good. Needs an answer of Telegram: silence never makes one. */
export function isFinalStatus(status: LoginStatus): boolean {
  return FINAL.has(status)
}

/** Telegram accepted the login, whatever it thinks of the account. */
export function isAliveStatus(status: LoginStatus): boolean {
  return status === 'alive' || status === 'frozen'
}

/** Of what is known about a login, the result that counts: a final one stands until Telegram says otherwise. */
export function shownLogin<T>(known: { readonly latest: T; readonly final: T | null }): T {
  return known.final ?? known.latest
}

const OVER: ReadonlySet<LoginStatus> = new Set(['logged-out', 'revoked', 'expired', 'duplicated', 'account-deleted'])

/** There is nothing left to log out. A ban may be lifted, and a key that one data centre does not know lie in another. */
export function isOverStatus(status: LoginStatus): boolean {
  return OVER.has(status)
}
