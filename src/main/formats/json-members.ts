import { decodeBase64 } from '../bytes/base64.ts'
import { isJsonObject, type JsonObject, type JsonValue } from '../bytes/json.ts'
import { AppError } from '../domain/errors.ts'

/**
 * Members of a JSON object by name and kind. A member that is absent or null gives null, one of another kind throws
 * AppError format.malformed: its name is told, never its value.
 */
function wrongKind(name: string, expected: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason: `its “${name}” is not ${expected}` })
}

/** Own members only: a name such as `constructor` is no member. */
function member(object: JsonObject, name: string): JsonValue {
  return Object.hasOwn(object, name) ? (object[name] ?? null) : null
}

export function textMember(object: JsonObject, name: string): string | null {
  const value = member(object, name)
  if (value === null || typeof value === 'string') return value
  throw wrongKind(name, 'text')
}

export function flagMember(object: JsonObject, name: string): boolean | null {
  const value = member(object, name)
  if (value === null || typeof value === 'boolean') return value
  throw wrongKind(name, 'true or false')
}

/** A whole number from `least` to `most`. */
export function numberMember(object: JsonObject, name: string, least: number, most: number): number | null {
  const value = member(object, name)
  if (value === null) return null
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw wrongKind(name, 'a number that can be one')
}

/** A whole number that fits 64 bits with its sign. */
export function int64Member(object: JsonObject, name: string): bigint | null {
  const value = member(object, name)
  if (value === null) return null
  const whole = typeof value === 'bigint' ? value : Number.isSafeInteger(value) ? BigInt(value as number) : null
  if (whole === null || BigInt.asIntN(64, whole) !== whole) throw wrongKind(name, 'a number of 64 bits')
  return whole
}

/** Bytes in base64. */
export function bytesMember(object: JsonObject, name: string): Uint8Array | null {
  const text = textMember(object, name)
  if (text === null) return null
  const bytes = decodeBase64(text)
  if (bytes === null) throw wrongKind(name, 'base64')
  return bytes
}

export function objectMember(object: JsonObject, name: string): JsonObject | null {
  const value = member(object, name)
  if (value === null || isJsonObject(value)) return value
  throw wrongKind(name, 'an object')
}

/** A list of objects; null entries are left out. */
export function objectsMember(object: JsonObject, name: string): readonly JsonObject[] | null {
  const value = member(object, name)
  if (value === null) return null
  if (!Array.isArray(value)) throw wrongKind(name, 'a list')
  return value.flatMap((one: JsonValue) => {
    if (one === null) return []
    if (!isJsonObject(one)) throw wrongKind(name, 'a list of objects')
    return [one]
  })
}
