import { hash } from 'node:crypto'
import { Secret } from './secret.ts'

/** Byte length of every MTProto auth key. */
export const AUTH_KEY_BYTE_LENGTH = 256

/** The auth key id: bytes 12 to 19 of SHA-1(auth key), lower-case hex in wire order. Safe to show. */
export function keyIdOf(authKey: Secret): string {
  // Two hexadecimal digits to a byte.
  return hash('sha1', authKey.open(), 'hex').slice(24, 40)
}

/**
 * Takes a stored key cell. Zero length, null and 256 zero bytes all mean "no key"; any other length is damage.
 * @returns the key, `null` for none, or `'damaged'`
 */
export function authKeyFrom(bytes: Uint8Array | null | undefined): Secret | null | 'damaged' {
  if (!bytes || bytes.byteLength === 0) return null
  if (bytes.byteLength !== AUTH_KEY_BYTE_LENGTH) return 'damaged'
  return bytes.every((byte) => byte === 0) ? null : new Secret(new Uint8Array(bytes))
}
