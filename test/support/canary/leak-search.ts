/** Bytes of a secret that any leak would have to contain: short enough that a part of a key counts, too. */
const WINDOW_BYTES = 24
const STEP_BYTES = 12

/**
 * Everything readable in a value, in one text: strings as they are, bytes as text and in hex, errors with message, stack,
 * cause and own members. Keys of index-like objects (a `Uint8Array` gone through JSON) are left out.
 */
export function textOf(value: unknown, seen = new Set<unknown>()): string {
  if (typeof value === 'string') return value
  if (value === null || typeof value !== 'object') return String(value)
  if (seen.has(value)) return ''
  seen.add(value)
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value)
    return [bytes.toString('latin1'), bytes.toString('hex'), bytes.toString('base64'), bytes.join(',')].join('\n')
  }
  const parts: string[] = []
  if (value instanceof Error) parts.push(value.name, value.message, value.stack ?? '', textOf(value.cause, seen))
  if (value instanceof Map) parts.push(textOf([...value.entries()], seen))
  const members = Array.isArray(value)
    ? value
    : Object.entries(value).flatMap(([name, item]) => [/^\d+$/.test(name) ? '' : name, item])
  const numbers = members.filter((item) => typeof item === 'number')
  if (numbers.length >= WINDOW_BYTES) parts.push(numbers.join(','))
  for (const member of members) if (member !== '') parts.push(textOf(member, seen))
  return parts.join('\n')
}

/** Names of the encodings in which a part of `secret` occurs in `text`. */
export function leaksOf(secret: Uint8Array, text: string): string[] {
  const found = new Set<string>()
  const lower = text.toLowerCase()
  const packed = text.replaceAll(/[\s"]/g, '')
  const base64 = packed.replaceAll('-', '+').replaceAll('_', '/')
  const step = secret.byteLength < 2 * WINDOW_BYTES ? 1 : STEP_BYTES
  const size = Math.min(WINDOW_BYTES, secret.byteLength)
  for (let at = 0; at + size <= secret.byteLength; at += step) {
    const part = Buffer.from(secret.subarray(at, at + size))
    if (text.includes(part.toString('latin1')) || text.includes(part.toString('utf8'))) found.add('raw')
    if (lower.includes(part.toString('hex'))) found.add('hex')
    if (packed.includes(part.join(','))) found.add('decimal')
    // Whatever the alignment of the whole, one of three shifts falls on a border of its groups.
    for (let shift = 0; shift < 3; shift += 1) {
      const whole = part.subarray(shift, shift + 3 * Math.floor((part.byteLength - shift) / 3))
      if (whole.byteLength >= 6 && base64.includes(whole.toString('base64'))) found.add('base64')
    }
  }
  return [...found]
}
