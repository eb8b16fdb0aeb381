import { hash, timingSafeEqual } from 'node:crypto'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { AppError } from '../../domain/errors.ts'

/** What every file of the folder begins with. */
const MAGIC = new TextEncoder().encode('TDF$')
export const FORMAT_ID = 'tdesktop.tdata'

const HEAD_BYTE_LENGTH = 8
const MD5_BYTE_LENGTH = 16

/** The content of one file: `version` is that of the program which wrote it (major·1000000 + minor·1000 + patch). */
export interface Frame {
  readonly version: number
  readonly payload: Uint8Array
}

export function hasMagic(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, index) => bytes[index] === byte)
}

/**
 * Layout: `TDF$`, version (i32, little-endian), payload, MD5 of payload, its length (i32 LE), the version and `TDF$`.
 * @param file its path in the folder, for the sentence
 * @throws AppError format.malformed
 */
export function readFrame(bytes: Uint8Array, file: string): Frame {
  if (!hasMagic(bytes)) throw damaged(`“${file}” does not begin as a file of Telegram Desktop does`)
  if (bytes.byteLength < HEAD_BYTE_LENGTH + MD5_BYTE_LENGTH) throw damaged(`“${file}” ends too early`)
  const payload = bytes.subarray(HEAD_BYTE_LENGTH, bytes.byteLength - MD5_BYTE_LENGTH)
  const version = byteReader(bytes.subarray(MAGIC.byteLength)).i32le()
  const signature = bytes.subarray(bytes.byteLength - MD5_BYTE_LENGTH)
  if (!timingSafeEqual(signature, signatureOf(payload, version))) {
    throw damaged(`the checksum of “${file}” does not fit: it was changed or cut short`)
  }
  return { version, payload }
}

/** Reverses {@link readFrame}. */
export function writeFrame({ version, payload }: Frame): Uint8Array {
  return byteWriter().bytes(MAGIC).i32le(version).bytes(payload).bytes(signatureOf(payload, version)).done()
}

/** "3.4.0" of a frame's version. */
export function spellVersion(version: number): string {
  return [Math.trunc(version / 1_000_000), Math.trunc(version / 1000) % 1000, version % 1000].join('.')
}

/** A part that is not what it must be. */
export function damaged(reason: string): AppError<'format.malformed'> {
  return new AppError('format.malformed', { format: FORMAT_ID, reason })
}

function signatureOf(payload: Uint8Array, version: number): Uint8Array {
  const signed = byteWriter().bytes(payload).i32le(payload.byteLength).i32le(version).bytes(MAGIC).done()
  return hash('md5', signed, 'buffer')
}
