import { hash, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decryptIge, encryptIge } from '../../bytes/aes.ts'
import { byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { damaged } from './frame.ts'

export const KEY_BYTE_LENGTH = 256
export const SALT_BYTE_LENGTH = 32
const BLOCK = 16

const derive = promisify(pbkdf2)

/**
 * The key that a folder's local key is encrypted with. 100,000 rounds with a passcode: it runs off the main thread.
 * @param passcode UTF-8, empty for none
 */
export function passcodeKey(passcode: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  const password = hash('sha512', byteWriter().bytes(salt).bytes(passcode).bytes(salt).done(), 'buffer')
  return derive(password, salt, passcode.byteLength === 0 ? 1 : 100_000, KEY_BYTE_LENGTH, 'sha512')
}

/** The same before there were several accounts (releases older than about 2.0). */
export function legacyPasscodeKey(passcode: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
  return derive(passcode, salt, passcode.byteLength === 0 ? 4 : 4000, KEY_BYTE_LENGTH, 'sha1')
}

/**
 * Opens an encrypted block: a message key of 16 bytes, then AES-256-IGE over length (u32, little-endian, itself
 * included), data and padding. The message key is the SHA-1 of all that, so a wrong key never passes for a right one.
 * @param what names the block in a sentence
 * @returns null when the key is not the right one (or the block was changed)
 * @throws AppError format.malformed when it cannot be a block at all
 */
export function decryptBlock(block: Uint8Array, key: Uint8Array, what: string): Uint8Array | null {
  if (block.byteLength <= BLOCK || block.byteLength % BLOCK !== 0) throw damaged(`${what} has an impossible length`)
  const messageKey = block.subarray(0, BLOCK)
  const { aesKey, iv } = cipherOf(key, messageKey)
  const plain = decryptIge(block.subarray(BLOCK), aesKey, iv)
  if (!timingSafeEqual(messageKeyOf(plain), messageKey)) return null
  const byteLength = byteReader(plain).u32le()
  if (byteLength < 4 || byteLength > plain.byteLength || byteLength <= plain.byteLength - BLOCK) {
    throw damaged(`${what} names a length that does not fit`)
  }
  return plain.slice(4, byteLength)
}

/** Reverses {@link decryptBlock}, with random padding. */
export function encryptBlock(data: Uint8Array, key: Uint8Array): Uint8Array {
  const byteLength = data.byteLength + 4
  const padding = randomBytes((BLOCK - (byteLength % BLOCK)) % BLOCK)
  const plain = byteWriter().u32le(byteLength).bytes(data).bytes(padding).done()
  const messageKey = messageKeyOf(plain)
  const { aesKey, iv } = cipherOf(key, messageKey)
  return byteWriter()
    .bytes(messageKey)
    .bytes(encryptIge(plain, aesKey, iv))
    .done()
}

function messageKeyOf(plain: Uint8Array): Uint8Array {
  return hash('sha1', plain, 'buffer').subarray(0, BLOCK)
}

/** The old key derivation of MTProto, with its offset for data going to the client (x = 8). */
function cipherOf(key: Uint8Array, messageKey: Uint8Array): { aesKey: Uint8Array; iv: Uint8Array } {
  const sha1 = (...parts: readonly Uint8Array[]): Uint8Array => hash('sha1', Buffer.concat(parts), 'buffer')
  const a = sha1(messageKey, key.subarray(8, 40))
  const b = sha1(key.subarray(40, 56), messageKey, key.subarray(56, 72))
  const c = sha1(key.subarray(72, 104), messageKey)
  const d = sha1(messageKey, key.subarray(104, 136))
  return {
    aesKey: Buffer.concat([a.subarray(0, 8), b.subarray(8, 20), c.subarray(4, 16)]),
    iv: Buffer.concat([a.subarray(8, 20), b.subarray(0, 8), c.subarray(16, 20), d.subarray(0, 8)]),
  }
}
