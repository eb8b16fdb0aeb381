import { createDecipheriv } from 'node:crypto'
import { crc32 } from '../../bytes/crc32.ts'
import { byteReader } from '../../bytes/reader.ts'
import { readTlBytes } from '../../bytes/tl.ts'
import { AppError, isAppError } from '../../domain/errors.ts'

/** Upstream: `tddb/td/db/binlog/Binlog.cpp`, `BinlogEvent.cpp`, `tddb/td/db/detail/BinlogEventsProcessor`. */

export interface BinlogEvent {
  readonly id: bigint
  readonly type: number
  readonly data: Uint8Array
}

/** What stands in front of everything encrypted. */
export interface EncryptionEvent {
  readonly salt: Uint8Array
  readonly iv: Uint8Array
  readonly keyHash: Uint8Array
}

/** Why reading ended before the end of the file. */
export type Stop = 'cut' | 'checksum' | 'order'

export interface Events {
  /** The last state of each id, in the order of ids. */
  readonly events: readonly BinlogEvent[]
  readonly stop: Stop | null
}

/** Type numbers below zero are the log's own. */
export const SERVICE = { header: -1, empty: -2, encryption: -3, none: -4 } as const
const FLAG_REWRITE = 1

const HEAD_BYTE_LENGTH = 28
const TAIL_BYTE_LENGTH = 4
export const LEAST_EVENT_BYTE_LENGTH = HEAD_BYTE_LENGTH + TAIL_BYTE_LENGTH
const MOST_EVENT_BYTE_LENGTH = 2 ** 24

interface RawEvent extends BinlogEvent {
  readonly flags: number
  readonly byteLength: number
}

/** Length and type in an event's head, null where there can be none. */
export function peekEvent(bytes: Uint8Array): { readonly byteLength: number; readonly type: number } | null {
  if (bytes.byteLength < HEAD_BYTE_LENGTH) return null
  const reader = byteReader(bytes)
  const byteLength = reader.u32le()
  if (byteLength % 4 !== 0 || byteLength < LEAST_EVENT_BYTE_LENGTH || byteLength > MOST_EVENT_BYTE_LENGTH) return null
  reader.u64le()
  return { byteLength, type: reader.i32le() }
}

/** size u32, id u64, type i32, flags i32, extra u64, data, CRC-32; little-endian. */
export function readEvent(bytes: Uint8Array): RawEvent | 'cut' | 'checksum' {
  const head = peekEvent(bytes)
  if (head === null) return bytes.byteLength < HEAD_BYTE_LENGTH ? 'cut' : 'checksum'
  const { byteLength, type } = head
  if (byteLength > bytes.byteLength) return 'cut'
  const checked = byteLength - TAIL_BYTE_LENGTH
  if (byteReader(bytes.subarray(checked, byteLength)).u32le() !== crc32(bytes.subarray(0, checked))) return 'checksum'
  const reader = byteReader(bytes.subarray(4))
  const id = reader.u64le()
  reader.i32le()
  const flags = reader.i32le()
  return { id, type, flags, byteLength, data: bytes.subarray(HEAD_BYTE_LENGTH, checked) }
}

/** The event that a log begins with when it is encrypted, and where the rest begins. */
export function encryptionOf(bytes: Uint8Array): { readonly event: EncryptionEvent; readonly from: number } | null {
  const first = readEvent(bytes)
  if (typeof first === 'string' || first.type !== SERVICE.encryption) return null
  try {
    const reader = byteReader(first.data)
    reader.i32le()
    const event = { salt: readTlBytes(reader), iv: readTlBytes(reader), keyHash: readTlBytes(reader) }
    return { event, from: first.byteLength }
  } catch (error) {
    if (isAppError(error)) throw damaged('its encryption event ends too early')
    throw error
  }
}

/** Everything behind the encryption event, in clear: AES-256 in counter mode, which starts at the IV there. */
export function decryptRest(bytes: Uint8Array, from: number, iv: Uint8Array, key: Uint8Array): Uint8Array {
  if (iv.byteLength !== 16) throw damaged('its encryption event is of no known form')
  return createDecipheriv('aes-256-ctr', key, iv).update(bytes.subarray(from))
}

/**
 * Plays the log as the library does: ids rise, an event with the rewrite flag takes the place of an earlier one, and an
 * empty one takes it away. What cannot be read ends the log.
 */
export function replay(bytes: Uint8Array): Events {
  const state = new Map<bigint, BinlogEvent>()
  let lastId = -1n
  let rest = bytes
  while (rest.byteLength > 0) {
    const event = readEvent(rest)
    if (typeof event === 'string') return { events: [...state.values()], stop: event }
    rest = rest.subarray(event.byteLength)
    const isRewrite = (event.flags & FLAG_REWRITE) !== 0 && event.id <= lastId
    if (isRewrite) {
      if (!state.has(event.id)) return { events: [...state.values()], stop: 'order' }
      if (event.type === SERVICE.empty) state.delete(event.id)
      else state.set(event.id, event)
    } else if (event.type >= 0) {
      if (event.id <= lastId) return { events: [...state.values()], stop: 'order' }
      lastId = event.id
      state.set(event.id, event)
    }
  }
  return { events: [...state.values()], stop: null }
}

export function damaged(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: 'tdlib.binlog', reason })
}
