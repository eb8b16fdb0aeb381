import { authKeyFrom, authKeyOver } from '../domain/key-id.ts'
import type { Problem } from '../domain/problem.ts'
import type { Secret } from '../domain/secret.ts'

export interface KeyPlace {
  /** Where there is a key for each of several data centres. */
  readonly dcId?: number
  /** What a person would restore from a backup; a file unless said otherwise. */
  readonly holder?: 'file' | 'files' | 'session' | 'database'
  /** The sentence for a place without a key. Absent where that is no problem, or where the caller tells more of it. */
  readonly noKey?: string
  /** The bytes were made for this key alone: they are taken without a copy. */
  readonly isOwn?: boolean
}

/** A stored auth key. Null where there is none and where what is there is damaged, with that named as a problem. */
export function storedKeyFrom(bytes: Uint8Array | null, problems: Problem[], place: KeyPlace = {}): Secret | null {
  const key = place.isOwn ? authKeyOver(bytes) : authKeyFrom(bytes)
  if (key === 'damaged') {
    problems.push(damagedKeyProblem(bytes, place))
    return null
  }
  if (key === null && place.noKey !== undefined) problems.push({ code: 'session.no-key', message: place.noKey })
  return key
}

export function damagedKeyProblem(bytes: Uint8Array | null, { dcId, holder = 'file' }: KeyPlace = {}): Problem {
  const owner = dcId === undefined ? '' : ` of DC ${dcId}`
  return {
    code: 'session.damaged-key',
    message: `The auth key${owner} has ${bytes?.byteLength ?? 0} bytes instead of 256 and is of no use. Restore the ${holder} from a backup, or log in again.`,
  }
}

/** A document holds a number or a list, say, where the key should be. */
export const NO_BYTES_FOR_KEY: Problem = {
  code: 'session.damaged-key',
  message: 'What stands in place of the auth key is no key. Restore the database from a backup, or log in again.',
}

/**
 * The auth key of a decoded string, over its bytes. Null for zeros, with that named as a problem.
 * @param bytes 256
 * @param meaning what zeros mean for such a string, where that is known
 */
export function stringKeyFrom(bytes: Uint8Array, problems: Problem[], meaning?: string): Secret | null {
  const key = authKeyOver(bytes)
  if (key !== null && key !== 'damaged') return key
  const more = meaning === undefined ? '.' : `: ${meaning}.`
  problems.push({
    code: 'session.no-key',
    message: `The string holds 256 zero bytes where the key should be${more}`,
  })
  return null
}
