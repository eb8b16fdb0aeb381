import type { KeyPart } from './entries.ts'

/** First bytes of the kinds of part: text, negative and positive whole numbers, number. */
const TEXT = 0x02
const ZERO = 0x14
const NUMBER = 0x21

/**
 * A key of Deno's key-value store, part by part: text to a zero (0 0xFF is a zero within), a double whose bits sort, whole
 * numbers by their byte count.
 * @returns null for a key with a part that MTKruto has none of
 */
export function kvKeyOf(bytes: Uint8Array): readonly KeyPart[] | null {
  const parts: KeyPart[] = []
  for (let at = 0; at < bytes.byteLength; ) {
    const kind = bytes[at] ?? 0
    const part = kind === TEXT ? textAt(bytes, at + 1) : numberAt(bytes, at, kind)
    if (part === null) return null
    parts.push(part.value)
    at = part.next
  }
  return parts
}

interface Part {
  readonly value: KeyPart
  readonly next: number
}

function textAt(bytes: Uint8Array, start: number): Part | null {
  const end = bytes.indexOf(0, start)
  if (end === -1 || bytes[end + 1] === 0xff) return null
  return { value: new TextDecoder().decode(bytes.subarray(start, end)), next: end + 1 }
}

function numberAt(bytes: Uint8Array, at: number, kind: number): Part | null {
  if (kind === NUMBER) {
    const next = at + 9
    if (next > bytes.byteLength) return null
    const bits = bytes.slice(at + 1, next)
    const isPositive = (bits[0] ?? 0) >= 0x80
    const flipped = isPositive ? bits.with(0, (bits[0] ?? 0) ^ 0x80) : bits.map((byte) => byte ^ 0xff)
    return { value: new DataView(flipped.buffer).getFloat64(0), next }
  }
  const count = Math.abs(kind - ZERO)
  if (count > 8 || at + 1 + count > bytes.byteLength) return null
  let value = 0n
  for (const byte of bytes.subarray(at + 1, at + 1 + count)) {
    value = value * 256n + BigInt(kind < ZERO ? byte ^ 0xff : byte)
  }
  return { value: kind < ZERO ? -value : value, next: at + 1 + count }
}
