import { byteReader } from '../../bytes/reader.ts'
import { readTlString, TL_VECTOR, writeTlString } from '../../bytes/tl.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import { Secret } from '../../domain/secret.ts'
import type { Account } from '../../domain/session.ts'
import { MAX_USER_ID } from './string-parts.ts'

const USER_FLAGS = { bot: 1, usernames: 2, premium: 4 } as const

/** TL `future_salt`. */
const FUTURE_SALT = 0x0949d9dc
const FUTURE_SALT_BYTE_LENGTH = 20

/** Null: what `read` could not read. */
export function orNull<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/**
 * `current_user`: int 1 (version), int flags, long id, with flag 2 an int count and the usernames; empty after a log-out.
 * @throws AppError format.malformed
 */
export function readCurrentUser(bytes: Uint8Array): Account | null {
  if (bytes.byteLength === 0) return null
  const reader = byteReader(bytes)
  const version = reader.u32le()
  const flags = reader.u32le()
  const id = reader.i64le()
  if (version !== 1 || id < 1n || id > MAX_USER_ID) throw new AppError('format.malformed', { reason: 'no account' })
  const usernames: string[] = []
  if ((flags & USER_FLAGS.usernames) !== 0) {
    // Each takes four bytes at least: a count that lies ends at the end of the value.
    for (let left = reader.u32le(); left > 0; left -= 1) usernames.push(readTlString(reader).toLowerCase())
  }
  const [username, ...more] = usernames.filter((name) => name !== '')
  return {
    id,
    isBot: (flags & USER_FLAGS.bot) !== 0,
    username: username ?? null,
    phone: null,
    ...(more.length === 0 ? {} : { extraUsernames: more }),
    isPremium: (flags & USER_FLAGS.premium) !== 0,
  }
}

export function currentUser(account: Account & { readonly isBot: boolean }): Uint8Array {
  const usernames = [...(account.username === null ? [] : [account.username]), ...(account.extraUsernames ?? [])]
  const flags =
    (account.isBot ? USER_FLAGS.bot : 0) |
    (usernames.length > 0 ? USER_FLAGS.usernames : 0) |
    (account.isPremium === true ? USER_FLAGS.premium : 0)
  const writer = byteWriter().u32le(1).u32le(flags).i64le(account.id)
  if (usernames.length > 0) writer.u32le(usernames.length)
  for (const username of usernames) writeTlString(writer, username)
  return writer.done()
}

/**
 * `salts:N`: a TL vector of future salts, each with the time it is valid in. A session has room for one: the one that
 * counts now, else the one that counted last.
 * @throws AppError format.malformed
 */
export function readSalt(bytes: Uint8Array, nowSeconds: number): Secret | null {
  const reader = byteReader(bytes)
  const isVector = reader.u32le() === TL_VECTOR
  const count = reader.u32le()
  if (!isVector || count * FUTURE_SALT_BYTE_LENGTH > reader.remaining) return null
  let best: { readonly until: number; readonly salt: Uint8Array } | null = null
  for (let index = 0; index < count; index += 1) {
    if (reader.u32le() !== FUTURE_SALT) return null
    const since = reader.i32le()
    const until = reader.i32le()
    const salt = reader.bytes(8)
    if (since <= nowSeconds && nowSeconds < until) return secretOf(salt)
    if (best === null || until > best.until) best = { until, salt }
  }
  return best === null ? null : secretOf(best.salt)
}

/** A salt without its times, given the half hour that servers make salts for. The server corrects one that is old. */
export function futureSalt(salt: Secret, nowSeconds: number): Uint8Array {
  const writer = byteWriter().u32le(TL_VECTOR).u32le(1).u32le(FUTURE_SALT)
  return writer
    .i32le(nowSeconds)
    .i32le(nowSeconds + 1800)
    .bytes(salt.open())
    .done()
}

function secretOf(salt: Uint8Array): Secret | null {
  return salt.every((byte) => byte === 0) ? null : new Secret(salt)
}

export function readInt(bytes: Uint8Array | undefined): number | null {
  return bytes?.byteLength === 4 ? byteReader(bytes).i32le() : null
}

export function int(value: number): Uint8Array {
  return byteWriter().i32le(value).done()
}
