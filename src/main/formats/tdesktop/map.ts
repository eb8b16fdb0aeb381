import { readQtBytes, readQtText, writeQtBytes, writeQtText } from '../../bytes/qt-stream.ts'
import { type ByteReader, byteReader } from '../../bytes/reader.ts'
import { byteWriter } from '../../bytes/writer.ts'
import { damaged } from './frame.ts'

/** Upstream: `storage/storage_account.cpp` (readMapWith), `storage/serialize_peer.cpp`. */

/** The account's own user, as the program remembers it for its list of accounts. */
export interface SelfRecord {
  readonly userId: bigint
  readonly firstName: string
  readonly lastName: string
  readonly phone: string
  readonly username: string
}

const SELF = 0x15
/** Bodies of one size, by type. */
const BYTE_LENGTHS: ReadonlyMap<number, number> = new Map([
  [0x10, 32],
  ...[0x16, 0x17].map((type) => [type, 24] as const),
  [0x14, 16],
  ...[0x04, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f].map((type) => [type, 8] as const),
  ...[0x11, 0x12, 0x13, 0x18, 0x1a, 0x1b, 0x1c].map((type) => [type, 8] as const),
])
/** Bodies that are lists of rows, by type: bytes of one row. */
const ROW_BYTE_LENGTHS: ReadonlyMap<number, number> = new Map([
  ...[0x01, 0x02, 0x1d].map((type) => [type, 16] as const),
  ...[0x03, 0x05, 0x06].map((type) => [type, 28] as const),
])
const TWO_BYTE_ARRAYS = 0x19

/**
 * The index of an account's other files.
 * @returns the account's own user, null where none is recorded yet
 * @throws AppError format.malformed
 */
export function readMap(data: Uint8Array, version: number): SelfRecord | null {
  const reader = byteReader(data)
  let self: SelfRecord | null = null
  while (reader.remaining > 0) {
    const type = reader.u32()
    const rowByteLength = ROW_BYTE_LENGTHS.get(type)
    const byteLength = BYTE_LENGTHS.get(type)
    if (type === SELF) self = readSelf(readQtBytes(reader), version)
    else if (rowByteLength !== undefined) reader.bytes(reader.u32() * rowByteLength)
    else if (byteLength !== undefined) reader.bytes(byteLength)
    else if (type === TWO_BYTE_ARRAYS) {
      readQtBytes(reader)
      readQtBytes(reader)
    } else throw damaged(`the account’s index holds a record of an unknown kind (${type})`)
  }
  return self
}

const PEER_VERSION_TAG = 0x77ff_ffff_ffff_ffffn
const PEER_VERSION = 2
const WIDE_ID_BIT = 1n << 55n
const ID_MASK = (1n << 48n) - 1n
const IMAGE_TAG = -0x8000_0000
/** 1.3.13: from then on an image of the older form ends in a file reference. */
const FILE_REFERENCE_VERSION = 1_003_013

function readSelf(data: Uint8Array, version: number): SelfRecord | null {
  if (data.byteLength === 0) return null
  const reader = byteReader(data)
  const peerId = reader.u64()
  const isTagged = reader.u64() === PEER_VERSION_TAG
  const peerVersion = isTagged ? reader.i32() : 0
  // Without a tag, the photo's id stood in its place.
  if (isTagged) reader.u64()
  passOverImage(reader, version)
  if (peerVersion > 0) reader.i32()
  return {
    userId: (peerId & WIDE_ID_BIT) === 0n ? peerId & 0xffff_ffffn : peerId & ID_MASK,
    firstName: readQtText(reader),
    lastName: readQtText(reader),
    phone: readQtText(reader),
    username: readQtText(reader),
  }
}

function passOverImage(reader: ByteReader, version: number): void {
  const width = reader.i32()
  if (width === IMAGE_TAG) {
    readQtBytes(reader)
    return
  }
  // Height, DC, volume, local id, secret.
  reader.bytes(4 + 4 + 8 + 4 + 8)
  if (version >= FILE_REFERENCE_VERSION) readQtBytes(reader)
}

/** The smallest index the program takes: empty, or with the account's own user. */
export function writeMap(self: SelfRecord | null): Uint8Array {
  const writer = byteWriter()
  if (self === null) return writer.done()
  const body = byteWriter()
    .u64(self.userId | WIDE_ID_BIT)
    .u64(PEER_VERSION_TAG)
    .i32(PEER_VERSION)
    .u64(0n)
  writeQtBytes(body.i32(IMAGE_TAG), new Uint8Array()).i32(0)
  for (const text of [self.firstName, self.lastName, self.phone, self.username]) writeQtText(body, text)
  // Access hash and flags; no placeholder; never seen, no contact; no bot; no text about.
  writeQtText(body.u64(0n).i32(0), '').i32(0).i32(0).i32(-1)
  return writeQtBytes(writer.u32(SELF), writeQtText(body, '').done()).done()
}
