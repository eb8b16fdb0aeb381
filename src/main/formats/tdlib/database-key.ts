import { createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { decodeBase64 } from '../../bytes/base64.ts'
import { fromHex } from '../../bytes/hex.ts'
import { AppError } from '../../domain/errors.ts'
import type { Unlock } from '../format.ts'
import { damaged, type EncryptionEvent } from './binlog.ts'

const derive = promisify(pbkdf2)

/** What a database without a key of its own is encrypted with. */
const DEFAULT_KEY = new TextEncoder().encode('cucumber')
const KEY_CHECK = 'cucumbers everywhere'
/** The key is random already where it matters: it is not stretched. */
const ROUNDS = 2

/**
 * The key of everything behind the encryption event.
 * @throws AppError passcode.required, passcode.wrong, format.malformed
 */
export async function databaseKey({ salt, keyHash }: EncryptionEvent, unlock: Unlock): Promise<Uint8Array> {
  if (salt.byteLength === 0 || keyHash.byteLength !== 32) throw damaged('its encryption event is of no known form')
  for (const candidate of [DEFAULT_KEY, ...spellings(unlock)]) {
    const key = await derive(candidate, salt, ROUNDS, 32, 'sha256')
    if (timingSafeEqual(createHmac('sha256', key).update(KEY_CHECK).digest(), keyHash)) return key
  }
  throw new AppError(unlock.passcode === null ? 'passcode.required' : 'passcode.wrong', {})
}

/** As it was typed; also as the bytes it stands for, where a program gives the library bytes and keeps them as text. */
function spellings({ passcode }: Unlock): readonly Uint8Array[] {
  if (passcode === null) return []
  const text = passcode.openText().trim()
  const bytes = [fromHex(text), decodeBase64(text)].filter((one) => one !== null)
  return [passcode.open(), ...bytes.filter(({ byteLength }) => byteLength > 0)]
}
