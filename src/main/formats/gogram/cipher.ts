import { createCipheriv, createDecipheriv, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'

/** The key text the library uses when none is configured: the file is hidden with it, not protected. */
export const DEFAULT_KEY = '1234567890123456'

const BLOCK_BYTE_LENGTH = 16
const MAC_BYTE_LENGTH = 32
const HEADER_BYTE_LENGTH = 4

export type Generation = '0' | '1' | '2'

/** The generation that the bytes can be of: by their header, and by their length where they have none. */
export function generationOf(bytes: Uint8Array): Generation | null {
  const isMarked = bytes[0] === 0xa3 && bytes[1] === 0x5c && bytes[3] === 0
  if (isMarked && (bytes[2] === 1 || bytes[2] === 2)) {
    const rest = bytes.byteLength - HEADER_BYTE_LENGTH - (bytes[2] === 2 ? MAC_BYTE_LENGTH : 0)
    if (rest < 2 * BLOCK_BYTE_LENGTH || rest % BLOCK_BYTE_LENGTH !== 0) return null
    return bytes[2] === 2 ? '2' : '1'
  }
  return bytes.byteLength > 0 && bytes.byteLength % BLOCK_BYTE_LENGTH === 0 ? '0' : null
}

/** What is in the file when this key text opens it, else null. */
export function open(bytes: Uint8Array, generation: Generation, keyText: string): Uint8Array | null {
  const body = bytes.subarray(HEADER_BYTE_LENGTH)
  const text = new TextEncoder().encode(keyText)
  if (generation === '2') {
    const tagAt = bytes.byteLength - MAC_BYTE_LENGTH
    const mac = createHmac('sha256', derived('mac', text)).update(bytes.subarray(0, tagAt)).digest()
    if (!timingSafeEqual(mac, bytes.subarray(tagAt))) return null
    return decrypted(body.subarray(0, -MAC_BYTE_LENGTH), derived('enc', text))
  }
  // The older ones take the text itself, which must then have the length of an AES key.
  if (![16, 24, 32].includes(text.byteLength)) return null
  if (generation === '1') return decrypted(body, text)
  return decrypted(Buffer.concat([text.subarray(0, BLOCK_BYTE_LENGTH), bytes]), text)
}

/** The newest generation, with a fresh IV. */
export function seal(plain: Uint8Array, keyText: string): Uint8Array {
  const text = new TextEncoder().encode(keyText)
  const iv = randomBytes(BLOCK_BYTE_LENGTH)
  const cipher = createCipheriv('aes-256-cbc', derived('enc', text), iv)
  const signed = Buffer.concat([Uint8Array.of(0xa3, 0x5c, 2, 0), iv, cipher.update(plain), cipher.final()])
  const mac = createHmac('sha256', derived('mac', text)).update(signed).digest()
  return Uint8Array.from(Buffer.concat([signed, mac]))
}

function derived(purpose: 'enc' | 'mac', text: Uint8Array): Uint8Array {
  return hash('sha256', Buffer.concat([Buffer.from(`gogram-${purpose}:`), text]), 'buffer')
}

/** AES-CBC of IV and ciphertext; null when the padding is not whole. */
function decrypted(body: Uint8Array, key: Uint8Array): Uint8Array | null {
  const decipher = createDecipheriv(`aes-${key.byteLength * 8}-cbc`, key, body.subarray(0, BLOCK_BYTE_LENGTH))
  try {
    return Uint8Array.from(Buffer.concat([decipher.update(body.subarray(BLOCK_BYTE_LENGTH)), decipher.final()]))
  } catch {
    return null
  }
}
