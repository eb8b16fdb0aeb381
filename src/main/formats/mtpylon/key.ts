import { AUTH_KEY_BYTE_LENGTH, keyIdOf } from '../../domain/key-id.ts'
import type { Problem } from '../../domain/problem.ts'
import { Secret } from '../../domain/secret.ts'
import { type DataCenter, emptySession, type Session } from '../../domain/session.ts'

/** The 64 bits of a key id, which the tables keep as a signed integer, in the order they travel: 16 hexadecimal digits. */
export function keyIdFromBigint(stored: bigint): string {
  return BigInt.asUintN(64, stored).toString(16).padStart(16, '0')
}

export function bigintFromKeyId(keyId: string): bigint {
  return BigInt.asIntN(64, BigInt(`0x${keyId}`))
}

/**
 * A key without the zero bytes it began with: a number is written, not 256 bytes. One key in 256 is shorter by a byte.
 * @returns null when more is missing than chance takes away
 */
export function paddedKey(bytes: Uint8Array): Uint8Array | null {
  const missing = AUTH_KEY_BYTE_LENGTH - bytes.byteLength
  if (missing < 0 || missing > MOST_LEADING_ZEROS) return null
  const key = new Uint8Array(AUTH_KEY_BYTE_LENGTH)
  key.set(bytes, missing)
  return key
}

/** One key in 2^64 begins with more. */
const MOST_LEADING_ZEROS = 8

/** A session of a server of one's own: it has no data centre, only a key. */
export function foreignSession(authKey: Secret | null, salt: Uint8Array | null = null): Session {
  const dc: DataCenter = { id: 0, address: null, port: null, authKey, home: true }
  return {
    ...emptySession(),
    server: 'mtpylon',
    dataCenters: [salt === null ? dc : { ...dc, salt: new Secret(salt) }],
  }
}

/** @returns what is wrong with the id that is stored beside a key; null when it is the key's own */
export function idProblem(stored: string, authKey: Secret): Problem | null {
  const own = keyIdOf(authKey)
  if (stored === own) return null
  return {
    code: 'mtpylon.key-id-mismatch',
    message: `The id beside the key is ${stored}, but the key's own is ${own}: the server will not find it. Log in again.`,
  }
}
