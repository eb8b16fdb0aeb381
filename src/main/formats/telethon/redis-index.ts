import type { KeyValueReader } from '../media.ts'
import { EVERY_KEY, keysOf, keysUnder, parseRedisKey, placeOfBase } from './redis-keys.ts'

/** What the names of a session's keys tell. */
export interface RedisSessionKeys {
  readonly base: string
  readonly prefix: string
  readonly name: string
  readonly dcs: readonly string[]
  /** Without the row 0, which is no peer. Too many until the next look where the server moved its keys meanwhile. */
  readonly entities: number
  readonly hasSelf: boolean
  readonly sentFiles: number
}

interface Counting {
  readonly base: string
  readonly prefix: string
  readonly name: string
  dcs: string[]
  entities: number
  hasSelf: boolean
  sentFiles: number
}

/** Every session by its base; `prefix` null for all there are. Only names are kept, and of entities only how many. */
export async function sessionsUnder(
  reader: KeyValueReader,
  prefix: string | null,
  signal?: AbortSignal,
): Promise<Map<string, RedisSessionKeys>> {
  const found = await countKeys(reader, prefix === null ? EVERY_KEY : keysUnder(prefix), signal)
  for (const [base, one] of found) {
    if (one.dcs.length === 0 || (prefix !== null && one.prefix !== prefix)) found.delete(base)
  }
  return found
}

/**
 * One session; null when no key of it tells a data centre. The server walks over all its keys for that: when it is not the
 * first in some seconds, what the walk finds of the others is remembered for those that come next.
 */
export async function sessionKeys(reader: KeyValueReader, base: string): Promise<RedisSessionKeys | null> {
  const askedAtMs = performance.now()
  if (alone.isOneOfMany(reader, base) && recall(reader) === null) {
    const all = await sessionsUnder(reader, null)
    remember(reader, all, askedAtMs)
    return all.get(base) ?? null
  }
  const found = (await countKeys(reader, keysOf(base, null))).get(base)
  return found === undefined || found.dcs.length === 0 ? null : found
}

async function countKeys(
  reader: KeyValueReader,
  pattern: string,
  signal?: AbortSignal,
): Promise<Map<string, Counting>> {
  const sessions = new Map<string, Counting>()
  for await (const page of reader.scan(pattern, signal, { mayRepeat: true })) {
    for (const text of page) {
      const key = parseRedisKey(text)
      if (key === null) continue
      let session = sessions.get(key.base)
      if (session === undefined) {
        const { prefix, name } = placeOfBase(key.base)
        session = { base: key.base, prefix, name, dcs: [], entities: 0, hasSelf: false, sentFiles: 0 }
        sessions.set(key.base, session)
      }
      if (key.kind === 'sessions') addOnce(session.dcs, key.last)
      else if (key.kind === 'sent_files') session.sentFiles += 1
      else if (key.last === '0') session.hasSelf = true
      else session.entities += 1
    }
  }
  for (const { dcs } of sessions.values()) if (dcs.length > 1) dcs.sort((a, b) => Number(a) - Number(b))
  return sessions
}

function addOnce(list: string[], text: string): void {
  if (!list.includes(text)) list.push(text)
}

interface Remembered {
  readonly atMs: number
  readonly sessions: ReadonlyMap<string, RedisSessionKeys>
}

/**
 * A scan walks over every key of the server, whatever it looks for. What one found serves what is asked of the same
 * reader just after: the pages of each prefix, and sessions that are read one after another.
 */
const remembered = new WeakMap<KeyValueReader, Remembered>()
export const REMEMBERED_MS = 5000
/** Sessions that were changed through the app since, by their base. */
const changedAtMs = new Map<string, number>()

const alone = askedInTurn()

/** Tells whether another session was asked for some seconds ago. */
export function askedInTurn(): { isOneOfMany(reader: KeyValueReader, base: string): boolean } {
  const last = new WeakMap<KeyValueReader, { readonly base: string; readonly atMs: number }>()
  return {
    isOneOfMany(reader, base) {
      const before = last.get(reader)
      const atMs = performance.now()
      last.set(reader, { base, atMs })
      return before !== undefined && before.base !== base && atMs - before.atMs < REMEMBERED_MS
    },
  }
}

/** @param atMs what was changed through the app after it is not taken from here */
export function remember(
  reader: KeyValueReader,
  sessions: ReadonlyMap<string, RedisSessionKeys>,
  atMs = performance.now(),
): void {
  remembered.set(reader, { atMs, sessions })
}

export function recall(reader: KeyValueReader): ReadonlyMap<string, RedisSessionKeys> | null {
  const known = remembered.get(reader)
  return known !== undefined && performance.now() - known.atMs < REMEMBERED_MS ? known.sessions : null
}

/** One session as it was remembered, unless it was changed since. */
export function recallOne(reader: KeyValueReader, base: string): RedisSessionKeys | null {
  const known = remembered.get(reader)
  if (known === undefined || changedSince(base, known.atMs)) return null
  return recall(reader)?.get(base) ?? null
}

/** Whether it was changed through the app. @param atMs not longer ago than {@link REMEMBERED_MS} */
export function changedSince(base: string, atMs: number): boolean {
  return (changedAtMs.get(base) ?? Number.NEGATIVE_INFINITY) >= atMs
}

export function noteChange(base: string): void {
  const now = performance.now()
  for (const [other, atMs] of changedAtMs) {
    if (now - atMs < 2 * REMEMBERED_MS) break
    changedAtMs.delete(other)
  }
  changedAtMs.delete(base)
  changedAtMs.set(base, now)
}
