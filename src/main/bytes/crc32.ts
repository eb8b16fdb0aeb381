const POLYNOMIAL = 0xedb8_8320

/** CRC-32 as zlib and Python's `zlib.crc32` count it, unsigned. */
export function crc32(bytes: Uint8Array): number {
  let crc = 0xffff_ffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  }
  return (crc ^ 0xffff_ffff) >>> 0
}
