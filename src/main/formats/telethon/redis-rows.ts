import type { KeyValueReader } from '../media.ts'
import { askedInTurn, changedSince, REMEMBERED_MS } from './redis-index.ts'
import { EVERY_KEY, keysOf, parseRedisKey, type RedisKey } from './redis-keys.ts'

type RowKind = Exclude<RedisKey['kind'], 'sessions'>

/** More keys of rows than that are not kept in memory: some 20 MB. */
const MOST_ROWS = 200_000
const MOST_ROWS_EACH = 1000

interface Walked {
  readonly atMs: number
  /** Keys of entities and sent files, by the base of their session; null when there are too many. */
  readonly rows: ReadonlyMap<string, readonly string[]> | null
}

const walked = new WeakMap<KeyValueReader, Walked>()
const asked = askedInTurn()

/**
 * Keys of the rows of one session, by pages and in no order. The server walks over all its keys to find them; when it is
 * not the first session in some seconds, one walk serves those that are read next, too.
 */
export async function* rowKeys(reader: KeyValueReader, base: string, kind: RowKind): AsyncIterable<readonly string[]> {
  const known = await knownRows(reader, base)
  if (known !== null) {
    const keys = known.filter((key) => parseRedisKey(key)?.kind === kind)
    if (keys.length > 0) yield keys
    return
  }
  for await (const page of reader.scan(keysOf(base, kind))) {
    const keys = page.filter((key) => parseRedisKey(key)?.base === base)
    if (keys.length > 0) yield keys
  }
}

/** Null where they have to be looked for. */
async function knownRows(reader: KeyValueReader, base: string): Promise<readonly string[] | null> {
  const now = performance.now()
  let known = walked.get(reader)
  const isOneOfMany = asked.isOneOfMany(reader, base)
  if (known === undefined || now - known.atMs >= REMEMBERED_MS) {
    if (!isOneOfMany) return null
    known = { atMs: now, rows: await walk(reader) }
    walked.set(reader, known)
  }
  return changedSince(base, known.atMs) ? null : (known.rows?.get(base) ?? null)
}

async function walk(reader: KeyValueReader): Promise<Walked['rows']> {
  const rows = new Map<string, Set<string>>()
  const long = new Set<string>()
  let count = 0
  for await (const page of reader.scan(EVERY_KEY, undefined, { mayRepeat: true })) {
    for (const text of page) {
      const key = parseRedisKey(text)
      if (key === null || key.kind === 'sessions' || long.has(key.base)) continue
      let own = rows.get(key.base)
      if (own === undefined) rows.set(key.base, (own = new Set()))
      const before = own.size
      count += own.add(text).size - before
      if (own.size <= MOST_ROWS_EACH) continue
      long.add(key.base)
      rows.delete(key.base)
      count -= own.size
    }
    if (count > MOST_ROWS) return null
  }
  return new Map([...rows].map(([base, own]) => [base, [...own]]))
}
