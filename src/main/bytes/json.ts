import { AppError } from '../domain/errors.ts'

export type JsonValue = null | boolean | number | bigint | string | readonly JsonValue[] | JsonObject
export interface JsonObject {
  readonly [name: string]: JsonValue
}

/** No library writes an integer longer than 64 bits: one of a million digits would only cost time. */
const MAX_INTEGER_LENGTH = 40

/** What V8 knows of a value beyond its type: the literal it was read from. */
interface ReviverContext {
  readonly source?: string
}

const parse = JSON.parse as (
  text: string,
  reviver: (name: string, value: JsonValue, context: ReviverContext) => JsonValue,
) => JsonValue
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown }

/**
 * Parses JSON and loses no digit: an integer beyond 2^53 becomes a bigint, every other number stays a number. Names
 * that look like array indexes come first in an object, whatever their place in the text.
 * @throws AppError format.malformed; it repeats nothing of the text
 */
export function parseJson(text: string): JsonValue {
  try {
    // The usual case, and several times as quick: nothing in it can be too long for a number.
    if (!/\d{16}/.test(text)) return JSON.parse(text) as JsonValue
    return parse(text, (_name, value, { source }) => {
      if (typeof value !== 'number' || Number.isSafeInteger(value) || source === undefined) return value
      if (!/^-?\d+$/.test(source)) return value
      if (source.length > MAX_INTEGER_LENGTH) throw new RangeError()
      return BigInt(source)
    })
  } catch {
    // Nothing of the error is kept: V8 quotes the text in its message.
    throw new AppError('format.malformed', { reason: 'it is not whole JSON' })
  }
}

/** Compact JSON, as Go and serde write it; a bigint becomes a bare number. `indent` spaces when it is more than 0. */
export function printJson(value: JsonValue, indent = 0): string {
  return JSON.stringify(
    value,
    (_name, one: unknown) => (typeof one === 'bigint' ? rawJSON(one.toString()) : one),
    indent,
  )
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
