import { readQtBytes, writeQtBytes } from '../../bytes/qt-stream.ts'
import { type ByteReader, byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { damaged } from './frame.ts'

/** Upstream: `main/main_account.cpp` (setMtpAuthorization), `storage/details/storage_settings_scheme.cpp`. */

export interface StoredKey {
  readonly dcId: number
  /** 256 bytes. */
  readonly key: Uint8Array
}

export interface Authorization {
  /** 0: nobody is logged in. */
  readonly userId: bigint
  readonly mainDcId: number
  readonly keys: readonly StoredKey[]
  /** Keys of sessions that are being logged out: never to be used again. */
  readonly keysToDestroy: number
}

const KEY = 0x00
const USER = 0x01
const AUTHORIZATION = 0x4b
const KEY_BYTE_LENGTH = 256
const WIDE_IDS_TAG = 0xffff_ffff_ffff_ffffn

/**
 * Settings that old releases kept among the keys. Records carry no length, so each kind has to be known to be passed
 * over: mostly numbers, of this many bytes together.
 */
const NUMBER_BYTE_LENGTHS: ReadonlyMap<number, number> = new Map([
  ...[0x03, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x11, 0x12, 0x13, 0x14].map((id) => [id, 4] as const),
  ...[0x16, 0x17, 0x1c, 0x1d, 0x1e, 0x1f, 0x21, 0x22, 0x28, 0x29, 0x30, 0x31, 0x32].map((id) => [id, 4] as const),
  ...[0x35, 0x36, 0x37, 0x38, 0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x48, 0x49, 0x4c].map((id) => [id, 4] as const),
  ...[0x50, 0x51, 0x52, 0x57, 0x58, 0x59, 0x5f].map((id) => [id, 4] as const),
  ...[0x04, 0x40, 0x47, 0x4e, 0x55, 0x5a].map((id) => [id, 8] as const),
  ...[0x34, 0x56].map((id) => [id, 12] as const),
  [0x61, 16],
  [0x54, 20],
  ...[0x0e, 0x5c].map((id) => [id, 24] as const),
])
/** Others are a text or bytes, which look the same. */
const BYTES_RECORDS: ReadonlySet<number> = new Set([0x15, 0x19, 0x20, 0x23, 0x4a, 0x4d, 0x53, 0x5b, 0x5d, 0x5e, 0x60])
const OLD_DC_OPTION = 0x02
const DC_OPTION = 0x27
const DOWNLOAD_PATH = 0x33

/**
 * The records of an account's file: one of them with everything, or (before 1.1) the user and each key on its own.
 * @throws AppError format.malformed
 */
export function readAuthorization(data: Uint8Array): Authorization {
  const reader = byteReader(data)
  const keys: StoredKey[] = []
  let user: { userId: bigint; mainDcId: number } | null = null
  while (reader.remaining > 0) {
    const id = reader.u32()
    if (id === AUTHORIZATION) return readWhole(byteReader(readQtBytes(reader)))
    if (id === USER) user = { userId: BigInt(reader.u32()), mainDcId: reader.i32() }
    else if (id === KEY) keys.push(readKey(reader))
    else passOver(id, reader)
  }
  if (user === null) throw damaged('the account’s file holds no login')
  return { ...user, keys, keysToDestroy: 0 }
}

function passOver(id: number, reader: ByteReader): void {
  const byteLength = NUMBER_BYTE_LENGTHS.get(id)
  if (byteLength !== undefined) reader.bytes(byteLength)
  else if (BYTES_RECORDS.has(id)) readQtBytes(reader)
  else if (id === DOWNLOAD_PATH) passOverEach(reader, [readQtBytes, readQtBytes])
  else if (id === OLD_DC_OPTION) passOverEach(reader, [i32, readQtBytes, readQtBytes, i32])
  else if (id === DC_OPTION) passOverEach(reader, [i32, i32, readQtBytes, i32])
  else throw damaged(`the account’s keys stand behind a record of an unknown kind (${id})`)
}

const i32 = (reader: ByteReader): unknown => reader.i32()

function passOverEach(reader: ByteReader, parts: readonly ((reader: ByteReader) => unknown)[]): void {
  for (const part of parts) part(reader)
}

function readWhole(reader: ByteReader): Authorization {
  // Releases before 2.5 (user ids of 32 bits) have no tag: id and DC stand in its place.
  const first = reader.u64()
  const isWide = first === WIDE_IDS_TAG
  const userId = isWide ? reader.u64() : first >> 32n
  const mainDcId = isWide ? reader.i32() : Number(BigInt.asIntN(32, first))
  const keys = readKeys(reader)
  const keysToDestroy = readKeys(reader).length
  if (reader.remaining > 0) throw damaged('something stands behind the account’s keys')
  return { userId, mainDcId, keys, keysToDestroy }
}

function readKeys(reader: ByteReader): readonly StoredKey[] {
  const count = reader.u32()
  if (count * (4 + KEY_BYTE_LENGTH) > reader.remaining) throw damaged('it names more keys than it holds')
  return Array.from({ length: count }, () => readKey(reader))
}

function readKey(reader: ByteReader): StoredKey {
  return { dcId: reader.i32(), key: reader.bytes(KEY_BYTE_LENGTH) }
}

/** Reverses {@link readAuthorization}, in today's layout and with nothing to destroy. */
export function writeAuthorization({ userId, mainDcId, keys }: Omit<Authorization, 'keysToDestroy'>): Uint8Array {
  const body = byteWriter().u64(WIDE_IDS_TAG).u64(userId).i32(mainDcId).i32(keys.length)
  for (const { dcId, key } of keys) body.i32(dcId).bytes(key)
  return writeQtBytes(byteWriter().u32(AUTHORIZATION), body.i32(0).done()).done()
}
