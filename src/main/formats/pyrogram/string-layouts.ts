import { decodeBase64 } from '../../bytes/base64.ts'
import { crc32 } from '../../bytes/crc32.ts'
import { byteReader } from '../../bytes/reader.ts'

/** The layouts of `docs/formats.md`; every number is big-endian but wzgram's checksum. */
type StringLayoutId = 'S1' | 'S2' | 'S3' | 'W2' | 'W2c' | 'W3' | 'W3c'

export interface StringLayout {
  readonly id: StringLayoutId
  readonly byteLength: number
  readonly label: string
  readonly library: string
  /** Bytes of the user id. */
  readonly userIdByteLength: 4 | 8
  readonly apiId: boolean
  /** wzgram only: first byte, and bytes of the address text. */
  readonly wzgram: { readonly version: 2 | 3; readonly addressByteLength: 16 | 48; readonly checksum: boolean } | null
}

const pyrogram = { library: 'pyrogram', userIdByteLength: 8, wzgram: null } as const
const wzgram = { library: 'wzgram', userIdByteLength: 8, apiId: true } as const

export const stringLayouts: readonly StringLayout[] = [
  { ...pyrogram, id: 'S1', byteLength: 263, label: 'S1 (Pyrogram 0.15 to 1.2)', userIdByteLength: 4, apiId: false },
  { ...pyrogram, id: 'S2', byteLength: 267, label: 'S2 (Pyrogram 1.3 and 1.4)', apiId: false },
  { ...pyrogram, id: 'S3', byteLength: 271, label: 'S3 (Pyrogram 2.0 and all forks)', apiId: true },
  {
    ...wzgram,
    id: 'W2',
    byteLength: 290,
    label: 'W2 (wzgram)',
    wzgram: { version: 2, addressByteLength: 16, checksum: false },
  },
  {
    ...wzgram,
    id: 'W2c',
    byteLength: 294,
    label: 'W2c (wzgram, checked)',
    wzgram: { version: 2, addressByteLength: 16, checksum: true },
  },
  {
    ...wzgram,
    id: 'W3',
    byteLength: 322,
    label: 'W3 (wzgram)',
    wzgram: { version: 3, addressByteLength: 48, checksum: false },
  },
  {
    ...wzgram,
    id: 'W3c',
    byteLength: 326,
    label: 'W3c (wzgram, checked)',
    wzgram: { version: 3, addressByteLength: 48, checksum: true },
  },
]

export const WZGRAM_PREFIX = 'WZ_'

export interface StringParts {
  readonly layout: StringLayout
  readonly dcId: number
  readonly apiId: number | null
  /** Any byte but 0 is true; writers put 0 or 1. */
  readonly testByte: number
  readonly key: Uint8Array
  readonly userId: bigint
  readonly botByte: number
  readonly port: number | null
  readonly address: string | null
}

/** The fields of a string by its decoded size; null when no layout has that size or its own marks are wrong. */
export function partsOf(text: string): StringParts | 'bad-checksum' | null {
  const prefixed = text.startsWith(WZGRAM_PREFIX)
  const bytes = decodeBase64(prefixed ? text.slice(WZGRAM_PREFIX.length) : text)
  const layout = stringLayouts.find((one) => one.byteLength === bytes?.byteLength)
  if (bytes === null || layout === undefined || (prefixed && layout.wzgram === null)) return null
  if (layout.wzgram === null) return plainParts(layout, bytes)
  return wzgramParts(layout, layout.wzgram, bytes)
}

function plainParts(layout: StringLayout, bytes: Uint8Array): StringParts {
  const reader = byteReader(bytes)
  const dcId = reader.u8()
  const apiId = layout.apiId ? reader.u32() : null
  const testByte = reader.u8()
  const key = reader.view(256)
  const userId = layout.userIdByteLength === 4 ? BigInt(reader.u32()) : reader.u64()
  return { layout, dcId, apiId, testByte, key, userId, botByte: reader.u8(), port: null, address: null }
}

function wzgramParts(
  layout: StringLayout,
  marks: NonNullable<StringLayout['wzgram']>,
  bytes: Uint8Array,
): StringParts | 'bad-checksum' | null {
  const reader = byteReader(bytes)
  if (reader.u8() !== marks.version) return null
  const dcId = reader.u8()
  const apiId = reader.u32()
  const testByte = reader.u8()
  const key = reader.view(256)
  const userId = reader.u64()
  const botByte = reader.u8()
  const port = reader.u16()
  const address = asciiOf(reader.bytes(marks.addressByteLength))
  if (address === null) return null
  if (marks.checksum && reader.u32le() !== crc32(bytes.subarray(0, -4))) return 'bad-checksum'
  return {
    layout,
    dcId,
    testByte,
    key,
    userId,
    botByte,
    // 0 and an empty text both mean "unknown: use the table".
    apiId: apiId === 0 ? null : apiId,
    port: port === 0 || address === '' ? null : port,
    address: port === 0 || address === '' ? null : address,
  }
}

/** NUL-filled ASCII; null when anything else is in it. */
function asciiOf(bytes: Uint8Array): string | null {
  const text = new TextDecoder('latin1').decode(bytes).replace(/\0+$/, '')
  return /^[\x21-\x7e]*$/.test(text) ? text : null
}
