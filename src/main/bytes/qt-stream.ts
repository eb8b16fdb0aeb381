import { AppError } from '../domain/errors.ts'
import type { ByteReader } from './reader.ts'
import type { ByteWriter } from './writer.ts'

/**
 * Values of Qt's data stream (version Qt 5.1, big-endian), beyond plain numbers. A byte array is its length (u32) and
 * its bytes; a text is a byte array of UTF-16BE. The length 0xFFFFFFFF stands for null.
 */

const NULL_LENGTH = 0xffff_ffff

/** Null counts as empty, as Qt takes it. @throws AppError format.malformed when the end comes first */
export function readQtBytes(reader: ByteReader): Uint8Array {
  const byteLength = reader.u32()
  return byteLength === NULL_LENGTH ? new Uint8Array() : reader.bytes(byteLength)
}

/** @throws AppError format.malformed when the end comes first or half a character is left */
export function readQtText(reader: ByteReader): string {
  const bytes = readQtBytes(reader)
  if (bytes.byteLength % 2 !== 0) throw new AppError('format.malformed', { reason: 'a text ends in half a character' })
  return new TextDecoder('utf-16be').decode(bytes)
}

export function writeQtBytes(writer: ByteWriter, bytes: Uint8Array): ByteWriter {
  return writer.u32(bytes.byteLength).bytes(bytes)
}

export function writeQtText(writer: ByteWriter, text: string): ByteWriter {
  writer.u32(text.length * 2)
  for (let index = 0; index < text.length; index += 1) writer.u16(text.charCodeAt(index))
  return writer
}
