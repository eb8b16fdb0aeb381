/**
 * IP literals. An IPv4-mapped IPv6 address stays an IPv6 address of 16 bytes: libraries treat it as one.
 */

/** 4 or 16 bytes in network order, null for anything that is not an IP literal (brackets and zone are not part of one). */
export function parseIp(text: string): Uint8Array | null {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

/** The shortest spelling (RFC 5952) of 4 or 16 bytes. */
export function formatIp(bytes: Uint8Array): string {
  if (bytes.byteLength === 4) return `${bytes[0]}.${bytes[1]}.${bytes[2]}.${bytes[3]}`
  const groups = groupsOf(bytes)
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${bytes.subarray(12).join('.')}`
  }
  const run = longestZeroRun(groups)
  const hex = groups.map((group) => group.toString(16))
  if (run.length < 2) return hex.join(':')
  return `${hex.slice(0, run.start).join(':')}::${hex.slice(run.start + run.length).join(':')}`
}

/**
 * The shortest spelling without brackets and zone: `[2001:067c::000a]` becomes `2001:67c::a`.
 * @returns null when it is no IP literal (a host name, say)
 */
export function normalizeIp(text: string): string | null {
  // Most are: an IPv4 address has one spelling.
  if (ipv4Number(text) !== null) return text
  const bare = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/%.*$/, '')
  const bytes = parseIp(bare)
  return bytes === null ? null : formatIp(bytes)
}

export function isIpv6(address: string): boolean {
  return address.includes(':')
}

function parseIpv4(text: string): Uint8Array | null {
  const number = ipv4Number(text)
  if (number === null) return null
  return Uint8Array.of(number >>> 24, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff)
}

/** The four bytes as one number. Character by character: every string and every row of a data centre comes through here. */
function ipv4Number(text: string): number | null {
  if (text.length > 15) return null
  let number = 0
  let parts = 0
  let value = -1
  for (let index = 0; index <= text.length; index += 1) {
    const code = index < text.length ? text.charCodeAt(index) : DOT
    if (code === DOT) {
      if (value < 0 || value > 255 || parts > 3) return null
      number = (number << 8) | value
      parts += 1
      value = -1
    } else {
      // A leading zero is refused: some readers take such a part as octal.
      if (code < DIGIT_0 || code > DIGIT_9 || value === 0) return null
      value = (value < 0 ? 0 : value * 10) + code - DIGIT_0
    }
  }
  return parts === 4 ? number : null
}

const DOT = 0x2e
const DIGIT_0 = 0x30
const DIGIT_9 = 0x39

function parseIpv6(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const head = groupsFrom(halves[0] ?? '', halves.length === 1)
  const tail = halves.length === 2 ? groupsFrom(halves[1] ?? '', true) : []
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** 16-bit groups of one side of `::`; a dotted IPv4 part may stand at the very end of the address. */
function groupsFrom(text: string, atEnd: boolean): number[] | null {
  if (text === '') return []
  const groups: number[] = []
  const parts = text.split(':')
  for (const [index, part] of parts.entries()) {
    if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16))
      continue
    }
    const ipv4 = atEnd && index === parts.length - 1 ? parseIpv4(part) : null
    if (ipv4 === null) return null
    const [a = 0, b = 0, c = 0, d = 0] = ipv4
    groups.push((a << 8) | b, (c << 8) | d)
  }
  return groups
}

function groupsOf(bytes: Uint8Array): number[] {
  return Array.from({ length: 8 }, (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0))
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (let index = 0; index <= groups.length; index += 1) {
    if (index < groups.length && groups[index] === 0) continue
    if (index - start > best.length) best = { start, length: index - start }
    start = index + 1
  }
  return best
}
