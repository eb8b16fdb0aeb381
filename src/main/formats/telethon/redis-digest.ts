import { fromHex } from '../../bytes/hex.ts'
import type { Cell } from '../media.ts'

/** A digest as a value holds it: bytes in a pickle, hexadecimal digits where a program kept text. */
export function digestFrom(cell: Cell | undefined): Uint8Array | null {
  if (cell instanceof Uint8Array) return cell
  return typeof cell === 'string' && cell.length === 32 ? fromHex(cell) : null
}

const NAMED: Readonly<Record<number, string>> = {
  0x09: String.raw`\t`,
  0x0a: String.raw`\n`,
  0x0d: String.raw`\r`,
  0x5c: '\\\\',
}

/** Bytes as Python prints them, which is how the library puts them into a key: `b'\x00…'`. */
export function pythonBytes(bytes: Uint8Array): string {
  const quote = bytes.includes(0x27) && !bytes.includes(0x22) ? '"' : "'"
  const text = Array.from(bytes, (byte) => {
    if (byte === quote.charCodeAt(0)) return `\\${quote}`
    const plain = byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`
    return NAMED[byte] ?? plain
  })
  return `b${quote}${text.join('')}${quote}`
}
