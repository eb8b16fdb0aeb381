import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  hkdfSync,
  type KeyObject,
} from 'node:crypto'
import { AppError } from '../domain/errors.ts'

/**
 * The sealed container. X25519, HKDF-SHA256 and AES-256-GCM alone: Electron's BoringSSL has them too.
 *
 * | bytes | what |
 * |---|---|
 * | 6 | magic `SDSEAL` |
 * | 1 | version, 1 |
 * | 32 | one-time public key |
 * | 12 | nonce |
 * | 16 | authentication tag |
 * | rest | ciphertext, as long as the plain bytes |
 */
const MAGIC = Buffer.from('SDSEAL')
const VERSION = 1
const VERSION_AT = MAGIC.byteLength
const KEY_AT = VERSION_AT + 1
const NONCE_AT = KEY_AT + 32
const TAG_AT = NONCE_AT + 12
const BODY_AT = TAG_AT + 16
const PURPOSE = 'session-deck sealed container 1'

const PRIVATE_DER = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC_DER = Buffer.from('302a300506032b656e032100', 'hex')

export type RandomBytes = (byteLength: number) => Uint8Array

/** An X25519 private key from its 32 bytes. */
export function privateKeyFrom(raw: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([PRIVATE_DER, raw]), format: 'der', type: 'pkcs8' })
}

/** The 32 public bytes that belong to a private key. */
export function publicBytesOf(privateKey: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32))
}

function publicKeyFrom(raw: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([PUBLIC_DER, raw]), format: 'der', type: 'spki' })
}

/** Seals for the owner of `recipient` (32 public bytes). A fresh key pair each time, so sealing needs no secret. */
export function sealFor(recipient: Uint8Array, plain: Uint8Array, randomBytes: RandomBytes): Uint8Array {
  const once = privateKeyFrom(randomBytes(32))
  const header = Buffer.concat([MAGIC, Uint8Array.of(VERSION), publicBytesOf(once)])
  const nonce = randomBytes(12)
  const key = sharedKey(once, recipient, header.subarray(KEY_AT), recipient)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(header)
  const body = cipher.update(plain)
  cipher.final()
  return Buffer.concat([header, nonce, cipher.getAuthTag(), body])
}

/** @throws AppError format.malformed (not ours, cut, changed, or sealed for another key), format.unsupported-version */
export function openSealed(privateKey: KeyObject, recipient: Uint8Array, sealed: Uint8Array): Uint8Array {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
  if (bytes.byteLength < BODY_AT || !bytes.subarray(0, VERSION_AT).equals(MAGIC)) {
    throw new AppError('format.malformed', {
      format: 'sealed container',
      reason: 'not a sealed container, or cut short',
    })
  }
  const version = bytes[VERSION_AT] ?? 0
  if (version !== VERSION) {
    throw new AppError('format.unsupported-version', {
      format: 'sealed container',
      found: String(version),
      known: String(VERSION),
    })
  }
  try {
    const key = sharedKey(privateKey, bytes.subarray(KEY_AT, NONCE_AT), bytes.subarray(KEY_AT, NONCE_AT), recipient)
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(NONCE_AT, TAG_AT))
    decipher.setAAD(bytes.subarray(0, NONCE_AT))
    decipher.setAuthTag(bytes.subarray(TAG_AT, BODY_AT))
    const plain = decipher.update(bytes.subarray(BODY_AT))
    decipher.final()
    return plain
  } catch (error) {
    const reason = 'damaged, or sealed with another key'
    throw new AppError('format.malformed', { format: 'sealed container', reason }, { cause: error })
  }
}

function sharedKey(mine: KeyObject, theirs: Uint8Array, oneTime: Uint8Array, recipient: Uint8Array): Uint8Array {
  const shared = diffieHellman({ privateKey: mine, publicKey: publicKeyFrom(theirs) })
  const key = hkdfSync('sha256', shared, Buffer.concat([oneTime, recipient]), PURPOSE, 32)
  shared.fill(0)
  return new Uint8Array(key)
}
