import { AppError } from '../../domain/errors.ts'

/** Room for more than any value of a session; a run of zeros takes two bytes and makes up to 255. */
const MAX_UNPACKED_BYTE_LENGTH = 1_000_000

/**
 * MTKruto's run-length packing: a run of 1 to 255 zero bytes is 0 and its length, every other byte stands for itself.
 * @throws AppError format.malformed for a run of none
 */
export function unpackRuns(packed: Uint8Array): Uint8Array {
  let byteLength = 0
  for (let index = 0; index < packed.byteLength; index += 1) {
    if (packed[index] !== 0) {
      byteLength += 1
      continue
    }
    index += 1
    const count = packed[index] ?? 0
    if (count === 0) throw new AppError('format.malformed', { reason: 'a run of zeros in it has no length' })
    if (byteLength + count > MAX_UNPACKED_BYTE_LENGTH) {
      throw new AppError('format.malformed', { reason: 'it unpacks to more than any session has' })
    }
    byteLength += count
  }
  const bytes = new Uint8Array(byteLength)
  let at = 0
  for (let index = 0; index < packed.byteLength; index += 1) {
    const byte = packed[index] ?? 0
    bytes[at] = byte
    if (byte === 0) index += 1
    at += byte === 0 ? (packed[index] ?? 0) : 1
  }
  return bytes
}

/** Whether every run is as long as it can be, as {@link packRuns} makes them. */
export function isPackedTight(packed: Uint8Array): boolean {
  for (let index = packed.indexOf(0); index !== -1; index = packed.indexOf(0, index + 2)) {
    if (packed[index + 1] !== 255 && packed[index + 2] === 0) return false
  }
  return true
}

export function packRuns(bytes: Uint8Array): Uint8Array {
  // A single zero becomes two bytes.
  const packed = new Uint8Array(2 * bytes.byteLength)
  let at = 0
  for (let index = 0; index < bytes.byteLength; ) {
    const byte = bytes[index] ?? 0
    index += 1
    packed[at] = byte
    at += 1
    if (byte !== 0) continue
    let count = 1
    while (index < bytes.byteLength && bytes[index] === 0 && count < 255) {
      count += 1
      index += 1
    }
    packed[at] = count
    at += 1
  }
  return packed.subarray(0, at)
}
