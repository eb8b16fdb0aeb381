import { decodeBase64, encodeBase64Url } from '../../bytes/base64.ts'
import { byteReader } from '../../bytes/reader.ts'
import { readTlString, viewTlBytes, writeTlBytes, writeTlString } from '../../bytes/tl.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import { AUTH_KEY_BYTE_LENGTH } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { emptySession, type Field, homeOf, type Session } from '../../domain/session.ts'
import type { Decoded, TextFormat, Variant } from '../format.ts'
import { stringKeyFrom } from '../stored-key.ts'
import { requireKey } from '../write-checks.ts'
import { dcFrom, type DcName, dcNameOf, MAX_USER_ID } from './place.ts'
import { isPackedTight, packRuns, unpackRuns } from './rle.ts'

const ID = 'mtkruto.string'

type StringVariant = '1' | '2' | '3'

interface Parts {
  readonly variant: StringVariant
  readonly dc: DcName
  readonly key: Uint8Array
  readonly apiId: number | null
  readonly self: { readonly id: bigint; readonly isBot: boolean } | null
}

/** What stands behind the key tells the version: there is no mark. */
const VARIANT_BY_REST: ReadonlyMap<number, StringVariant> = new Map([
  [0, '1'],
  [4, '2'],
  [13, '3'],
])

const labels: Readonly<Record<StringVariant, string>> = {
  '1': '1 (up to 0.1.170)',
  '2': '2 (0.1.180 to 0.1.183)',
  '3': '3 (0.1.190 and later)',
}

function variantOf(id: StringVariant): Variant {
  const carries: Field[] = ['dc', 'test-mode', 'auth-key']
  if (id !== '1') carries.push('api-id')
  if (id === '3') carries.push('user-id', 'is-bot')
  return {
    id,
    label: labels[id],
    library: 'mtkruto',
    carries: new Set(carries),
    requires: ['auth-key', 'dc', ...(id === '3' ? (['user-id', 'is-bot', 'api-id'] as const) : [])],
    writable: true,
  }
}

/**
 * Upstream: `client/0_storage_operations.ts` of MTKruto; read at 0.1.156, 0.1.180, 0.1.190, 0.216.0.
 *
 * | part | form (little-endian), before zeros are packed |
 * |---|---|
 * | DC | TL string: "2", "2-test" |
 * | auth key | TL bytes, 256 |
 * | api id (2, 3) | int |
 * | bot, user id (3) | u8, long |
 *
 * Url-safe base64 without padding.
 */
export const mtkrutoString: TextFormat = {
  id: ID,
  library: 'mtkruto',
  label: 'MTKruto string',
  help: 'One line for importAuthString of MTKruto. Version 3 is what every release of the last years reads; it needs the api id.',
  medium: 'text',
  variants: (['1', '2', '3'] as const).map(variantOf),
  defaultVariant: '3',
  detection: 'What it unpacks to: a data centre by its name, a key of 256 bytes and, from version 2 on, the account.',
  detect(text) {
    const parts = wholeParts(text)
    if (parts === null) return null
    const { variant, dc, self } = parts
    return {
      // A string of version 3 cut short can end where one of the older ones does.
      certainty: variant === '3' ? 'exact' : 'plausible',
      reason: `version ${variant}, DC ${dc.id}${dc.test ? ' (test)' : ''}${self?.isBot === true ? ', a bot' : ''}`,
      variant,
    }
  },
  decode(text) {
    try {
      return decodedFrom(partsOf(text))
    } catch (error) {
      if (!isAppError(error, 'format.malformed')) throw error
      throw new AppError('format.malformed', { ...error.details, format: ID })
    }
  },
  encode(session, { variant }) {
    return encodeAs(variant as StringVariant, session)
  },
}

function wholeParts(text: string): Parts | null {
  try {
    return partsOf(text)
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

/** @throws AppError format.malformed */
function partsOf(text: string): Parts {
  // A whole string has 345 to 400 characters, and a good key has few zeros.
  const packed = text.length > 800 ? null : decodeBase64(text)
  if (packed === null) throw malformed('it is not base64, or of another length')
  const bytes = unpackRuns(packed)
  if (!isPackedTight(packed)) throw malformed('its zeros are packed in another way')
  const reader = byteReader(bytes)
  const name = readTlString(reader)
  const dc = dcFrom(name)
  if (dc === null) throw malformed('it names a data centre that Telegram does not have')
  const key = viewTlBytes(reader)
  if (key.byteLength !== AUTH_KEY_BYTE_LENGTH) throw malformed(`its key has ${key.byteLength} bytes instead of 256`)
  const variant = VARIANT_BY_REST.get(reader.remaining)
  if (variant === undefined) throw malformed(`${reader.remaining} bytes stand behind its key; 0, 4 or 13 can`)
  const apiId = variant === '1' ? 0 : reader.i32le()
  if (apiId < 0) throw malformed('its api id is not a possible one')
  if (variant !== '3') return { variant, dc, key, apiId: apiId === 0 ? null : apiId, self: null }
  const bot = reader.u8()
  const id = reader.i64le()
  if (bot > 1 || id < 1n || id > MAX_USER_ID) throw malformed('its user id is not a possible one')
  return { variant, dc, key, apiId: apiId === 0 ? null : apiId, self: { id, isBot: bot === 1 } }
}

function decodedFrom({ variant, dc, key, apiId, self }: Parts): Decoded {
  const problems: Problem[] = []
  const authKey = stringKeyFrom(key, problems, 'nothing can be exported from it')
  return {
    info: { formatId: ID, variant, library: 'mtkruto', formatVersion: Number(variant) },
    problems,
    session: {
      ...emptySession(),
      dataCenters: [{ id: dc.id, address: null, port: null, authKey, home: true }],
      test: dc.test,
      account: self && { ...self, username: null, phone: null },
      apiId,
    },
  }
}

function encodeAs(variant: StringVariant, session: Session): string {
  const authKey = requireKey(homeOf(session))
  const { name } = dcNameOf(session, ID)
  const { account, apiId } = session
  const writer = writeTlBytes(writeTlString(byteWriter(), name), authKey.open())
  if (variant !== '1') {
    if (apiId === null && variant === '3') missing('api-id')
    writer.i32le(apiId ?? 0)
  }
  if (variant === '3') {
    if (account === null) return missing('user-id')
    if (account.isBot === null) return missing('is-bot')
    if (account.id < 1n || account.id > MAX_USER_ID) {
      throw new AppError('format.not-writable', { format: ID, reason: 'the user id is not a possible one' })
    }
    writer.u8(account.isBot ? 1 : 0).i64le(account.id)
  }
  return encodeBase64Url(packRuns(writer.done()), false)
}

function missing(field: Field): never {
  throw new AppError('format.missing-field', { format: ID, field })
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason })
}
