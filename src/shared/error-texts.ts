import type { ErrorCode, ErrorDetails } from './error-codes.ts'
import { loginStatuses, loginStatusWords } from './login-statuses.ts'

/** A failure in words for the window and the command line. `cause` and `action` are whole sentences; `action` may be ''. */
export interface ErrorText {
  /** A few words: "File in use". */
  readonly title: string
  /** What went wrong, with the file where one is known. */
  readonly cause: string
  /** What the person can do about it. */
  readonly action: string
}

/** Any code with its details, as it crosses from the main process. */
export type CodedError = { [C in ErrorCode]: { readonly code: C; readonly details: ErrorDetails<C> } }[ErrorCode]

/** The sentences for a failure. Exhaustive: a new code does not compile until it has its words. */
export function errorText(error: CodedError): ErrorText {
  switch (error.code) {
    case 'format.unrecognized':
      if (error.details.kind) {
        return {
          title: 'Not supported',
          cause: because(
            `${named(error.details.file, 'This')} is ${error.details.kind}`,
            error.details.reason ?? 'this version of Session Deck does not read it yet',
          ),
          action: 'Save it with a newer release of its library, or look for an update of Session Deck.',
        }
      }
      return {
        title: 'Not a session',
        cause: because(
          `${named(error.details.file, 'This')} is not a session of any kind known here`,
          error.details.reason,
        ),
        action: error.details.file ? 'Check that it is the right file.' : 'Check that the whole string is there.',
      }
    case 'format.malformed':
      return {
        title: 'Damaged session',
        cause: because(
          `${named(error.details.file, 'This')} looks like ${error.details.format ? `a ${formatName(error.details.format)} session` : 'a session'} but cannot be read`,
          error.details.reason,
        ),
        action: 'Copy it again from where it works, or restore it from a backup.',
      }
    case 'format.unsupported-version':
      return {
        title: 'Unknown version',
        cause: `${named(error.details.file, 'This')} is a ${formatName(error.details.format)} session of version ${error.details.found}; versions ${error.details.known} are known.`,
        action: 'Update Session Deck, or let an older release of the library save it again.',
      }
    case 'format.missing-field':
      return {
        title: 'A value is missing',
        cause: `${formatName(error.details.format)} cannot be written without ${fieldName(error.details.field)}, and the session does not hold it.`,
        action: 'Fill it in and try again, or choose another format.',
      }
    case 'format.not-writable':
      return {
        title: 'Cannot be written',
        cause: because(`This session cannot be written as ${formatName(error.details.format)}`, error.details.reason),
        action: 'Choose another format.',
      }
    case 'passcode.required':
      return {
        title: 'Passcode needed',
        cause: `${named(error.details.file, 'This')} is protected by a passcode.`,
        action: 'Enter its passcode.',
      }
    case 'passcode.wrong':
      return {
        title: error.details.file ? 'Wrong passcode' : 'Wrong passphrase',
        cause: error.details.file
          ? `This is not the passcode of ${quoted(error.details.file)}.`
          : 'This is not the right passphrase.',
        action: 'Check upper and lower case and the keyboard layout, then try again.',
      }
    case 'protection.required':
      return {
        title: 'No passphrase yet',
        cause: 'What Session Deck keeps for you is encrypted, and no passphrase is set yet.',
        action: 'Choose a passphrase first.',
      }
    case 'protection.locked':
      return { title: 'Locked', cause: 'Session Deck is locked.', action: 'Unlock it and try again.' }
    case 'source.not-found':
      return {
        title: 'Not found',
        cause: `${named(error.details.file, 'The file or folder')} is not there.`,
        action: 'Check the spelling, and whether it was moved, renamed or is on a drive that is not connected.',
      }
    case 'source.exists':
      if (error.details.overlap) return overlapText(error.details.overlap, named(error.details.file, 'Another place'))
      return {
        title: 'Already there',
        cause: `${named(error.details.file, 'This')} is there already.`,
        action: 'Choose another name or place, or allow it to be replaced.',
      }
    case 'source.denied':
      return {
        title: 'No permission',
        cause: `The system does not let Session Deck ${error.details.action ?? 'read'} ${named(error.details.file, 'this place')}.`,
        action: 'Change its permissions, or run Session Deck as the user it belongs to.',
      }
    case 'source.read-only':
      if (error.details.guarded) {
        return {
          title: 'Writing is off',
          cause: `${named(error.details.file, 'This source')} is only read: writing is not allowed there.`,
          action: 'Allow writing for this source first, if its bots can bear it.',
        }
      }
      return {
        title: 'Read only',
        cause: `${named(error.details.file, 'This place')} cannot be written to.`,
        action: 'Choose another place.',
      }
    case 'source.locked':
      return {
        title: 'In use',
        cause: `${named(error.details.file, 'The file')} is being written by another program right now.`,
        action: 'Wait a moment or stop that program, then try again.',
      }
    case 'source.changed':
      return {
        title: 'Changed meanwhile',
        cause: `${named(error.details.file, 'The file')} was changed by another program in the meantime; nothing was written.`,
        action: 'Look at it again, then repeat the action.',
      }
    case 'source.too-large':
      return {
        title: 'Too large',
        cause: `${named(error.details.file, 'The file')} is larger than any session${error.details.limit ? ` (the limit is ${error.details.limit})` : ''}; it was not read.`,
        action: 'Check that it is the right file.',
      }
    case 'source.unreachable':
      return {
        title: 'Cannot be reached',
        cause: because(`${named(error.details.file, 'The place')} cannot be reached`, error.details.reason),
        action: 'Check the drive, the server or the network, then try again.',
      }
    case 'source.login-failed':
      return {
        title: 'Login refused',
        cause: `${named(error.details.file, 'The server')} refused the user name or password.`,
        action: 'Correct them and try again.',
      }
    case 'source.module-failed':
      return {
        title: 'Its module does not work',
        cause: because('The module that reaches this source cannot be used', error.details.reason),
        action: 'Look at it under “Your own stores” in the settings.',
      }
    case 'session.not-found':
      return {
        title: 'Session gone',
        cause: error.details.file
          ? `There is no session in ${quoted(error.details.file)} any more.`
          : 'This session is not there any more.',
        action: 'Scan its source again.',
      }
    case 'session.duplicate':
      return {
        title: 'Known already',
        cause: error.details.name
          ? `The same login is there already as ${quoted(error.details.name)}.`
          : 'The same login is there already.',
        action: 'Keep one of them: two programs must not use one login at the same time.',
      }
    case 'session.no-key':
      return {
        title: 'Not logged in',
        cause: `${named(error.details.file, 'This session')} holds no key, so it is no login.`,
        action: 'Log in with the program that made it, then try again.',
      }
    case 'session.other-server':
      return {
        title: 'Made for another server',
        cause:
          error.details.made === 'telegram'
            ? `This key was made by Telegram: no mtpylon server knows it, so it is not written as ${formatName(error.details.format)}.`
            : `This key was made for an mtpylon server: Telegram does not know it, so it is not written as ${formatName(error.details.format)}.`,
        action: 'Choose a format for the same server, or a Session Deck file.',
      }
    case 'telegram.unauthorized':
      return {
        title: 'Logged out',
        cause: endedBecause(error.details.status),
        action: 'Sign in again: with the program that uses it, or here with “New session”.',
      }
    case 'telegram.unreachable':
      return {
        title: 'Telegram cannot be reached',
        cause: because('Telegram did not answer', error.details.reason),
        action: 'Check the network connection, then try again.',
      }
    case 'telegram.wait':
      if (error.details.cause === 'way-out') {
        return {
          title: 'Wait before another way out',
          cause: 'The key was used over another way out just now. Telegram may end a login whose address jumps.',
          action: `Try again in ${duration(error.details.seconds)}.`,
        }
      }
      return {
        title: 'Telegram asks to wait',
        cause: `Telegram asks to wait ${duration(error.details.seconds)} before the next try.`,
        action: 'Try again after that.',
      }
    case 'telegram.no-app':
      return {
        title: 'API id needed',
        cause: 'Telegram is only asked under an API id and hash of your own, and none is in the settings.',
        action: 'Get them at my.telegram.org, then enter them in the settings under “Telegram”.',
      }
    case 'telegram.app-refused':
      return error.details.cause === 'outdated'
        ? {
            title: 'Session Deck is too old',
            cause: 'Telegram no longer serves this version of Session Deck.',
            action: 'Update Session Deck.',
          }
        : {
            title: 'API id refused',
            cause: 'Telegram refuses the API id that is in the settings.',
            action: 'Compare the API id and hash in the settings with those at my.telegram.org.',
          }
    case 'telegram.too-fresh':
      return {
        title: 'Too early',
        cause: `Telegram lets a login end others 24 hours after it was made: this one from ${moment(error.details.until)}.`,
        action: 'Use an older session of the account, or wait.',
      }
    case 'telegram.in-use':
      return {
        title: 'In use',
        cause: 'A program has this session open. Telegram may end a login that it sees in two places at once.',
        action: 'Stop that program first, or go on all the same.',
      }
    case 'telegram.key-busy':
      return {
        title: 'In use',
        cause: 'Another call to Telegram is under way with this key. Two at once would make Telegram kill the login.',
        action: 'Wait until it has ended, then try again.',
      }
    case 'telegram.refused':
      return {
        title: 'Refused by Telegram',
        cause: `Telegram answered “${error.details.evidence}”.`,
        // Codes from 500 on tell of trouble on its own side; some have a minus.
        action: /^-?5\d\d\b/.test(error.details.evidence) ? 'That is trouble of its own: try again later.' : '',
      }
    case 'request.invalid':
      return {
        title: 'Not accepted',
        cause: because(
          error.details.field
            ? `The value for ${fieldName(error.details.field)} was not accepted`
            : 'This was not accepted',
          error.details.reason,
        ),
        action: 'Correct it and try again.',
      }
    case 'request.confirmation':
      return {
        title: 'Confirmation needed',
        cause: 'This has to be confirmed first.',
        action: 'Confirm it and try again.',
      }
    case 'request.expired':
      return {
        title: 'Too much time passed',
        cause: 'What was staged here was forgotten after a while, to keep secrets in memory no longer than needed.',
        action: 'Start again.',
      }
    case 'request.unsupported':
      return {
        title: 'Not possible here',
        cause: because('This is not possible here', error.details.reason),
        action: '',
      }
    case 'internal':
      return {
        title: 'Something went wrong',
        cause: because('Session Deck made a mistake', error.details.reason),
        action: 'Try again. If it happens again, the log in the data folder tells more.',
      }
  }
}

function overlapText(overlap: 'same' | 'inside' | 'around', source: string): ErrorText {
  const title = 'A source already'
  switch (overlap) {
    case 'same':
      return { title, cause: `${source} is a source already.`, action: 'Its sessions are in the list.' }
    case 'inside':
      return {
        title,
        cause: `This lies inside ${source}, which is a source already.`,
        action: 'Its sessions are in the list, under that source.',
      }
    case 'around':
      return {
        title,
        cause: `${source}, which is a source already, lies inside this folder: its sessions would be shown twice.`,
        action: 'Remove that source first, then add this folder.',
      }
  }
}

/** Cause and action in one text, as items of a job and problems of a session carry it. */
export function errorSentence(error: CodedError): string {
  const { cause, action } = errorText(error)
  return action === '' ? cause : `${cause} ${action}`
}

const MAX_NAME_CHARS = 120
/** Control characters, line and paragraph separators, and marks that turn the direction of the text around. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\u200b\u2060\ufeff]/gu

/** A name given by somebody else, fit for a sentence: one line, one direction, not endless. */
export function quoted(name: string): string {
  const plain = name.replace(UNSAFE, '\ufffd')
  const characters = Array.from(plain)
  if (characters.length <= MAX_NAME_CHARS) return `“${plain}”`
  const half = MAX_NAME_CHARS / 2 - 1
  return `“${characters.slice(0, half).join('')}…${characters.slice(-half).join('')}”`
}

function named(file: string | undefined, otherwise: string): string {
  return file === undefined || file === '' ? otherwise : quoted(file)
}

function because(sentence: string, reason: string | undefined): string {
  return reason === undefined || reason === '' ? `${sentence}.` : `${sentence}: ${reason.replace(/\.$/, '')}.`
}

const WORDS: Readonly<Record<string, string>> = {
  sqlite: 'SQLite',
  json: 'JSON',
  tl: 'TL',
  deck: 'Session Deck',
  tdesktop: 'Telegram Desktop',
  tdlib: 'TDLib',
  gramjs: 'GramJS',
  mtkruto: 'MTKruto',
  wtelegram: 'WTelegramClient',
  'telethon-v2': 'Telethon 2',
  // Written small by those who make them.
  mtcute: 'mtcute',
  gotd: 'gotd',
  gogram: 'gogram',
  ferogram: 'ferogram',
  grammers: 'grammers',
  mtpylon: 'mtpylon',
  zagram: 'zagram',
}

/** "telethon.string" as "Telethon string"; a name that is none of ours stays as it is. */
function formatName(id: string): string {
  if (!/^[a-z0-9-]+\.[a-z0-9-]+$/.test(id)) return id
  const [library = '', shape = ''] = id.split('.')
  return `${WORDS[library] ?? library.charAt(0).toUpperCase() + library.slice(1)} ${WORDS[shape] ?? shape}`
}

/** "api-id" as "the api id". */
function fieldName(field: string): string {
  return `the ${field.replaceAll('-', ' ')}`
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`
}

function endedBecause(status: string | undefined): string {
  const known = loginStatuses.find((one) => one === status)
  return known === undefined ? 'Telegram no longer accepts this login.' : loginStatusWords[known].meaning
}

/** A time as a person reads it, in the zone of the one who reads. */
function moment(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toLocaleString(undefined, { dateStyle: 'medium', timeStyle: 'short' })
}
