import type { KeyValue, KeyValueReader } from '../../formats/media.ts'
import { type Command, type RedisLink, type Reply, textOf } from './link.ts'

/** How many keys the server looks at for one answer of a scan: some hundred microseconds of its time. */
const SCAN_COUNT = 1000
/** No session is near it. A longer one is somebody else's, and its bytes never come here. */
const MAX_VALUE_BYTES = 256 * 1024
const MAX_HASH_FIELDS = 1000
/** At most {@link MAX_VALUE_BYTES} each are in memory together. */
const GET_KEYS = 256

/** Runs something on a connection that is alive; what fails becomes an AppError. */
export type WithLink = <T>(work: (link: RedisLink) => Promise<T>) => Promise<T>

export function redisReader(withLink: WithLink): KeyValueReader {
  return {
    scan: (pattern, signal) => scanAll(withLink, pattern, signal),
    async get(keys) {
      const values: KeyValue[] = []
      for (let start = 0; start < keys.length; start += GET_KEYS) {
        const some = keys.slice(start, start + GET_KEYS)
        values.push(...(await withLink((link) => valuesOf(link, some))))
      }
      return values
    },
    members: (key) => withLink((link) => membersOf(link, key)),
  }
}

async function* scanAll(
  withLink: WithLink,
  pattern: string,
  signal: AbortSignal | undefined,
): AsyncIterable<readonly string[]> {
  // A server that resizes its table, and a cluster that moves slots, tell a key twice.
  const seen = new Set<string>()
  const masters = await withLink(async (link) => link.masters())
  for (const master of masters) {
    let cursor = '0'
    do {
      signal?.throwIfAborted()
      const command: Command = ['SCAN', cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT]
      // A cursor is worth nothing on another connection's server: there the scan fails.
      const reply = await withLink(() => master.send(command))
      const [next, keys] = listOf(reply)
      cursor = textOf(next)
      const fresh: string[] = []
      for (const bytes of listOf(keys)) {
        const key = decoded(bytes)
        if (key === null || seen.has(key)) continue
        seen.add(key)
        fresh.push(key)
      }
      if (fresh.length > 0) yield fresh
    } while (cursor !== '0')
  }
}

/** Values of some keys in at most three rounds, mostly in one. */
export async function valuesOf(link: RedisLink, keys: readonly string[]): Promise<readonly KeyValue[]> {
  const values = new Map<string, KeyValue>()
  const replies = await link.sendAll(keys.map((key) => ['GETRANGE', key, 0, MAX_VALUE_BYTES]))
  const unsure: string[] = []
  for (const [index, key] of keys.entries()) {
    const reply = replies[index] ?? null
    if (reply instanceof Error && !isWrongType(reply)) throw reply
    if (Buffer.isBuffer(reply) && reply.byteLength > MAX_VALUE_BYTES)
      values.set(key, { type: 'other', name: 'long string' })
    else if (Buffer.isBuffer(reply) && reply.byteLength > 0)
      values.set(key, { type: 'string', bytes: new Uint8Array(reply) })
    // An empty string and no string at all look alike.
    else unsure.push(key)
  }
  if (unsure.length > 0) await addUnsure(link, unsure, values)
  return keys.map((key) => values.get(key) ?? null)
}

async function addUnsure(link: RedisLink, keys: readonly string[], values: Map<string, KeyValue>): Promise<void> {
  const types = await link.sendAll(keys.map((key) => ['TYPE', key]))
  const hashes: string[] = []
  for (const [index, key] of keys.entries()) {
    const reply = types[index] ?? null
    if (reply instanceof Error) throw reply
    const type = textOf(reply)
    if (type === 'hash') hashes.push(key)
    else if (type === 'string') values.set(key, { type: 'string', bytes: new Uint8Array() })
    else if (type !== 'none') values.set(key, { type: 'other', name: type })
  }
  if (hashes.length === 0) return
  const lengths = await link.sendAll(hashes.map((key) => ['HLEN', key]))
  const small = hashes.filter((key, index) => {
    const length = lengths[index]
    const isSmall = typeof length === 'number' && length <= MAX_HASH_FIELDS
    if (!isSmall) values.set(key, { type: 'other', name: 'long hash' })
    return isSmall
  })
  const all = await link.sendAll(small.map((key) => ['HGETALL', key]))
  for (const [index, key] of small.entries()) {
    const cells = listOf(all[index] ?? null)
    const fields = new Map<string, Uint8Array>()
    for (let at = 0; at < cells.length; at += 2) {
      const value = cells[at + 1]
      if (Buffer.isBuffer(value)) fields.set(textOf(cells[at]), new Uint8Array(value))
    }
    if (fields.size > 0) values.set(key, { type: 'hash', fields })
  }
}

export async function membersOf(link: RedisLink, key: string): Promise<readonly string[] | null> {
  const found = new Set<string>()
  let cursor = '0'
  do {
    const reply = await link.send(['SSCAN', key, cursor, 'COUNT', SCAN_COUNT]).catch((error: unknown) => {
      if (isWrongType(error)) return null
      throw error
    })
    if (reply === null) return null
    const [next, members] = listOf(reply)
    cursor = textOf(next)
    for (const member of listOf(members)) found.add(textOf(member))
  } while (cursor !== '0')
  return found.size === 0 ? null : [...found]
}

function isWrongType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('WRONGTYPE')
}

function listOf(reply: Reply | undefined): readonly Reply[] {
  if (reply instanceof Error) throw reply
  return Array.isArray(reply) ? (reply as readonly Reply[]) : []
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Null for a key that is no UTF-8 text. */
function decoded(bytes: Reply): string | null {
  if (!Buffer.isBuffer(bytes)) return null
  try {
    return utf8.decode(bytes)
  } catch {
    return null
  }
}
