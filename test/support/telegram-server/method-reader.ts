import { createRequire } from 'node:module'
import type { TlBinaryReader } from '@mtcute/core/utils.js'

/**
 * Reads method calls. The client library's own map reads results alone, so the arguments are walked as its published
 * schema lists them.
 */

/** A call by its name, its arguments in camel case as the library has them. */
export interface Call {
  readonly _: string
  readonly [argument: string]: unknown
}

/** The server has no such method: another layer, most often. */
export class UnknownMethod extends Error {
  readonly constructorId: number

  constructor(constructorId: number) {
    super(`no method ${constructorId.toString(16)}`)
    this.constructorId = constructorId
  }
}

interface Argument {
  readonly name: string
  readonly type: string
  readonly typeModifiers?: {
    /** `flags.3`: there when bit 3 of the argument `flags` is set. */
    readonly predicate?: string
    readonly isVector?: boolean
    readonly isBareVector?: boolean
  }
}

interface Entry {
  readonly kind: 'class' | 'method'
  readonly name: string
  readonly id: number
  readonly arguments?: readonly Argument[]
}

interface Schema {
  /** The layer. */
  readonly l: number
  readonly e: readonly Entry[]
}

const schema = createRequire(import.meta.url)('@mtcute/core/tl/api-schema.json') as Schema
const METHODS: ReadonlyMap<number, Entry> = new Map(
  schema.e.flatMap((entry) => (entry.kind === 'method' ? [[entry.id >>> 0, entry] as const] : [])),
)

/** The one layer the server speaks. */
export const LAYER = schema.l

/** @throws UnknownMethod, also for an unknown call within another */
export function readCall(reader: TlBinaryReader): Call {
  const id = reader.peekUint()
  const method = METHODS.get(id)
  if (method === undefined) {
    // Service messages are plain constructors to the library.
    if (reader.objectsMap?.[id] === undefined) throw new UnknownMethod(id)
    return reader.object() as Call
  }
  reader.uint()
  const call: Record<string, unknown> & { _: string } = { _: method.name }
  const flags = new Map<string, number>()
  for (const argument of method.arguments ?? []) {
    if (argument.type === '#') flags.set(argument.name, reader.uint())
    else if (isThere(argument, flags)) call[camelCase(argument.name)] = readArgument(reader, argument)
  }
  return call
}

function isThere({ typeModifiers }: Argument, flags: ReadonlyMap<string, number>): boolean {
  if (typeModifiers?.predicate === undefined) return true
  const [name = '', bit] = typeModifiers.predicate.split('.')
  return ((flags.get(name) ?? 0) & (1 << Number(bit))) !== 0
}

function readArgument(reader: TlBinaryReader, { type, typeModifiers }: Argument): unknown {
  // Its presence is its value.
  if (type === 'true') return true
  const { isVector = false, isBareVector = false } = typeModifiers ?? {}
  if (isVector || isBareVector) return reader.vector(() => readValue(reader, type), isBareVector)
  return readValue(reader, type)
}

function readValue(reader: TlBinaryReader, type: string): unknown {
  switch (type) {
    case '!X':
      return readCall(reader)
    case 'int':
      return reader.int()
    case 'int53':
      return reader.int53()
    case 'long':
      return reader.long()
    case 'double':
      return reader.double()
    case 'int128':
      return reader.int128()
    case 'int256':
      return reader.int256()
    case 'string':
      return reader.string()
    case 'bytes':
      return reader.bytes()
    case 'Bool':
      return reader.boolean()
    default:
      return reader.object()
  }
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}
