import type { Field } from '../../domain/session.ts'
import type { KeyValueFormat, StoredSession, StorePlace, Variant } from '../format.ts'
import { ipv6Option } from '../write-options.ts'
import { recall, recallOne, type RedisSessionKeys, remember, sessionKeys, sessionsUnder } from './redis-index.ts'
import { baseFor, baseOfKey, DEFAULT_HIVE, keyOfBase } from './redis-keys.ts'
import { redisPeers } from './redis-peers.ts'
import { redisRaw } from './redis-raw.ts'
import { readRedisSessions, REDIS_ID } from './redis-read.ts'
import { removeRedisSession, writeRedisSession } from './redis-write.ts'

const PAGE_SESSIONS = 200

const fields: readonly Field[] = [
  'dc',
  'address',
  'test-mode',
  'auth-key',
  'user-id',
  'peers',
  'peer-names',
  'peer-usernames',
  'peer-phones',
]

function variant(id: string, label: string, carries: readonly Field[]): Variant {
  const requires = ['auth-key', 'dc', 'address'] as const
  return { id, label, library: 'telethon', carries: new Set(carries), requires, writable: true }
}

/**
 * Upstream: `teleredis` of telethon-session-redis, 0.1.0 to 0.1.3. All values are strings; nothing in a key is escaped.
 *
 * | key | value: an object as JSON (indented or not) or as a Python pickle |
 * |---|---|
 * | hive:name:sessions:dc | dc_id, server_address, port, auth_key (base64, '' for none) |
 * | hive:name:entities:id | id (marked; 0 names the account in its hash), hash, username, phone, name |
 * | hive:name:sent_files:digest | md5_digest, file_size, type, id, hash |
 *
 * With time stamps on, `ts_ts` (seconds) and `ts_str` stand behind each. Update states are kept nowhere. A data centre
 * that was left keeps its key, and the library loads any of them.
 */
export const telethonRedis: KeyValueFormat = {
  id: REDIS_ID,
  library: 'telethon',
  label: 'Telethon Redis store',
  help: 'Keys of telethon-session-redis: many Telethon sessions in one Redis server, each under a prefix and its name.',
  medium: 'keyvalue',
  variants: [
    variant('json', 'JSON', fields),
    variant('json-stamped', 'JSON with time stamps', [...fields, 'peer-dates', 'saved-at']),
    variant('pickle', 'Python pickle', [...fields, 'sent-files']),
  ],
  defaultVariant: 'json',
  options: [ipv6Option],
  detection: 'Names of its keys, and the members of the objects in them.',
  async survey(reader, signal) {
    const sessions = await sessionsUnder(reader, null, signal)
    remember(reader, sessions)
    const places = new Map<string, number>()
    for (const { prefix } of sessions.values()) {
      places.set(prefix, (places.get(prefix) ?? 0) + 1)
    }
    return [...places]
      .map(([prefix, count]): StorePlace => ({ prefix, sessions: count }))
      .toSorted((a, b) => (a.prefix < b.prefix ? -1 : 1))
  },
  async *pages(reader, prefix, signal) {
    const known = recall(reader)
    const sessions = known ?? (await sessionsUnder(reader, prefix, signal))
    const found = [...sessions.values()].filter((one) => one.prefix === prefix)
    const read = (start: number): Promise<readonly StoredSession[]> => {
      const page = readRedisSessions(reader, found.slice(start, start + PAGE_SESSIONS))
      // Whoever stops listening before it comes misses nothing.
      page.catch(() => {})
      return page
    }
    // The server works at the next page while this one is understood.
    let next = read(0)
    for (let start = 0; start < found.length; start += PAGE_SESSIONS) {
      signal.throwIfAborted()
      const page = await next
      if (start + PAGE_SESSIONS < found.length) next = read(start + PAGE_SESSIONS)
      if (page.length > 0) yield page
    }
  },
  async read(reader, key) {
    const base = baseOfKey(key)
    if (base === null) return null
    const found: RedisSessionKeys | null = recallOne(reader, base) ?? (await sessionKeys(reader, base))
    return found === null ? null : ((await readRedisSessions(reader, [found]))[0] ?? null)
  },
  peers: redisPeers,
  raw: redisRaw,
  write: writeRedisSession,
  remove: removeRedisSession,
  keyFor: (prefix, name) => keyOfBase(baseFor(prefix === '' ? DEFAULT_HIVE : prefix, name)),
}
