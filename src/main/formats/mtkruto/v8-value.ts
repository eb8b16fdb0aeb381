import { byteReader, type ByteReader } from '../../bytes/reader.ts'
import { AppError } from '../../domain/errors.ts'
import type { Coded } from './coded.ts'

/** Versions whose values of the kinds below have one form. */
const VERSIONS = { least: 13, most: 16 } as const
const MAX_DEPTH = 16

/**
 * A value as V8 serialises it, which is what Deno's key-value store keeps: the few kinds that MTKruto stores. Node's own
 * reader refuses the version of a newer Deno, and makes whatever a value asks for.
 * @throws AppError format.malformed, also for kinds that a session has none of
 */
export function readV8Value(bytes: Uint8Array): Coded {
  const reader = byteReader(bytes)
  if (reader.u8() !== 0xff) throw malformed()
  const version = reader.u8()
  if (version < VERSIONS.least || version > VERSIONS.most) {
    throw new AppError('format.unsupported-version', {
      format: 'mtkruto.deno-kv',
      found: `values of V8 format ${version}`,
      known: String(VERSIONS.most),
    })
  }
  return valueOf({ reader, version, last: null }, 0)
}

interface State {
  readonly reader: ByteReader
  readonly version: number
  /** A tag that was read too far. */
  last: string | null
}

function tagOf(state: State): string {
  const { last } = state
  state.last = null
  if (last !== null) return last
  for (;;) {
    const byte = state.reader.u8()
    // Zeros are padding.
    if (byte !== 0) return String.fromCharCode(byte)
  }
}

function valueOf(state: State, depth: number): Coded {
  if (depth > MAX_DEPTH) throw malformed()
  const { reader } = state
  switch (tagOf(state)) {
    case 'T':
      return true
    case 'F':
      return false
    case 'I':
      return integerOf(reader)
    case 'N':
      return reader.f64le()
    case 'D':
      return new Date(reader.f64le())
    case 'Z':
      return bigintOf(reader)
    case '"':
      return new TextDecoder('latin1').decode(reader.bytes(lengthOf(reader)))
    case 'c':
      return new TextDecoder('utf-16le').decode(reader.bytes(lengthOf(reader)))
    case 'B':
      return bytesOf(state)
    case 'A':
      return listOf(state, depth)
    case 'o':
      return new Map(membersOf(state, '{', depth))
    default:
      throw malformed()
  }
}

function listOf(state: State, depth: number): Coded {
  const length = lengthOf(state.reader)
  const items: Coded[] = []
  while (items.length < length) items.push(valueOf(state, depth + 1))
  if (membersOf(state, '$', depth).length > 0 || lengthOf(state.reader) !== length) throw malformed()
  return items
}

function membersOf(state: State, end: '{' | '$', depth: number): [string, Coded][] {
  const members: [string, Coded][] = []
  for (;;) {
    const tag = tagOf(state)
    if (tag === end) {
      if (lengthOf(state.reader) !== members.length) throw malformed()
      return members
    }
    state.last = tag
    const name = valueOf(state, depth + 1)
    if (typeof name !== 'string') throw malformed()
    members.push([name, memberOf(state, depth)])
  }
}

/** Null and undefined stand for nothing stored. */
function memberOf(state: State, depth: number): Coded {
  const tag = tagOf(state)
  if (tag === '0' || tag === '_') return ''
  state.last = tag
  return valueOf(state, depth + 1)
}

/** A buffer, and the view of it that follows at once. */
function bytesOf(state: State): Coded {
  const { reader, version } = state
  const buffer = reader.bytes(lengthOf(reader))
  if (tagOf(state) !== 'V' || tagOf(state) !== 'B') throw malformed()
  // Before the numbers there may be no padding, so that a zero is one.
  const offset = lengthOf(reader)
  const byteLength = lengthOf(reader)
  if (version >= 14) lengthOf(reader)
  if (offset + byteLength > buffer.byteLength) throw malformed()
  return buffer.slice(offset, offset + byteLength)
}

/** An unsigned number in groups of seven bits, low ones first. */
function lengthOf(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = reader.u8()
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return value
  }
  throw malformed()
}

function integerOf(reader: ByteReader): number {
  const zigzag = lengthOf(reader)
  return zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2
}

/** One bit of sign, then the number of bytes, then those, low ones first. */
function bigintOf(reader: ByteReader): bigint {
  const field = lengthOf(reader)
  const bytes = reader.bytes(field >> 1)
  let value = 0n
  for (const byte of bytes.toReversed()) value = value * 256n + BigInt(byte)
  return field % 2 === 1 ? -value : value
}

function malformed(): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason: 'a value in it is of a kind that a session has none of' })
}
