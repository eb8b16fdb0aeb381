import { escapeGlob } from '../../bytes/glob.ts'

/** Hive prefix of the library where a program chose none. */
export const DEFAULT_HIVE = 'telethon:client'

/**
 * A key of the library, `hive:name:kind:last`. Nothing in it is escaped, so that hive and name cannot be told apart: they
 * are kept together as `base`.
 */
export interface RedisKey {
  readonly base: string
  readonly kind: 'sessions' | 'entities' | 'sent_files'
  readonly last: string
}

/** Null for a key of somebody else. Asked of every key that a scan finds. */
export function parseRedisKey(key: string): RedisKey | null {
  const end = key.lastIndexOf(':')
  const isSession = key.startsWith(':sessions', end - 9)
  if (isSession || key.startsWith(':entities', end - 9)) {
    const isOurs = isSession ? isDigits(key, end + 1, 5) : isDigits(key, end + (key[end + 1] === '-' ? 2 : 1), 19)
    if (isOurs) return found(key.slice(0, end - 9), isSession ? 'sessions' : 'entities', key.slice(end + 1))
  }
  // A digest can look like anything, also like a part of a key.
  const at = key.indexOf(':sent_files:')
  return at === -1 ? null : found(key.slice(0, at), 'sent_files', key.slice(at + ':sent_files:'.length))
}

/** Whether the rest of a text is so many digits at most. A pattern would need the rest as a text of its own. */
function isDigits(text: string, start: number, most: number): boolean {
  if (start >= text.length || text.length - start > most) return false
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index)
    if (code < DIGIT_0 || code > DIGIT_9) return false
  }
  return true
}

const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

function found(base: string, kind: RedisKey['kind'], last: string): RedisKey | null {
  const colon = base.indexOf(':', 1)
  return colon === -1 || colon === base.length - 1 || last === '' ? null : { base, kind, last }
}

/** Hive prefix and name as a person sees them: the usual hive where the base begins so, else all but its last part. */
export function placeOfBase(base: string): { readonly prefix: string; readonly name: string } {
  const usual = `${DEFAULT_HIVE}:`
  const at = base.startsWith(usual) && base.length > usual.length ? usual.length - 1 : base.lastIndexOf(':')
  return { prefix: base.slice(0, at), name: base.slice(at + 1) }
}

export function baseFor(prefix: string, name: string): string {
  const hive = prefix.replace(/:+$/, '')
  // The library looks for its keys by patterns that it does not escape, and splits nothing: such names it mixes up.
  return `${hive === '' ? DEFAULT_HIVE : hive}:${name.replaceAll(/[*?[\]\\^:\p{Cc}]/gu, '_')}`
}

/** The keys of all kinds; foreign ones among them are told by {@link parseRedisKey}. */
const KINDS = '[se]*s:*'

export const EVERY_KEY = `*:${KINDS}`

export function keysUnder(prefix: string): string {
  return `${escapeGlob(prefix)}:*:${KINDS}`
}

export function keysOf(base: string, kind: RedisKey['kind'] | null): string {
  return `${escapeGlob(base)}:${kind === null ? KINDS : `${kind}:*`}`
}

const UNPRINTABLE = /[%\p{Cc}\p{Zl}\p{Zp}]/u

/** A base as the key of a session: what is not printable is spelled out. */
export function keyOfBase(base: string): string {
  if (!UNPRINTABLE.test(base)) return base
  return base.replaceAll(/[%\p{Cc}\p{Zl}\p{Zp}]/gu, (character) => encodeURIComponent(character))
}

/** Null for what is no key of a session. */
export function baseOfKey(key: string): string | null {
  try {
    const base = key.includes('%') ? decodeURIComponent(key) : key
    return base.includes(':') ? base : null
  } catch {
    return null
  }
}
