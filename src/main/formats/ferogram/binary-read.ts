import { byteReader, type ByteReader } from '../../bytes/reader.ts'
import { isAppError } from '../../domain/errors.ts'
import { authKeyFrom } from '../../domain/key-id.ts'
import { Secret } from '../../domain/secret.ts'
import { splitAddress } from './address-text.ts'
import {
  channelKindFrom,
  shapeOf,
  type FerogramShape,
  type StoredChannel,
  type StoredDc,
  type StoredFerogram,
  type StoredMinPeer,
  type StoredPeer,
  type StoredState,
} from './stored.ts'

export const NEWEST_VERSION = 8
/** Telegram has a handful of DCs; media and CDN ones have larger ids. */
const MAX_DC_ID = 10_000

export interface BinaryReading {
  readonly version: number
  readonly stored: StoredFerogram
  /** Bytes after the last field; the library does not look at them. */
  readonly trailingByteLength: number
  readonly hasGoodAddresses: boolean
}

/**
 * Reads the bytes of a session, whatever their version. There is no magic and version 1 has no version byte, so both
 * readings are tried: the one that uses up every byte wins, then the one whose addresses are hosts and ports.
 * @returns null when neither fits
 */
export function readBinary(bytes: Uint8Array): BinaryReading | null {
  const readings = candidateVersions(bytes).flatMap((version) => readingAs(bytes, version) ?? [])
  return readings.toSorted((a, b) => rank(a) - rank(b))[0] ?? null
}

function rank(reading: BinaryReading): number {
  return (reading.trailingByteLength === 0 ? 0 : 2) + (reading.hasGoodAddresses ? 0 : 1)
}

/** The versions whose home DC would be a possible one. Looks at the first bytes alone. */
export function candidateVersions(bytes: Uint8Array): readonly number[] {
  if (bytes.byteLength < 6) return []
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const first = view.getUint8(0)
  return [
    ...(first >= 2 && first <= NEWEST_VERSION && isDcId(view.getInt32(1, true)) ? [first] : []),
    ...(isDcId(view.getInt32(0, true)) ? [1] : []),
  ]
}

/** The version byte when it is beyond what is known and what follows begins like a session all the same. */
export function newerVersionOf(bytes: Uint8Array): number | null {
  if (bytes.byteLength < 32) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const version = view.getUint8(0)
  const home = view.getInt32(1, true)
  const isLikely = version > NEWEST_VERSION && version <= 32 && home >= 1 && home <= 5
  const [count, firstDc, hasKey] = [view.getUint8(5), view.getInt32(6, true), view.getUint8(10)]
  return isLikely && count > 0 && firstDc >= 1 && firstDc <= 5 && hasKey <= 1 ? version : null
}

/**
 * Whether the first bytes of a file are those of a session: a possible version and home DC, and a first data centre whose
 * address, where it is among them, is a host and a port.
 */
export function beginsLikeSession(head: Uint8Array): boolean {
  return candidateVersions(head).some((version) => {
    try {
      const reader = byteReader(head)
      if (version > 1) reader.u8()
      const home = reader.i32le()
      const count = reader.u8()
      const dc = readDc(reader, shapeOf(version))
      return home <= 1000 && count > 0 && isDcId(dc.id) && splitAddress(dc.address, dc.flags) !== null
    } catch (error) {
      if (isAppError(error, 'format.malformed')) return false
      throw error
    }
  })
}

function isDcId(id: number): boolean {
  return id >= 1 && id <= MAX_DC_ID
}

function readingAs(bytes: Uint8Array, version: number): BinaryReading | null {
  try {
    const reader = byteReader(bytes)
    if (version > 1) reader.u8()
    const stored = read(reader, shapeOf(version))
    const isPlausible =
      stored.dcs.length > 0 &&
      stored.dcs.every(({ id }) => isDcId(id)) &&
      (stored.homeDcId <= 5 || stored.dcs.some(({ id }) => id === stored.homeDcId))
    if (!isPlausible) return null
    const hasGoodAddresses = stored.dcs.every((dc) => splitAddress(dc.address, dc.flags) !== null)
    return { version, stored, trailingByteLength: reader.remaining, hasGoodAddresses }
  } catch (error) {
    if (isAppError(error, 'format.malformed')) return null
    throw error
  }
}

function read(reader: ByteReader, shape: FerogramShape): StoredFerogram {
  const homeDcId = reader.i32le()
  const dcs = many(reader.u8(), () => readDc(reader, shape))
  // Properties are read in the order they stand in.
  return {
    homeDcId,
    dcs,
    state: shape.states ? readState(reader) : null,
    channels: shape.states ? many(reader.u16le(), () => readChannel(reader)) : [],
    peers: shape.states ? many(reader.u16le(), () => readPeer(reader, shape)) : [],
    minPeers: shape.minPeers ? many(reader.u16le(), () => readMinPeer(reader)) : [],
    token: shape.token ? readToken(reader) : null,
  }
}

function many<T>(count: number, one: () => T): T[] {
  const items: T[] = []
  for (let index = 0; index < count; index += 1) items.push(one())
  return items
}

function readDc(reader: ByteReader, shape: FerogramShape): StoredDc {
  const id = reader.i32le()
  const authKey = reader.u8() === 1 ? authKeyFrom(reader.bytes(256)) : null
  const salt = reader.i64le()
  const timeOffset = reader.i32le()
  const addressBytes = reader.bytes(reader.u8())
  const address = new TextDecoder('utf-8', { ignoreBOM: true }).decode(addressBytes)
  const flags = shape.flags ? reader.u8() : null
  const isWholeAddress = !address.includes('\uFFFD')
  return { id, address, isWholeAddress, authKey, salt, timeOffset, flags }
}

function readState(reader: ByteReader): StoredState {
  return { pts: reader.i32le(), qts: reader.i32le(), date: reader.i32le(), seq: reader.i32le() }
}

function readChannel(reader: ByteReader): StoredChannel {
  return { id: reader.i64le(), pts: reader.i32le() }
}

function readPeer(reader: ByteReader, shape: FerogramShape): StoredPeer {
  const id = reader.i64le()
  const accessHash = reader.i64le()
  const type = reader.u8()
  const channelKind = shape.channelKinds ? channelKindFrom(reader.u8()) : null
  // A community has the type of a user, so its own byte is looked at first.
  const isCommunity = shape.communities && reader.u8() !== 0
  const form = isCommunity ? 'community' : type === 1 ? 'channel' : type === 2 ? 'chat' : 'user'
  return { id, accessHash, form, channelKind }
}

function readMinPeer(reader: ByteReader): StoredMinPeer {
  return { userId: reader.i64le(), peerId: reader.i64le(), messageId: reader.i32le() }
}

function readToken(reader: ByteReader): Secret | null {
  return reader.u8() === 1 ? new Secret(reader.bytes(reader.u16le())) : null
}
