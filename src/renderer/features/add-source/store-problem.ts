import { errorOf } from '../../api/errors.ts'
import { errorText } from '../../lib/error-text.ts'
import type { FieldName, StoreFields } from './store-fields.ts'

export interface StoreProblem {
  /** What went wrong, a whole sentence. */
  readonly message: string
  /** What to do about it. */
  readonly action: string
  /** The field it has to do with, marked. */
  readonly field: FieldName | null
}

/** The same in a word or two, below the field. */
export const FIELD_WORDS: Readonly<Partial<Record<FieldName, string>>> = {
  hosts: 'Not reached',
  database: 'Not there',
  user: 'May not read',
  password: 'Refused',
  tls: 'Does not fit',
}

type Form = Pick<StoreFields, 'kind' | 'tls'> & { readonly hasPassword: boolean }

/** A failed connection in words: what failed, and which field to look at. */
export function storeProblem(error: unknown, form: Form): StoreProblem {
  const coded = errorOf(error)
  const { message: words, action } = errorText(error)
  const message = words.replace(/^The place /, 'The server ')
  if (coded.code === 'source.unreachable') return { message, ...adviceFor(coded.details.reason ?? '', form) }
  if (coded.code === 'request.invalid') {
    return { message, action, field: coded.details.field === 'password' ? 'password' : null }
  }
  return refusals(form)[coded.code] ?? { message, action, field: null }
}

function adviceFor(reason: string, { tls }: Form): Omit<StoreProblem, 'message'> {
  if (!/tls|certificate|encrypt/i.test(reason)) {
    const action = 'Check host and port, that the server runs, and that this machine may reach it.'
    return { action, field: 'hosts' }
  }
  const action =
    /certificate/i.test(reason) && tls === 'verify'
      ? 'Give the authority that signed it, or the name that is in it as the host.'
      : 'Choose another setting under Encryption.'
  return { action, field: 'tls' }
}

function refusals({ kind, hasPassword }: Form): Readonly<Record<string, StoreProblem>> {
  return {
    'source.login-failed':
      kind === 'libsql'
        ? { message: 'The server refused the auth token.', action: 'Paste it again.', field: 'password' }
        : {
            message: hasPassword
              ? 'The server refused the user name or password.'
              : 'The server lets nobody in without a password.',
            action: hasPassword ? 'Correct them; upper and lower case count.' : 'Give the one your bots use.',
            field: 'password',
          },
    'source.not-found': {
      message: 'The server has no such database.',
      action: 'Correct its name.',
      field: 'database',
    },
    'source.denied': {
      message: 'The login is right, but this user may not read what is there.',
      action: 'Grant it the right to read, or use another user.',
      field: 'user',
    },
    'request.expired': {
      message: 'The password from the connection string was forgotten: a quarter of an hour has passed.',
      action: 'Paste it again, or type the password.',
      field: 'password',
    },
  }
}
