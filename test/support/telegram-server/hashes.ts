import { createHash } from 'node:crypto'

export const sha1 = (...parts: readonly Uint8Array[]): Buffer => digest('sha1', parts)

export const sha256 = (...parts: readonly Uint8Array[]): Buffer => digest('sha256', parts)

/** @throws when the lengths differ */
export function xor(left: Uint8Array, right: Uint8Array): Buffer {
  if (left.length !== right.length) throw new Error('both sides have to be of one length')
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)))
}

function digest(algorithm: string, parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest()
}
