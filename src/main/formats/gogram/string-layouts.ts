import { decodeBase64 } from '../../bytes/base64.ts'
import { isJsonObject, parseJson } from '../../bytes/json.ts'
import { byteReader } from '../../bytes/reader.ts'
import { AUTH_KEY_BYTE_LENGTH } from '../../domain/key-id.ts'
import { bytesMember, numberMember, textMember } from '../json-members.ts'

export const JSON_PREFIX = '1BvE'
const FIELDS_PREFIX = '1BvX'
const KEY_ID_BYTE_LENGTH = 8
const MAX_INT32 = 2 ** 31 - 1

export type StringVariant = 'E' | 'X' | 'X2' | 'X1'

export interface StringParts {
  readonly variant: StringVariant
  readonly key: Uint8Array | null
  readonly keyId: Uint8Array | null
  readonly dcId: number
  readonly hostname: string
  readonly apiId: number
  /** Members that the app does not know; only JSON can have them. */
  readonly unknownCount: number
}

/** The parts of a string of any generation that can be read, else null. Never throws. */
export function partsOf(text: string): StringParts | null {
  try {
    if (text.startsWith(JSON_PREFIX)) return jsonParts(text.slice(JSON_PREFIX.length))
    return text.startsWith(FIELDS_PREFIX) ? fieldParts(text.slice(FIELDS_PREFIX.length)) : null
  } catch {
    return null
  }
}

function jsonParts(body: string): StringParts | null {
  const bytes = decodeBase64(body)
  if (bytes === null) return null
  const value = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  if (!isJsonObject(value)) return null
  const names = ['key', 'hash', 'dc_id', 'ip_addr', 'app_id']
  return {
    variant: 'E',
    key: bytesMember(value, 'key'),
    keyId: bytesMember(value, 'hash'),
    dcId: numberMember(value, 'dc_id', 0, 10_000) ?? 0,
    hostname: textMember(value, 'ip_addr') ?? '',
    apiId: numberMember(value, 'app_id', -MAX_INT32, MAX_INT32) ?? 0,
    unknownCount: Object.keys(value).filter((name) => !names.includes(name)).length,
  }
}

/** By position, not by separator: the key may well contain one, and then the library itself refuses the string. */
function fieldParts(body: string): StringParts | null {
  const bytes = decodeBase64(body)
  if (bytes === null) return null
  for (const separator of [':_:', '::']) {
    const mark = new TextEncoder().encode(separator)
    if (bytes.byteLength < AUTH_KEY_BYTE_LENGTH + KEY_ID_BYTE_LENGTH + 2 * mark.byteLength) return null
    const reader = byteReader(bytes)
    const key = reader.bytes(AUTH_KEY_BYTE_LENGTH)
    if (!isSame(reader.bytes(mark.byteLength), mark)) continue
    const keyId = reader.bytes(KEY_ID_BYTE_LENGTH)
    if (!isSame(reader.bytes(mark.byteLength), mark)) continue
    const rest = new TextDecoder('utf-8', { fatal: true }).decode(reader.bytes(reader.remaining))
    const place =
      separator === ':_:' ? decimals(rest, separator, 'X') : (decimals(rest, separator, 'X2') ?? characters(rest))
    if (place !== null) return { key, keyId, unknownCount: 0, ...place }
  }
  return null
}

type PlaceParts = Pick<StringParts, 'variant' | 'hostname' | 'dcId' | 'apiId'>

/** `ip:port`, DC and api id as decimal numbers. An IPv6 address may hold the separator `::`, so the end counts. */
function decimals(rest: string, separator: string, variant: StringVariant): PlaceParts | null {
  const match = new RegExp(`^(.+)${separator}(\\d{1,5})${separator}(\\d{1,10})$`, 's').exec(rest)
  if (match === null) return null
  const dcId = Number(match[2])
  const apiId = Number(match[3])
  if (dcId > 10_000 || apiId > MAX_INT32) return null
  return { variant, hostname: match[1] ?? '', dcId, apiId }
}

/** As Go's `string(rune(n))` made them: DC and api id are one character each, with that code point. */
function characters(rest: string): PlaceParts | null {
  const match = /^(.+)::(.)::(.)$/su.exec(rest)
  if (match === null) return null
  const dcId = match[2]?.codePointAt(0) ?? 0
  const apiId = match[3]?.codePointAt(0) ?? 0
  if (dcId > 10_000) return null
  // A number that is no code point came out as U+FFFD: it is lost.
  return { variant: 'X1', hostname: match[1] ?? '', dcId, apiId: apiId === 0xfffd ? 0 : apiId }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.every((byte, index) => byte === b[index])
}
