import { decodeBase64 } from '../../bytes/base64.ts'
import { byteReader, type ByteReader } from '../../bytes/reader.ts'
import { readTlBoolean, viewTlBytes } from '../../bytes/tl.ts'
import { AppError } from '../../domain/errors.ts'
import { AUTH_KEY_BYTE_LENGTH } from '../../domain/key-id.ts'
import { type DcOption, readBasicDcOption, readTlDcOption } from './dc-option.ts'

export type StringVariant = '1' | '2' | '3-old' | '3'

export interface StringParts {
  readonly variant: StringVariant
  readonly main: DcOption
  /** Null: the same as main. */
  readonly media: DcOption | null
  readonly test: boolean
  readonly self: { readonly id: bigint; readonly isBot: boolean } | null
  readonly key: Uint8Array
}

/** The newest version of the text that is known. */
const NEWEST_STRING = 3

export const STRING_FLAGS = { self: 1, test: 2, media: 4 } as const

/** Above it the library's own numbers lose digits. */
export const MAX_USER_ID = 2n ** 53n - 1n

/** The shortest whole string: no account, one short address. */
const MIN_BYTE_LENGTH = 281

/**
 * Every field of a text, read to its last byte: the library itself takes cut and lengthened texts without a word.
 * @throws AppError format.malformed, format.unsupported-version
 */
export function stringParts(text: string, format: string): StringParts {
  const bytes = decodeBase64(text)
  if (bytes === null) throw malformed('it is not base64, or characters are missing')
  if (bytes.byteLength < MIN_BYTE_LENGTH) {
    throw malformed(`it has ${text.length} characters, and a whole string has 375 or more`)
  }
  const reader = byteReader(bytes)
  const version = reader.u8()
  if (version < 1 || version > NEWEST_STRING) {
    // Any text has a first byte; only a plausible next version is called newer.
    if (version === 0 || version > NEWEST_STRING + 5) throw malformed('it does not begin with a version')
    throw new AppError('format.unsupported-version', { format, found: String(version), known: String(NEWEST_STRING) })
  }
  const flags = reader.u32le()
  if (flags > (version === 1 ? 3 : 7)) throw malformed('it has unknown flags')
  const basic = version === 3
  const main = basic ? readBasicDcOption(viewTlBytes(reader)) : readTlDcOption(reader)
  const hasMedia = (flags & STRING_FLAGS.media) !== 0
  const media = !hasMedia ? null : basic ? readBasicDcOption(viewTlBytes(reader)) : readTlDcOption(reader)
  const oldTest = (flags & STRING_FLAGS.test) !== 0
  if (!oldTest && media !== null && media.test !== main.test) {
    throw malformed('one of its addresses is a test server and the other is not')
  }
  const self = (flags & STRING_FLAGS.self) === 0 ? null : selfFrom(reader)
  const key = viewTlBytes(reader)
  if (key.byteLength !== AUTH_KEY_BYTE_LENGTH) throw malformed(`its key has ${key.byteLength} bytes instead of 256`)
  if (reader.remaining > 0) throw malformed('something stands behind its key')
  const variant = basic ? ('version' in main && main.version === 1 ? '3-old' : '3') : version === 1 ? '1' : '2'
  return { variant, main, media, test: oldTest || main.test === true, self, key }
}

function selfFrom(reader: ByteReader): { id: bigint; isBot: boolean } {
  const id = reader.i64le()
  if (id < 1n || id > MAX_USER_ID) throw malformed('its user id is not a possible one')
  return { id, isBot: readTlBoolean(reader) }
}

function malformed(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { reason })
}
