import { AppError } from '../../domain/errors.ts'
import { integerOf, numberOf } from '../cells.ts'
import type { KeyValueFormat, StoredSession } from '../format.ts'
import type { KeyValue, KeyValueReader } from '../media.ts'
import { rawKeysOf } from '../raw-keys.ts'
import { CONNECTION_HELP, connectionVariants, parseConnectionKey, storedConnection } from './connection.ts'

const ID = 'mtpylon.redis'
/** What the module puts before its keys unless it is told otherwise. */
const PREFIX = 'mtpylon:'
const SESSION = `${PREFIX}session:`
const PATTERN = `${SESSION}*`

/**
 * The hashes of `resources/mtpylon/session_deck_mtpylon.py`: `mtpylon:session:<key id>:<session id>` with created_at,
 * last_seen_at and ended_at, named in the set `mtpylon:sessions`. What has ended is not listed; removing one sets when
 * it ended.
 */
export const mtpylonRedis: KeyValueFormat = {
  id: ID,
  library: 'mtpylon',
  label: 'mtpylon sessions in Redis',
  help: CONNECTION_HELP,
  medium: 'keyvalue',
  server: 'mtpylon',
  detection: `Keys that begin with \`${SESSION}\`.`,
  variants: connectionVariants,
  defaultVariant: '1',
  async survey(reader, signal) {
    for await (const keys of reader.scan(PATTERN, signal)) {
      if (keys.some((key) => parseConnectionKey(key.slice(SESSION.length)))) return [{ prefix: PREFIX, sessions: null }]
    }
    return []
  },
  async *pages(reader, prefix, signal) {
    if (prefix !== PREFIX) return
    for await (const keys of reader.scan(PATTERN, signal)) {
      const page = await read(reader, keys)
      if (page.length > 0) yield page
    }
  },
  read: async (reader, key) => (await read(reader, [`${SESSION}${key}`]))[0] ?? null,
  async remove(writer, key) {
    const name = `${SESSION}${key}`
    if ((await read(writer, [name])).length === 0) throw new AppError('session.not-found', {})
    const now = String(Math.floor(Date.now() / 1000))
    writer.putFields(name, new Map([['ended_at', new TextEncoder().encode(now)]]))
  },
  async raw(reader, key) {
    const name = `${SESSION}${key}`
    return (await read(reader, [name])).length === 0 ? null : [rawKeysOf(reader, 'session', [name])]
  },
  keyFor: (_prefix, name) => name,
}

async function read(reader: KeyValueReader, keys: readonly string[]): Promise<readonly StoredSession[]> {
  const named = keys.filter((key) => parseConnectionKey(key.slice(SESSION.length)) !== null)
  if (named.length === 0) return []
  const values = await reader.get(named)
  return named.flatMap((key, index) => storedFrom(key, values[index] ?? null) ?? [])
}

function storedFrom(key: string, value: KeyValue): StoredSession | null {
  const parsed = parseConnectionKey(key.slice(SESSION.length))
  if (parsed === null || value?.type !== 'hash' || value.fields.has('ended_at')) return null
  const seconds = (name: string): number | null => {
    const bytes = value.fields.get(name)
    return bytes === undefined ? null : numberOf(integerOf(new TextDecoder().decode(bytes)))
  }
  return storedConnection(ID, { ...parsed, createdAt: seconds('created_at'), lastSeenAt: seconds('last_seen_at') })
}
