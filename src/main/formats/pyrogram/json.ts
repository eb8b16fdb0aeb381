import { decodeBase64 } from '../../bytes/base64.ts'
import { isJsonObject, type JsonObject, type JsonValue, parseJson } from '../../bytes/json.ts'
import { isPlausibleDcId } from '../../domain/data-centers.ts'
import { AppError } from '../../domain/errors.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Secret } from '../../domain/secret.ts'
import { type Account, collectionOf, emptySession, type Field } from '../../domain/session.ts'
import type { Decoded, FileFormat, Variant } from '../format.ts'
import { storedKeyFrom } from '../stored-key.ts'
import { userIdFrom } from '../stored-place.ts'
import { jsonPeers } from './json-peers.ts'

const ID = 'pyrogram.json'

const base: readonly Field[] = ['dc', 'test-mode', 'auth-key', 'user-id']
const synced: readonly Field[] = ['saved-at', 'peers', 'peer-usernames', 'peer-extra-usernames', 'peer-phones']

function variant(id: string, label: string, carries: readonly Field[]): Variant {
  return { id, label, library: 'pyrogram', carries: new Set(carries), requires: [], writable: false }
}

/**
 * Upstream: `pyrogram/client/client.py` and `client/ext/syncer.py`, 0.4 to 0.14.1; read at 0.6.0, 0.8.0 and 0.14.1.
 *
 * | key | value |
 * |---|---|
 * | dc_id, test_mode, user_id | number, boolean, number or null |
 * | auth_key | list of pieces of base64, 43 characters each |
 * | date, peers_by_id, peers_by_username, peers_by_phone | 0.7 and later |
 * | is_bot | 0.12 and later |
 *
 * Read only: Pyrogram 0.15 to 1.4 turned such a file into a database, later ones do not know it.
 */
export const pyrogramJson: FileFormat = {
  id: ID,
  library: 'pyrogram',
  label: 'Pyrogram JSON',
  help: 'The “.session” file of Pyrogram 0.4 to 0.14, which no release of today opens. Read only: export it as Pyrogram SQLite to use it again.',
  medium: 'file',
  extension: '.session',
  variants: [
    variant('0.4', '0.4 to 0.6', base),
    variant('0.7', '0.7 to 0.11', [...base, ...synced]),
    variant('0.12', '0.12 to 0.14', [...base, ...synced, 'is-bot']),
  ],
  defaultVariant: '0.12',
  detection: 'JSON with `dc_id`, `test_mode` and `auth_key`.',
  detect(bytes) {
    if (!new TextDecoder().decode(bytes.subarray(0, 64)).trimStart().startsWith('{')) return null
    const object = objectIn(bytes)
    if (object === null || !Array.isArray(object['auth_key'])) return null
    if (!['dc_id', 'test_mode'].every((name) => Object.hasOwn(object, name))) return null
    const found = variantOf(object)
    return { certainty: 'exact', reason: `JSON with the keys of a Pyrogram ${found} session`, variant: found }
  },
  async decode(bytes) {
    const value = parseJson(new TextDecoder().decode(bytes))
    if (!isJsonObject(value)) throw malformed('it is no JSON object')
    return decodedFrom(value)
  },
}

function variantOf(object: JsonObject): string {
  if (Object.hasOwn(object, 'is_bot')) return '0.12'
  return Object.hasOwn(object, 'date') || Object.hasOwn(object, 'peers_by_id') ? '0.7' : '0.4'
}

function decodedFrom(object: JsonObject): Decoded {
  const problems: Problem[] = []
  const id = safeIntegerIn(object, 'dc_id')
  if (id === null || !isPlausibleDcId(id)) throw malformed('“dc_id” names no data centre')
  const authKey = keyIn(object, problems)
  const account = accountIn(object)
  if (authKey !== null && account === null) {
    problems.push({
      code: 'pyrogram.unfinished-login',
      message:
        'The login was never finished: the file has a key but not the account. The library throws such a key away; export it with the user id and whether it is a bot to keep it.',
    })
  }
  return {
    info: { formatId: ID, variant: variantOf(object), library: 'pyrogram', formatVersion: null },
    problems,
    session: {
      ...emptySession(),
      dataCenters: [{ id, address: null, port: null, authKey, home: true }],
      test: booleanIn(object, 'test_mode') ?? false,
      account,
      savedAt: safeIntegerIn(object, 'date') || null,
      peers: collectionOf(jsonPeers(object, malformed)),
    },
  }
}

function accountIn(object: JsonObject): Account | null {
  const value = object['user_id'] ?? null
  if (value === null) return null
  const id = typeof value === 'bigint' ? value : typeof value === 'number' ? BigInt(Math.trunc(value)) : null
  if (id === null) throw malformed('“user_id” is no number')
  const userId = userIdFrom(id)
  if (userId === null) return null
  return { id: userId, isBot: booleanIn(object, 'is_bot'), username: null, phone: null }
}

function keyIn(object: JsonObject, problems: Problem[]): Secret | null {
  const pieces = object['auth_key']
  if (!Array.isArray(pieces) || !pieces.every((piece: JsonValue) => typeof piece === 'string')) {
    throw malformed('“auth_key” is no list of texts')
  }
  const bytes = decodeBase64(pieces.join(''))
  if (bytes === null) throw malformed('“auth_key” is no base64')
  return storedKeyFrom(bytes, problems, {
    noKey: 'The file holds no login: a client made it but never logged in. Nothing can be exported from it.',
  })
}

function booleanIn(object: JsonObject, name: string): boolean | null {
  const value = object[name] ?? null
  if (value === null || typeof value === 'boolean') return value
  throw malformed(`“${name}” is neither true nor false`)
}

function safeIntegerIn(object: JsonObject, name: string): number | null {
  const value = object[name] ?? null
  if (value === null) return null
  if (typeof value === 'number' && Number.isSafeInteger(value)) return value
  throw malformed(`“${name}” is no whole number`)
}

function objectIn(bytes: Uint8Array): JsonObject | null {
  try {
    const value = parseJson(new TextDecoder().decode(bytes))
    return isJsonObject(value) ? value : null
  } catch {
    return null
  }
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: ID, reason })
}
