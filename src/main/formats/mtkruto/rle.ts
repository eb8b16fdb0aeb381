import { AppError } from '../../domain/errors.ts'

/** Room for more than any value of a session; a run of zeros takes two bytes and makes up to 255. */
const MAX_UNPACKED_BYTE_LENGTH = 1_000_000

/**
 * MTKruto's run-length packing: a run of 1 to 255 zero bytes is 0 and its length, every other byte stands for itself.
 * @throws AppError format.malformed for a run of none
 */
export function unpackRuns(packed: Uint8Array): Uint8Array {
  const parts: number[] = []
  for (let index = 0; index < packed.byteLength; index += 1) {
    const byte = packed[index] ?? 0
    if (byte !== 0) {
      parts.push(byte)
      continue
    }
    index += 1
    const count = packed[index] ?? 0
    if (count === 0) throw new AppError('format.malformed', { reason: 'a run of zeros in it has no length' })
    if (parts.length + count > MAX_UNPACKED_BYTE_LENGTH) {
      throw new AppError('format.malformed', { reason: 'it unpacks to more than any session has' })
    }
    for (let zero = 0; zero < count; zero += 1) parts.push(0)
  }
  return Uint8Array.from(parts)
}

export function packRuns(bytes: Uint8Array): Uint8Array {
  const parts: number[] = []
  for (let index = 0; index < bytes.byteLength; ) {
    const byte = bytes[index] ?? 0
    index += 1
    parts.push(byte)
    if (byte !== 0) continue
    let count = 1
    while (index < bytes.byteLength && bytes[index] === 0 && count < 255) {
      count += 1
      index += 1
    }
    parts.push(count)
  }
  return Uint8Array.from(parts)
}
