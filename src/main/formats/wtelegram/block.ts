import { createCipheriv, createDecipheriv, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { fromHex } from '../../bytes/hex.ts'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'

const HEADER_BYTE_LENGTH = 8
const IV_BYTE_LENGTH = 16
const SHA256_BYTE_LENGTH = 32
/** IV, hash and at least one block of padded JSON. */
const LEAST_BYTE_LENGTH = 64

/** The current block of a file, by the header; null when there cannot be one. */
export function blockOf(file: Uint8Array): Uint8Array | null {
  if (file.byteLength < HEADER_BYTE_LENGTH + LEAST_BYTE_LENGTH) return null
  const reader = byteReader(file)
  const position = reader.i32le()
  const byteLength = reader.i32le()
  if (position < HEADER_BYTE_LENGTH || position + byteLength > file.byteLength || !isBlockLength(byteLength))
    return null
  // All blocks before it have lengths of that kind too, and writing starts anew at three times the length.
  if ((position - HEADER_BYTE_LENGTH) % 16 !== 0 || position > 3 * byteLength) return null
  return file.subarray(position, position + byteLength)
}

/** Whether bytes look encrypted: about as many different ones as chance gives. Many files begin with two small numbers. */
export function looksEncrypted(block: Uint8Array): boolean {
  const sample = block.subarray(0, 1024)
  const expected = 256 * (1 - (255 / 256) ** sample.byteLength)
  return new Set(sample).size > expected * 0.8
}

export function isBlockLength(byteLength: number): boolean {
  return byteLength >= LEAST_BYTE_LENGTH && byteLength % 16 === 0
}

/** An API hash or session key as a person types it: 16, 24 or 32 bytes in hexadecimal digits. Null for other text. */
export function sessionKeyFrom(text: string): Uint8Array | null {
  const key = fromHex(text.trim())
  return key !== null && [16, 24, 32].includes(key.byteLength) ? key : null
}

/** The JSON in a block when this key opens it, else null: its hash is checked. */
export function open(block: Uint8Array, key: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(`aes-${key.byteLength * 8}-cbc`, key, block.subarray(0, IV_BYTE_LENGTH))
  let plain: Buffer
  try {
    plain = Buffer.concat([decipher.update(block.subarray(IV_BYTE_LENGTH)), decipher.final()])
  } catch {
    return null
  }
  if (plain.byteLength < SHA256_BYTE_LENGTH) return null
  const json = plain.subarray(SHA256_BYTE_LENGTH)
  const isWhole = timingSafeEqual(hash('sha256', json, 'buffer'), plain.subarray(0, SHA256_BYTE_LENGTH))
  return isWhole ? Uint8Array.from(json) : null
}

/** A block with a fresh IV. */
export function seal(json: Uint8Array, key: Uint8Array): Uint8Array {
  const iv = randomBytes(IV_BYTE_LENGTH)
  const cipher = createCipheriv(`aes-${key.byteLength * 8}-cbc`, key, iv)
  const sum = hash('sha256', json, 'buffer')
  return Uint8Array.from(Buffer.concat([iv, cipher.update(sum), cipher.update(json), cipher.final()]))
}

/** A file with this block alone. */
export function fileOf(block: Uint8Array): Uint8Array {
  return byteWriter().i32le(HEADER_BYTE_LENGTH).i32le(block.byteLength).bytes(block).done()
}
