import { decodeBase64 } from '../../bytes/base64.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../bytes/json.ts'
import { AppError } from '../../domain/errors.ts'
import { fromMarkedId, type Peer } from '../../domain/peer.ts'
import type { Problem } from '../../domain/problem.ts'
import { collectionOf, emptySession, type Field } from '../../domain/session.ts'
import type { Decoded, FileFormat, Variant } from '../format.ts'
import { oldDataCenter } from './old-place.ts'

const ID = 'telethon.json'

const base: readonly Field[] = ['dc', 'address', 'test-mode', 'auth-key', 'salts']

function variant(id: string, releases: string, carries: readonly Field[]): Variant {
  return { id, label: releases, library: 'telethon', carries: new Set(carries), requires: [], writable: false }
}

/**
 * Upstream: `telethon/tl/session.py`, releases 0.10.1 to 0.15.5; read at those releases.
 *
 * | key | value |
 * |---|---|
 * | server_address, port | text and number, or null; no DC id |
 * | salt | server salt, unsigned 64 bits |
 * | auth_key_data | base64 of the key, or null |
 * | id, sequence, time_offset | MTProto state, up to 0.13.2 |
 * | layer | TL layer, 0.13.4 and later |
 * | entities | pairs of marked id and access hash, 0.15 and later |
 *
 * Read only: no release since 1.6 opens such a file.
 */
export const telethonJson: FileFormat = {
  id: ID,
  library: 'telethon',
  label: 'Telethon JSON',
  help: 'The “.session” file of Telethon 0.10 to 0.15, which no release of today opens. Read only: export it as Telethon SQLite to use it again.',
  medium: 'file',
  extension: '.session',
  variants: [
    variant('0.10.1', '0.10.1 to 0.13.2', [...base, 'time-offsets']),
    variant('0.13.3', '0.13.3', base),
    variant('0.13.4', '0.13.4 to 0.14', base),
    variant('0.15', '0.15', [...base, 'peers']),
  ],
  defaultVariant: '0.15',
  detection: 'JSON with `server_address`, `port` and `salt`.',
  detect(bytes) {
    const object = objectIn(bytes)
    if (object === null || !['server_address', 'port', 'salt'].every((name) => Object.hasOwn(object, name))) return null
    const found = variantOf(object)
    return { certainty: 'exact', reason: `JSON with the keys of a Telethon ${found} session`, variant: found }
  },
  async decode(bytes) {
    const value = parseJson(textOf(bytes))
    if (!isJsonObject(value)) throw malformed('it is no JSON object')
    return decodedFrom(value)
  },
}

function decodedFrom(object: JsonObject): Decoded {
  const problems: Problem[] = []
  const found = variantOf(object)
  const place = {
    address: textIn(object, 'server_address'),
    port: portIn(object),
    key: keyIn(object),
    salt: integerIn(object, 'salt') ?? 0n,
    timeOffset: timeOffsetIn(object),
  }
  const { dataCenter, test } = oldDataCenter(place, problems)
  return {
    info: { formatId: ID, variant: found, library: 'telethon', formatVersion: null },
    problems,
    session: { ...emptySession(), dataCenters: [dataCenter], test, peers: collectionOf(peersIn(object)) },
  }
}

function variantOf(object: JsonObject): string {
  if (Object.hasOwn(object, 'entities')) return '0.15'
  if (Object.hasOwn(object, 'layer')) return '0.13.4'
  return Object.hasOwn(object, 'time_offset') || Object.hasOwn(object, 'sequence') ? '0.10.1' : '0.13.3'
}

/** Small files only: a session of this kind with ten thousand entities has half a megabyte. */
function objectIn(bytes: Uint8Array): JsonObject | null {
  const head = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()
  if (!head.startsWith('{')) return null
  try {
    const value = parseJson(textOf(bytes))
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

function textIn(object: JsonObject, name: string): string | null {
  const value = object[name] ?? null
  if (value === null || typeof value === 'string') return value === '' ? null : value
  throw malformed(`“${name}” is no text`)
}

function integerIn(object: JsonObject, name: string): bigint | null {
  const value = object[name] ?? null
  if (value === null) return null
  const integer = asInteger(value)
  if (integer === null || integer >= 2n ** 64n || integer < -(2n ** 63n)) {
    throw malformed(`“${name}” is no number of 64 bits`)
  }
  return integer
}

function portIn(object: JsonObject): number | null {
  const port = integerIn(object, 'port')
  if (port === null) return null
  if (port < 1n || port > 65_535n) throw malformed('“port” is no port')
  return Number(port)
}

function timeOffsetIn(object: JsonObject): number | null {
  const offset = integerIn(object, 'time_offset')
  return offset === null || BigInt.asIntN(32, offset) !== offset ? null : Number(offset)
}

function keyIn(object: JsonObject): Uint8Array | null {
  const text = textIn(object, 'auth_key_data')
  if (text === null) return null
  const bytes = decodeBase64(text)
  if (bytes === null) throw malformed('“auth_key_data” is no base64')
  return bytes
}

function peersIn(object: JsonObject): Peer[] {
  const entities = object['entities'] ?? null
  if (entities === null) return []
  if (!Array.isArray(entities)) throw malformed('“entities” is no list')
  return entities.map((pair: JsonValue) => {
    const [marked, hash] = Array.isArray(pair) ? pair.map(asInteger) : []
    if (marked == null || marked === 0n || !isInt64(marked) || (hash != null && !isInt64(hash))) {
      throw malformed('“entities” holds something that is no pair of id and access hash')
    }
    return {
      ...peerIdOf(marked, hash ?? null),
      type: null,
      accessHash: hash ?? null,
      usernames: [],
      phone: null,
      name: null,
      updatedAt: null,
    }
  })
}

/** Releases before 1.18 put the digits "100" before a channel's own; only channels have a hash among negative ids. */
function peerIdOf(marked: bigint, hash: bigint | null): Pick<Peer, 'kind' | 'id'> {
  const digits = String(-marked)
  if (marked < 0n && hash !== null && hash !== 0n && /^100[1-9]/.test(digits)) {
    return { kind: 'channel', id: BigInt(digits.slice(3)) }
  }
  return fromMarkedId(marked)
}

function asInteger(value: JsonValue | undefined): bigint | null {
  if (typeof value === 'bigint') return value
  return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : null
}

function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: ID, reason })
}
