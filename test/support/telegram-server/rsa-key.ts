import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto'
import { sha1 } from './hashes.ts'
import { tlBytes } from './tl.ts'

/** The key that clients encrypt the start of a handshake with. */
export interface RsaKey {
  /** PKCS#1. */
  readonly publicPem: string
  /** By which a client finds it: the last 8 bytes of SHA-1 over modulus and exponent. */
  readonly fingerprint: bigint
  /** Undoes the encryption, without a look at the padding: 256 bytes. */
  decrypt(bytes: Uint8Array): Buffer
}

let ofThisProcess: RsaKey | null = null

/** One for all servers of a process: making one takes a while, and the client library keeps them for a process too. */
export function rsaKey(): RsaKey {
  while (ofThisProcess === null || !isFoundByAll(ofThisProcess)) ofThisProcess = makeRsaKey()
  return ofThisProcess
}

/** mtcute 0.30.3 does not find a key whose fingerprint has a zero in front: it compares numbers of different lengths. */
function isFoundByAll({ fingerprint }: RsaKey): boolean {
  return BigInt.asUintN(64, fingerprint) >> 60n !== 0n
}

function makeRsaKey(): RsaKey {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 65_537 })
  const { n = '', e = '' } = publicKey.export({ format: 'jwk' })
  const parts = [n, e].map((part) => tlBytes(Buffer.from(part, 'base64url')))
  return {
    publicPem: publicKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    fingerprint: sha1(...parts).readBigInt64LE(12),
    decrypt: (bytes) => privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, bytes),
  }
}
