/** Polynomial x^16 + x^12 + x^5 + 1, as in XMODEM: what Redis Cluster spreads keys by. */
const POLYNOMIAL = 0x1021
const SLOTS = 16_384

/** The slot of a key: that of its hash tag, `{…}`, when it has one that is not empty. */
export function slotOf(key: string): number {
  const open = key.indexOf('{')
  const close = open === -1 ? -1 : key.indexOf('}', open + 1)
  return crc16(Buffer.from(close > open + 1 ? key.slice(open + 1, close) : key, 'utf8')) % SLOTS
}

function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit += 1) crc = ((crc << 1) ^ (crc & 0x8000 ? POLYNOMIAL : 0)) & 0xffff
  }
  return crc
}
