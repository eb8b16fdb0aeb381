import { decodeBase64, encodeBase64 } from '../../bytes/base64.ts'
import { AppError } from '../../domain/errors.ts'

/** A value as MTKruto's storages hold it. */
export type Coded = boolean | number | string | bigint | Date | Uint8Array | readonly Coded[] | CodedObject
export type CodedObject = ReadonlyMap<string, Coded>

/** How items of a list are told apart: by lines (up to 0.89), or by the length of each. */
export type Coding = 1 | 2

/** Deeper values than any the library makes. */
const MAX_DEPTH = 16

export function isCodedObject(value: Coded | null | undefined): value is CodedObject {
  return value instanceof Map
}

/** Coding 2 must fit exactly, so it is tried first. @throws AppError format.malformed */
export function decodeCoded(text: string): Coded {
  try {
    return decodeAs(text, 2)
  } catch {
    return decodeAs(text, 1)
  }
}

/** The coding of a text; 2 when both would do. */
function codingOf(text: string): Coding {
  try {
    decodeAs(text, 2)
    return 2
  } catch {
    return 1
  }
}

/** @throws AppError format.malformed */
export function decodeAs(text: string, coding: Coding, depth = 0): Coded {
  const value = text.slice(1)
  switch (text.slice(0, 1)) {
    case '0':
      if (value !== '0' && value !== '1') throw malformed()
      return value === '1'
    case '1':
      if (!/^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/.test(value) || !Number.isFinite(Number(value))) throw malformed()
      return Number(value)
    case '2':
      return value
    case '3':
      if (!/^-?\d{1,40}$/.test(value)) throw malformed()
      return BigInt(value)
    case '4':
      if (!/^-?\d{1,16}$/.test(value)) throw malformed()
      return new Date(Number(value))
    case '5': {
      const bytes = decodeBase64(value)
      if (bytes === null) throw malformed()
      return bytes
    }
    case '6':
      return itemsOf(value, coding, depth)
    case '7':
      return objectOf(itemsOf(value, coding, depth))
    default:
      throw malformed()
  }
}

function itemsOf(text: string, coding: Coding, depth: number): readonly Coded[] {
  if (depth > MAX_DEPTH) throw malformed()
  const parts = coding === 2 ? partsByLength(text) : partsByLine(text)
  return parts.map((part) => decodeAs(part, coding, depth + 1))
}

/** Each item is its length, a new line and the coded item. */
function partsByLength(text: string): readonly string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length; ) {
    const { length, next } = lengthAt(text, at)
    parts.push(text.slice(next, next + length))
    at = next + length
  }
  return parts
}

/** Items stand on lines of their own; those that can hold new lines have their length behind the type. */
function partsByLine(text: string): readonly string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length; at += 1) {
    const type = text[at] ?? ''
    if ('256'.includes(type)) {
      const { length, next } = lengthAt(text, at + 1)
      parts.push(type + text.slice(next, next + length))
      at = next + length
    } else {
      // An object has no length: it takes what is left.
      const end = type === '7' ? -1 : text.indexOf('\n', at)
      parts.push(text.slice(at, end === -1 ? text.length : end))
      at = end === -1 ? text.length : end
    }
    if (at < text.length && text[at] !== '\n') throw malformed()
  }
  return parts
}

function lengthAt(text: string, at: number): { length: number; next: number } {
  const line = text.indexOf('\n', at)
  const digits = line === -1 || line > at + 9 ? '' : text.slice(at, line)
  const length = /^\d{1,9}$/.test(digits) ? Number(digits) : -1
  if (length < 0 || line + 1 + length > text.length) throw malformed()
  return { length, next: line + 1 }
}

function objectOf(pairs: readonly Coded[]): CodedObject {
  const members = new Map<string, Coded>()
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2) throw malformed()
    const [name, value] = pair as readonly Coded[]
    if (typeof name !== 'string' || value === undefined) throw malformed()
    members.set(name, value)
  }
  return members
}

/**
 * A pair of an object and one more value. Releases 0.70 to 0.89 wrote the object without its length and cannot read such
 * a row themselves; the second value is its last line.
 * @throws AppError format.malformed
 */
export function decodePair(text: string): readonly [Coded, Coded] {
  if (codingOf(text) === 1 && text.startsWith('67')) {
    const line = text.lastIndexOf('\n')
    if (line === -1) throw malformed()
    return [decodeAs(text.slice(1, line), 1), decodeAs(text.slice(line + 1), 1)]
  }
  const value = decodeCoded(text)
  if (!Array.isArray(value) || value.length < 2) throw malformed()
  return value as unknown as readonly [Coded, Coded]
}

/** Always coding 2. */
export function encodeCoded(value: Coded): string {
  if (typeof value === 'boolean') return `0${Number(value)}`
  if (typeof value === 'number') return `1${value}`
  if (typeof value === 'string') return `2${value}`
  if (typeof value === 'bigint') return `3${value}`
  if (value instanceof Date) return `4${value.getTime()}`
  if (value instanceof Uint8Array) return `5${encodeBase64(value)}`
  if (isCodedObject(value)) return `7${encodeCoded([...value]).slice(1)}`
  const items = value.map((item) => {
    const text = encodeCoded(item)
    return `${text.length}\n${text}`
  })
  return `6${items.join('')}`
}

function malformed(): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason: 'a value in it is not as MTKruto writes it' })
}
