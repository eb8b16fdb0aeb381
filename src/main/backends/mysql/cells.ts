import type { Cell } from '../../formats/media.ts'

/** Numbers of the protocol's column types. */
const TYPE = {
  decimal: 0x00,
  tiny: 0x01,
  short: 0x02,
  long: 0x03,
  float: 0x04,
  double: 0x05,
  timestamp: 0x07,
  longlong: 0x08,
  int24: 0x09,
  date: 0x0a,
  datetime: 0x0c,
  year: 0x0d,
  newdate: 0x0e,
  newdecimal: 0xf6,
} as const

/** What stands in a column of that type, as the driver gives it, as a cell. Dates come as text, in UTC. */
export function cellConverter(type: number): (value: unknown) => Cell {
  switch (type) {
    case TYPE.tiny:
    case TYPE.short:
    case TYPE.long:
    case TYPE.int24:
    case TYPE.longlong:
    case TYPE.year:
      return (value) => (value === null ? null : BigInt(value as string | number))
    case TYPE.float:
    case TYPE.double:
      return (value) => (value === null ? null : Number(value))
    case TYPE.decimal:
    case TYPE.newdecimal:
      return (value) => (value === null ? null : /^-?\d+$/.test(String(value)) ? BigInt(String(value)) : Number(value))
    case TYPE.date:
    case TYPE.newdate:
    case TYPE.datetime:
    case TYPE.timestamp:
      return (value) => (value === null ? null : secondsFrom(String(value)))
    default:
      return plainCell
  }
}

function plainCell(value: unknown): Cell {
  if (value instanceof Uint8Array) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
  if (value === null || value === undefined) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Unix seconds; a date of zeros is null. */
function secondsFrom(text: string): Cell {
  const ms = Date.parse(`${text.replace(' ', 'T')}${text.includes(' ') ? 'Z' : ''}`)
  if (Number.isNaN(ms)) return null
  return ms % 1000 === 0 ? BigInt(ms / 1000) : ms / 1000
}
