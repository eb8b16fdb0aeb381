import type { KeyValueReader } from '../media.ts'
import { rawKeysOf } from '../raw-keys.ts'
import type { RawPart } from '../raw-part.ts'
import { baseOfKey, keysOf, parseRedisKey, type RedisKey } from './redis-keys.ts'

const KINDS: readonly RedisKey['kind'][] = ['sessions', 'entities', 'sent_files']

/** Keys that were found a moment ago serve the next page: only a look at all names of the server finds them. */
const KEPT_MS = 10_000

interface Found {
  readonly base: string
  readonly untilMs: number
  readonly keys: Promise<ReadonlyMap<RedisKey['kind'], readonly string[]>>
}

const found = new WeakMap<KeyValueReader, Found>()

/** The keys of one session by what they are; null when there is none. Those of data centres hold its auth key. */
export async function redisRaw(reader: KeyValueReader, key: string): Promise<readonly RawPart[] | null> {
  const base = baseOfKey(key)
  if (base === null) return null
  const keys = await keysUnderBase(reader, base)
  if (keys.size === 0) return null
  return KINDS.flatMap((kind) => {
    const names = keys.get(kind)
    return names ? [rawKeysOf(reader, kind, names, () => kind === 'sessions')] : []
  })
}

function keysUnderBase(reader: KeyValueReader, base: string): Found['keys'] {
  const before = found.get(reader)
  if (before?.base === base && performance.now() < before.untilMs) return before.keys
  const keys = lookFor(reader, base)
  found.set(reader, { base, untilMs: performance.now() + KEPT_MS, keys })
  keys.catch(() => found.delete(reader))
  return keys
}

async function lookFor(reader: KeyValueReader, base: string): Found['keys'] {
  const names = new Map<RedisKey['kind'], string[]>()
  for await (const page of reader.scan(keysOf(base, null))) {
    for (const name of page) {
      const parsed = parseRedisKey(name)
      if (parsed?.base !== base) continue
      const same = names.get(parsed.kind)
      if (same) same.push(name)
      else names.set(parsed.kind, [name])
    }
  }
  for (const some of names.values()) some.sort()
  return names
}
