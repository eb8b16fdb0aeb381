import { isJsonObject, parseJson } from '../../bytes/json.ts'
import { readPickle } from '../../bytes/pickle.ts'
import { isAppError } from '../../domain/errors.ts'
import type { Cell, KeyValue } from '../media.ts'

/** The object that a key holds, or why it is none. Nothing in a key's name tells how it was encoded. */
export type RedisValue =
  | {
      readonly encoding: 'json' | 'pickle'
      readonly cells: Readonly<Record<string, Cell>>
      readonly isStamped: boolean
    }
  | { readonly encoding: 'none'; readonly reason: string }

/** Null where there is no key. Never throws. */
export function redisValue(value: KeyValue): RedisValue | null {
  if (value === null) return null
  if (value.type !== 'string') return none(`it is a ${value.type === 'hash' ? 'hash' : value.name} instead of a string`)
  if (value.bytes.byteLength === 0) return none('it is empty')
  try {
    return value.bytes[0] === 0x80 ? fromPickle(value.bytes) : fromJson(value.bytes)
  } catch (error) {
    return none(isAppError(error, 'format.malformed') ? error.details.reason : 'it is no text')
  }
}

function none(reason: string): RedisValue {
  return { encoding: 'none', reason }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function fromJson(bytes: Uint8Array): RedisValue {
  const object = parseJson(utf8.decode(bytes))
  if (!isJsonObject(object)) return none('it is no JSON object')
  for (const name in object) if (!isCell(object[name])) return found('json', Object.entries(object))
  return {
    encoding: 'json',
    cells: object as Readonly<Record<string, Cell>>,
    isStamped: Object.hasOwn(object, 'ts_ts'),
  }
}

/** A pickle is a program: the machine runs nothing, and knows no class here. */
function fromPickle(bytes: Uint8Array): RedisValue {
  const { root } = readPickle(bytes, () => false)
  if (!(root instanceof Map)) return none('it is a pickle of something else than a dictionary')
  return found('pickle', [...root])
}

function found(encoding: 'json' | 'pickle', entries: readonly (readonly [unknown, unknown])[]): RedisValue {
  const cells = Object.fromEntries(
    entries.flatMap(([name, value]): [string, Cell][] =>
      typeof name === 'string' && isCell(value) ? [[name, value]] : [],
    ),
  )
  return { encoding, cells, isStamped: Object.hasOwn(cells, 'ts_ts') }
}

function isCell(value: unknown): value is Cell {
  const kind = typeof value
  return value === null || kind === 'string' || kind === 'number' || kind === 'bigint' || value instanceof Uint8Array
}
