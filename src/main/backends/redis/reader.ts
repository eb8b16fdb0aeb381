import type { KeyValue, KeyValueReader } from '../../formats/media.ts'
import { type RedisLink, type Reply, textOf } from './link.ts'

/** How many keys the server looks at for one answer of a scan: some hundred microseconds of its time. */
const SCAN_COUNT = 2000
/** No session is near it. A longer one is somebody else's, and its bytes never come here. */
const MAX_VALUE_BYTES = 256 * 1024
const MAX_HASH_FIELDS = 1000
/** At most {@link MAX_VALUE_BYTES} each are in memory together. */
const GET_KEYS = 256
/** Above it, values are asked for one by one and in part. */
const MAX_CALL_BYTES = 16 * 1024 * 1024

/** Runs something on a connection that is alive; what fails becomes an AppError. */
export type WithLink = <T>(work: (link: RedisLink) => Promise<T>) => Promise<T>

export function redisReader(withLink: WithLink): KeyValueReader {
  return {
    scan: (pattern, signal, { mayRepeat = false } = {}) => scanAll(withLink, pattern, signal, mayRepeat),
    async get(keys) {
      const values: KeyValue[] = []
      for (let start = 0; start < keys.length; start += GET_KEYS) {
        const some = keys.slice(start, start + GET_KEYS)
        const strings = await withLink((link) => link.strings(some, MAX_CALL_BYTES))
        values.push(
          ...(await withLink((link) => (strings === null ? valuesOf(link, some) : withRest(link, some, strings)))),
        )
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
  mayRepeat: boolean,
): AsyncIterable<readonly string[]> {
  // A server that resizes its table, and a cluster that moves slots, tell a key twice.
  const seen = mayRepeat ? null : new Set<string>()
  const masters = await withLink(async (link) => link.masters())
  for (const master of masters) {
    // A cursor is worth nothing on another connection's server: there the scan fails.
    const read = (cursor: string): Promise<ScannedPage> => {
      const page = withLink(() => scanPage(master, cursor, pattern))
      // Whoever stops listening before it comes misses nothing.
      page.catch(() => {})
      return page
    }
    // The server looks for the next keys while these are understood.
    let ahead: Promise<ScannedPage> | null = read('0')
    while (ahead !== null) {
      signal?.throwIfAborted()
      const [next, keys]: ScannedPage = await ahead
      ahead = next === '0' || signal?.aborted ? null : read(next)
      const fresh = seen === null ? keys : unseen(keys, seen)
      if (fresh.length > 0) yield fresh
    }
    signal?.throwIfAborted()
  }
}

function unseen(keys: readonly string[], seen: Set<string>): readonly string[] {
  return keys.filter((key) => {
    const count = seen.size
    return seen.add(key).size > count
  })
}

type ScannedPage = readonly [cursor: string, keys: readonly string[]]

async function scanPage(master: RedisLink, cursor: string, pattern: string): Promise<ScannedPage> {
  const args = [cursor, 'MATCH', pattern, 'COUNT', SCAN_COUNT]
  const page = await master.scanText(args)
  if (!page[1].some((key) => key.includes('\ufffd'))) return page
  // The same place once more, in bytes: only they tell a key that is no text.
  const [next, keys] = listOf(await master.send(['SCAN', ...args]))
  return [textOf(next), listOf(keys).flatMap((bytes) => decoded(bytes) ?? [])]
}

/** What MGET does not tell of: it says the same of a key of another type and of none. */
async function withRest(
  link: RedisLink,
  keys: readonly string[],
  strings: readonly (Buffer | null)[],
): Promise<readonly KeyValue[]> {
  const values = strings.map((bytes): KeyValue => {
    if (bytes === null) return null
    if (bytes.byteLength > MAX_VALUE_BYTES) return { type: 'other', name: 'long string' }
    return { type: 'string', bytes: viewOf(bytes) }
  })
  const unsure = values.flatMap((value, index) => (value === null ? [index] : []))
  const others = await unsureValues(
    link,
    unsure.map((index) => keys[index] ?? ''),
  )
  for (const [at, index] of unsure.entries()) values[index] = others[at] ?? null
  return values
}

/** Values of some keys in at most four rounds, mostly in one. */
export async function valuesOf(link: RedisLink, keys: readonly string[]): Promise<readonly KeyValue[]> {
  if (keys.length === 0) return []
  const replies = await link.sendAll(keys.map((key) => ['GETRANGE', key, 0, MAX_VALUE_BYTES]))
  const unsure: number[] = []
  const values = keys.map((_key, index): KeyValue => {
    const reply = replies[index] ?? null
    if (reply instanceof Error && !isWrongType(reply)) throw reply
    // An empty string and no string at all look alike.
    if (!Buffer.isBuffer(reply) || reply.byteLength === 0) {
      unsure.push(index)
      return null
    }
    if (reply.byteLength > MAX_VALUE_BYTES) return { type: 'other', name: 'long string' }
    return { type: 'string', bytes: viewOf(reply) }
  })
  if (unsure.length === 0) return values
  const others = await unsureValues(
    link,
    unsure.map((index) => keys[index] ?? ''),
  )
  for (const [at, index] of unsure.entries()) values[index] = others[at] ?? null
  return values
}

async function unsureValues(link: RedisLink, keys: readonly string[]): Promise<readonly KeyValue[]> {
  if (keys.length === 0) return []
  const types = (await sendSure(link, 'TYPE', keys)).map(textOf)
  const hashes = await hashesOf(
    link,
    keys.filter((_key, index) => types[index] === 'hash'),
  )
  return keys.map((key, index): KeyValue => {
    const type = types[index] ?? 'none'
    if (type === 'none') return null
    if (type === 'hash') return hashes.get(key) ?? null
    return type === 'string' ? { type, bytes: new Uint8Array() } : { type: 'other', name: type }
  })
}

async function hashesOf(link: RedisLink, keys: readonly string[]): Promise<ReadonlyMap<string, KeyValue>> {
  const values = new Map<string, KeyValue>()
  if (keys.length === 0) return values
  const lengths = await sendSure(link, 'HLEN', keys)
  const small = keys.filter((key, index) => {
    const isSmall = Number(lengths[index]) <= MAX_HASH_FIELDS
    if (!isSmall) values.set(key, { type: 'other', name: 'long hash' })
    return isSmall
  })
  for (const [index, reply] of (await sendSure(link, 'HGETALL', small)).entries()) {
    const cells = listOf(reply)
    const fields = new Map<string, Uint8Array>()
    for (let at = 0; at < cells.length; at += 2) {
      const value = cells[at + 1]
      if (Buffer.isBuffer(value)) fields.set(textOf(cells[at]), viewOf(value))
    }
    if (fields.size > 0) values.set(small[index] ?? '', { type: 'hash', fields })
  }
  return values
}

/** One command for each key. @throws what the server says, when one fails */
async function sendSure(link: RedisLink, name: string, keys: readonly string[]): Promise<readonly Reply[]> {
  if (keys.length === 0) return []
  const replies = await link.sendAll(keys.map((key) => [name, key]))
  const failed = replies.find((reply) => reply instanceof Error)
  if (failed instanceof Error) throw failed
  return replies
}

/** The bytes without the driver's class; nothing is copied. */
function viewOf(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
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
