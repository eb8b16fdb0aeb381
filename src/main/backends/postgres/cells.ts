import type { Cell } from '../../formats/media.ts'

/** Object ids of PostgreSQL's own types, which never change. */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
} as const

/** Makes cells of what the server sends, which is text for every type. All others stay text. */
export function cellParser(oid: number): (text: string) => Cell {
  switch (oid) {
    case OID.int2:
    case OID.int4:
    case OID.int8:
    case OID.oid:
      return BigInt
    case OID.bool:
      return (text) => (text === 't' ? 1n : 0n)
    case OID.float4:
    case OID.float8:
      return Number
    case OID.numeric:
      return (text) => (/^-?\d+$/.test(text) ? BigInt(text) : Number(text))
    case OID.bytea:
      return bytesFrom
    case OID.date:
    case OID.timestamp:
      return (text) => secondsFrom(`${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : ''}`)
    case OID.timestamptz:
      return (text) => secondsFrom(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))
    default:
      return (text) => text
  }
}

function bytesFrom(text: string): Cell {
  if (!text.startsWith(String.raw`\x`)) return text
  // Memory of its own, never Node's pool: it can be a key, and need not be copied again.
  const bytes = Buffer.allocUnsafeSlow((text.length - 2) / 2)
  bytes.write(text.slice(2), 'hex')
  return new Uint8Array(bytes.buffer)
}

/** Unix seconds; a date that no number can say (infinity, before Christ) is null. */
function secondsFrom(text: string): Cell {
  const ms = Date.parse(text)
  if (Number.isNaN(ms)) return null
  return ms % 1000 === 0 ? BigInt(ms / 1000) : ms / 1000
}
