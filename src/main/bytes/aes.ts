import { createCipheriv, createDecipheriv } from 'node:crypto'

const BLOCK = 16

/**
 * AES-256 in IGE mode, as MTProto and Telegram Desktop use it. Node has no such mode, so blocks are chained here:
 * `c[i] = E(p[i] xor c[i-1]) xor p[i-1]`, with `c[0] = iv[0..16]` and `p[0] = iv[16..32]`.
 * @param data whole blocks of 16 bytes
 * @param iv 32 bytes
 */
export function encryptIge(data: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return chainBlocks(data, iv.subarray(0, BLOCK), iv.subarray(BLOCK, 2 * BLOCK), (block) => cipher.update(block))
}

/** Reverses {@link encryptIge}. */
export function decryptIge(data: Uint8Array, key: Uint8Array, iv: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false)
  return chainBlocks(data, iv.subarray(BLOCK, 2 * BLOCK), iv.subarray(0, BLOCK), (block) => decipher.update(block))
}

/** @param before the output and the input before the first block */
function chainBlocks(
  data: Uint8Array,
  outputBefore: Uint8Array,
  inputBefore: Uint8Array,
  transform: (block: Uint8Array) => Uint8Array,
): Uint8Array {
  if (data.byteLength % BLOCK !== 0) throw new RangeError('IGE works on whole blocks of 16 bytes')
  const result = new Uint8Array(data.byteLength)
  let lastOutput = outputBefore
  let lastInput = inputBefore
  const mixed = new Uint8Array(BLOCK)
  for (let offset = 0; offset < data.byteLength; offset += BLOCK) {
    for (let index = 0; index < BLOCK; index += 1) {
      mixed[index] = (data[offset + index] ?? 0) ^ (lastOutput[index] ?? 0)
    }
    const block = transform(mixed)
    for (let index = 0; index < BLOCK; index += 1) {
      result[offset + index] = (block[index] ?? 0) ^ (lastInput[index] ?? 0)
    }
    lastInput = data.subarray(offset, offset + BLOCK)
    lastOutput = result.subarray(offset, offset + BLOCK)
  }
  return result
}
