import { AppError } from '../domain/errors.ts'
import type { ByteReader } from './reader.ts'
import type { ByteWriter } from './writer.ts'

/**
 * Bare values of Telegram's own serialisation (TL), little-endian. Layout: core.telegram.org/mtproto/serialize.
 * A length below 254 takes one byte, others 0xFE and three; header and data are padded with zeros to a multiple of 4.
 */

const TL_TRUE = 0x997275b5
const TL_FALSE = 0xbc799737
export const TL_VECTOR = 0x1cb5c415

const decoder = new TextDecoder()
const encoder = new TextEncoder()

const LONG_FORM = 254
const MAX_BYTE_LENGTH = 0xff_ffff

/** TL `bytes`, a copy. @throws AppError format.malformed when the end comes first */
export function readTlBytes(reader: ByteReader): Uint8Array {
  return new Uint8Array(viewTlBytes(reader))
}

/** TL `bytes` where they lie, in memory of the source. @throws AppError format.malformed when the end comes first */
export function viewTlBytes(reader: ByteReader): Uint8Array {
  const first = reader.u8()
  const isLong = first === LONG_FORM
  if (first > LONG_FORM) throw new AppError('format.malformed', { reason: 'a length is of no known form' })
  const byteLength = isLong ? reader.u8() | (reader.u8() << 8) | (reader.u8() << 16) : first
  const bytes = reader.view(byteLength)
  reader.view(paddingOf((isLong ? 4 : 1) + byteLength))
  return bytes
}

/** TL `string`; bytes that are not UTF-8 come back as U+FFFD. @throws AppError format.malformed */
export function readTlString(reader: ByteReader): string {
  return decoder.decode(viewTlBytes(reader))
}

/** @throws AppError format.malformed for anything but the two constructors */
export function readTlBoolean(reader: ByteReader): boolean {
  const constructor = reader.u32le()
  if (constructor !== TL_TRUE && constructor !== TL_FALSE) {
    throw new AppError('format.malformed', { reason: 'a flag is neither true nor false' })
  }
  return constructor === TL_TRUE
}

/** @throws AppError request.invalid above 16 MB */
export function writeTlBytes(writer: ByteWriter, bytes: Uint8Array): ByteWriter {
  const { byteLength } = bytes
  if (byteLength > MAX_BYTE_LENGTH) throw new AppError('request.invalid', { reason: 'a value is too long' })
  if (byteLength < LONG_FORM) writer.u8(byteLength)
  else
    writer
      .u8(LONG_FORM)
      .u8(byteLength & 0xff)
      .u8((byteLength >> 8) & 0xff)
      .u8(byteLength >> 16)
  return writer.bytes(bytes).bytes(new Uint8Array(paddingOf((byteLength < LONG_FORM ? 1 : 4) + byteLength)))
}

export function writeTlString(writer: ByteWriter, text: string): ByteWriter {
  return writeTlBytes(writer, encoder.encode(text))
}

export function writeTlBoolean(writer: ByteWriter, value: boolean): ByteWriter {
  return writer.u32le(value ? TL_TRUE : TL_FALSE)
}

function paddingOf(byteLength: number): number {
  return (4 - (byteLength % 4)) % 4
}
