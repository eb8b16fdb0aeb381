import { byteReader } from '../../bytes/reader.ts'
import { readTlBytes } from '../../bytes/tl.ts'
import { isAppError } from '../../domain/errors.ts'
import type { BinlogEvent } from './binlog.ts'

/** The two key–value stores in the log, by event type. */
const VALUES = 0x4327
const OPTIONS = 0x1f18

export interface Stores {
  /** Keys of the account, counters. */
  readonly values: ReadonlyMap<string, Uint8Array>
  /** What the library tells its user, each with a letter for its kind. */
  readonly options: ReadonlyMap<string, Uint8Array>
  /** Entries that are none. */
  readonly damaged: number
}

/** The last entry of a key counts. */
export function storesFrom(events: readonly BinlogEvent[]): Stores {
  const values = new Map<string, Uint8Array>()
  const options = new Map<string, Uint8Array>()
  let damaged = 0
  for (const { type, data } of events) {
    if (type !== VALUES && type !== OPTIONS) continue
    const entry = entryFrom(data)
    if (entry === null) damaged += 1
    else (type === VALUES ? values : options).set(entry.key, entry.value)
  }
  return { values, options, damaged }
}

function entryFrom(data: Uint8Array): { key: string; value: Uint8Array } | null {
  try {
    const reader = byteReader(data)
    return { key: textFrom(readTlBytes(reader)), value: readTlBytes(reader) }
  } catch (error) {
    if (isAppError(error)) return null
    throw error
  }
}

export function textFrom(bytes: Uint8Array | undefined): string {
  return new TextDecoder().decode(bytes)
}

/** A counter that fits a number, null for none and for what is no number. */
export function numberFrom(bytes: Uint8Array | undefined): number | null {
  const text = textFrom(bytes)
  const value = /^\d{1,16}$/.test(text) ? Number(text) : null
  return value !== null && Number.isSafeInteger(value) ? value : null
}

/** An option of the kind `I`. */
export function integerOption(options: ReadonlyMap<string, Uint8Array>, name: string): bigint | null {
  const text = textFrom(options.get(name))
  return /^I\d{1,19}$/.test(text) ? BigInt(text.slice(1)) : null
}

/** An option of the kind `B`. */
export function booleanOption(options: ReadonlyMap<string, Uint8Array>, name: string): boolean | null {
  const text = textFrom(options.get(name))
  return text === 'Btrue' ? true : text === 'Bfalse' ? false : null
}
