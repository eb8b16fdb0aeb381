import type { Cell } from '../media.ts'

/** Members in the order that the library writes them. */
export type RedisMembers = readonly (readonly [name: string, value: Cell])[]

/** JSON as Python prints it: a blank after each comma and colon, everything beyond ASCII escaped. Takes no bytes. */
export function pythonJson(members: RedisMembers): Uint8Array {
  const text = members.map(([name, value]) => `${printed(name)}: ${printed(value)}`).join(', ')
  return new TextEncoder().encode(`{${text}}`)
}

function printed(value: Cell): string {
  if (value === null) return 'null'
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}.0` : String(value)
  if (typeof value !== 'string') throw new TypeError('JSON holds no bytes')
  return JSON.stringify(value).replaceAll(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** The same dictionary as a pickle of protocol 3, which every Python 3 reads: values alone, no class. */
export function pickled(members: RedisMembers): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(0x80, 3, 0x7d, 0x28)]
  for (const [name, value] of members) parts.push(item(name), item(value))
  parts.push(Uint8Array.of(0x75, 0x2e))
  return Buffer.concat(parts)
}

function item(value: Cell): Uint8Array {
  if (value === null) return Uint8Array.of(0x4e)
  if (typeof value === 'string') return withLength(0x58, new TextEncoder().encode(value))
  if (value instanceof Uint8Array) return withLength(0x42, value)
  if (typeof value === 'number') {
    const bytes = new Uint8Array(9)
    bytes[0] = 0x47
    new DataView(bytes.buffer).setFloat64(1, value)
    return bytes
  }
  return long(value)
}

function withLength(code: number, bytes: Uint8Array): Uint8Array {
  const head = new Uint8Array(5)
  head[0] = code
  new DataView(head.buffer).setUint32(1, bytes.byteLength, true)
  return Buffer.concat([head, bytes])
}

/** LONG1: two's complement, the lowest byte first. Eight bytes hold all that a session has. */
function long(value: bigint): Uint8Array {
  const bytes = new Uint8Array(10)
  bytes.set([0x8a, 8])
  new DataView(bytes.buffer).setBigInt64(2, value, true)
  return bytes
}
