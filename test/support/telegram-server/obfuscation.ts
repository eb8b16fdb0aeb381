import { createCipheriv, createHash } from 'node:crypto'

/**
 * The 64-byte header that hides the framing. Layout: core.telegram.org/mtproto/mtproto-transports#transport-obfuscation.
 *
 * | bytes | what                                                          |
 * |-------|---------------------------------------------------------------|
 * | 8-39  | key                                                           |
 * | 40-55 | IV                                                            |
 * | 56-59 | framing tag, encrypted                                        |
 * | 60-61 | data centre, encrypted: negative for media, +10000 for test   |
 *
 * Answers use the same header turned round. With a secret both keys are SHA-256(key ‖ secret).
 */
export interface Obfuscation {
  readonly tag: number
  readonly dcId: number
  decrypt(bytes: Uint8Array): Buffer
  encrypt(bytes: Uint8Array): Buffer
}

export const OBFUSCATED_HEADER_BYTE_LENGTH = 64

const TEST_DC_OFFSET = 10_000

export function obfuscationOf(header: Uint8Array, secret: Uint8Array | null): Obfuscation {
  const towardsServer = streamOf(header, secret)
  const towardsClient = streamOf(Uint8Array.from(header).toReversed(), secret)
  const clear = towardsServer.update(header)
  return {
    tag: clear.readUInt32LE(56),
    dcId: Math.abs(clear.readInt16LE(60)) % TEST_DC_OFFSET,
    decrypt: (bytes) => towardsServer.update(bytes),
    encrypt: (bytes) => towardsClient.update(bytes),
  }
}

function streamOf(header: Uint8Array, secret: Uint8Array | null): ReturnType<typeof createCipheriv> {
  const bare = header.subarray(8, 40)
  const key = secret === null ? bare : createHash('sha256').update(bare).update(secret).digest()
  return createCipheriv('aes-256-ctr', key, header.subarray(40, 56))
}
