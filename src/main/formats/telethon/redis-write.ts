import { encodeBase64 } from '../../bytes/base64.ts'
import { AppError } from '../../domain/errors.ts'
import { homeOf, type Session } from '../../domain/session.ts'
import { endpointOf } from '../address.ts'
import type { EncodeOptions } from '../format.ts'
import type { Cell, KeyValueWriter } from '../media.ts'
import { requireKey, requirePlace } from '../write-checks.ts'
import { flagOf } from '../write-options.ts'
import { rowFromPeer } from './peers.ts'
import { pythonBytes } from './redis-digest.ts'
import { pickled, pythonJson, type RedisMembers } from './redis-encode.ts'
import { noteChange } from './redis-index.ts'
import { baseOfKey, keysOf, parseRedisKey } from './redis-keys.ts'
import { REDIS_ID } from './redis-read.ts'

/**
 * Writes one session in place of what is kept under its name. One data centre alone: of several the library would take
 * any. The keys that are replaced are watched.
 */
export async function writeRedisSession(
  writer: KeyValueWriter,
  key: string,
  session: Session,
  options: EncodeOptions,
): Promise<void> {
  const home = homeOf(session)
  const authKey = requireKey(home)
  const dc = requirePlace(home, REDIS_ID)
  const endpoint = endpointOf(dc, session.test, flagOf(options, 'ipv6') ? 'ipv6' : 'ipv4')
  if (endpoint === null) throw new AppError('format.missing-field', { format: REDIS_ID, field: 'address' })
  const base = requireBase(key)
  const old = await ownKeys(writer, base)
  const sessionKey = `${base}:sessions:${dc.id}`
  // Also the key that is not there yet is watched: another may be making it.
  await writer.get([...new Set([...old.filter((one) => parseRedisKey(one)?.kind === 'sessions'), sessionKey])])

  const encoder = encoderOf(options)
  const written = new Set<string>()
  const put = (name: string, members: RedisMembers, stamp: number | null): void => {
    written.add(name)
    writer.put(name, encoder.encode(members, stamp))
  }
  const entity = (id: bigint, cells: readonly Cell[], stamp: number | null): void => {
    const [hash = null, username = null, phone = null, name = null] = cells
    const members: RedisMembers = [
      ['id', id],
      ['hash', hash],
      ['username', username],
      ['phone', phone],
      ['name', name],
    ]
    put(`${base}:entities:${id}`, members, stamp)
  }
  if (session.account !== null) entity(0n, [session.account.id], options.nowSeconds)
  for await (const peers of session.peers.batches()) {
    for (const peer of peers) {
      const [id, ...cells] = rowFromPeer(peer)
      entity(id, cells, peer.updatedAt)
    }
  }
  for await (const files of session.sentFiles.batches()) {
    for (const file of files) {
      const members: RedisMembers = [
        ['md5_digest', file.md5],
        ['file_size', file.size],
        ['type', file.type === 'photo' ? 1n : 0n],
        ['id', file.id],
        ['hash', file.accessHash],
      ]
      if (encoder.takesBytes) put(`${base}:sent_files:${pythonBytes(file.md5)}`, members, null)
    }
  }
  for (const one of old) if (!written.has(one) && one !== sessionKey) writer.remove(one)
  const place: RedisMembers = [
    ['dc_id', BigInt(dc.id)],
    ['server_address', endpoint.address],
    ['port', BigInt(endpoint.port)],
    ['auth_key', encodeBase64(authKey.open())],
  ]
  put(sessionKey, place, session.savedAt ?? options.nowSeconds)
  noteChange(base)
}

/** Takes every key of a session away: the library itself never does. @throws AppError session.not-found */
export async function removeRedisSession(writer: KeyValueWriter, key: string): Promise<void> {
  const base = baseOfKey(key)
  const keys = base === null ? [] : await ownKeys(writer, base)
  const sessions = keys.filter((one) => parseRedisKey(one)?.kind === 'sessions')
  if (base === null || sessions.length === 0) throw new AppError('session.not-found', {})
  await writer.get(sessions)
  for (const one of keys) writer.remove(one)
  noteChange(base)
}

async function ownKeys(writer: KeyValueWriter, base: string): Promise<readonly string[]> {
  const keys: string[] = []
  for await (const page of writer.scan(keysOf(base, null))) {
    keys.push(...page.filter((key) => parseRedisKey(key)?.base === base))
  }
  return keys
}

function requireBase(key: string): string {
  const base = baseOfKey(key)
  if (base !== null && /^.+:.+$/s.test(base)) return base
  const reason = 'a session in Redis has a prefix and a name, with a colon between them'
  throw new AppError('format.not-writable', { format: REDIS_ID, reason })
}

interface Encoder {
  /** JSON holds none: the library itself drops such rows. */
  readonly takesBytes: boolean
  encode(members: RedisMembers, stampSeconds: number | null): Uint8Array
}

function encoderOf({ variant }: EncodeOptions): Encoder {
  if (variant === 'pickle') return { takesBytes: true, encode: (members) => pickled(members) }
  if (variant === 'json') return { takesBytes: false, encode: (members) => pythonJson(members) }
  return {
    takesBytes: false,
    encode: (members, stampSeconds) => pythonJson([...members, ...(stampSeconds === null ? [] : stamps(stampSeconds))]),
  }
}

/** The library prints local time; whose is not known here. */
function stamps(seconds: number): RedisMembers {
  const date = new Date(seconds * 1000)
  const text = Number.isNaN(date.valueOf()) ? null : date.toISOString().slice(0, 19).replace('T', ' ')
  return [
    ['ts_ts', seconds],
    ['ts_str', text],
  ]
}
