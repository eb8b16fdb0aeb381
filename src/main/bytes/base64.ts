/** "=" */
const PADDING = 0x3d
const ALPHABET = /^[A-Za-z0-9+/_-]*={0,2}$/

/**
 * Decodes either alphabet (`+/` or `-_`, even mixed), with or without padding.
 * @returns null for a foreign character, misplaced padding or an impossible length
 */
export function decodeBase64(text: string): Uint8Array | null {
  if (!ALPHABET.test(text)) return null
  let charLength = text.length
  while (text.charCodeAt(charLength - 1) === PADDING) charLength -= 1
  // One character left over is six bits: no byte ends there.
  if (charLength % 4 === 1) return null
  // Memory of its own, never Node's pool, which others read; Node takes both alphabets.
  const buffer = Buffer.allocUnsafeSlow(Math.floor((charLength * 3) / 4))
  buffer.write(text, 'base64')
  return new Uint8Array(buffer.buffer)
}

/** Url-safe alphabet; padded only when asked for. */
export function encodeBase64Url(bytes: Uint8Array, padding: boolean): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64url')
  return padding ? text.padEnd(Math.ceil(text.length / 4) * 4, '=') : text
}

/** Standard alphabet with padding. */
export function encodeBase64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}
