import { type ByteWriter, byteWriter } from '../../bytes/writer.ts'
import { AppError } from '../../domain/errors.ts'
import { MAX_DCS, MAX_ROWS } from './limits.ts'
import { shapeOf, type StoredDc, type StoredFerogram, type StoredPeer } from './stored.ts'

const TYPE_BYTES = { user: 0, channel: 1, chat: 2, community: 0 } as const
const UNKNOWN_KIND = 0xff

/**
 * The bytes of a session in a version from 2 on. The library's own writer lets every count wrap and so destroys large
 * sessions; here they are refused.
 * @throws AppError format.not-writable
 */
export function writeBinary(stored: StoredFerogram, version: number, formatId: string): Uint8Array {
  const shape = shapeOf(version)
  const count = (items: readonly unknown[], limit: number, what: string): number => {
    if (items.length <= limit) return items.length
    throw tooMany(formatId, `it holds ${items.length} ${what}, and the format has room for ${limit}`)
  }
  const writer = byteWriter().u8(version).i32le(stored.homeDcId)
  writer.u8(count(stored.dcs, MAX_DCS, 'addresses of data centres'))
  for (const dc of stored.dcs) writeDc(writer, dc, shape.flags, formatId)
  const state = stored.state ?? { pts: 0, qts: 0, date: 0, seq: 0 }
  writer.i32le(state.pts).i32le(state.qts).i32le(state.date).i32le(state.seq)
  writer.u16le(count(stored.channels, MAX_ROWS, 'update states of channels'))
  for (const { id, pts } of stored.channels) writer.i64le(id).i32le(pts)
  writer.u16le(count(stored.peers, MAX_ROWS, 'peers'))
  writer.bytes(peerBytes(stored.peers, shape))
  if (shape.minPeers) {
    writer.u16le(count(stored.minPeers, MAX_ROWS, 'min contexts'))
    for (const min of stored.minPeers) writer.i64le(min.userId).i64le(min.peerId).i32le(min.messageId)
  }
  if (shape.token) {
    if (stored.token === null) writer.u8(0)
    else {
      const token = stored.token.open()
      if (token.byteLength > 0xffff)
        throw tooMany(formatId, 'its token for signing in again is longer than 65535 bytes')
      writer.u8(1).u16le(token.byteLength).bytes(token)
    }
  }
  return writer.done()
}

function tooMany(format: string, reason: string): AppError<'format.not-writable'> {
  return new AppError('format.not-writable', { format, reason })
}

function writeDc(writer: ByteWriter, dc: StoredDc, hasFlags: boolean, formatId: string): void {
  writer.i32le(dc.id)
  if (dc.authKey === null || dc.authKey === 'damaged') writer.u8(0)
  else writer.u8(1).bytes(dc.authKey.open())
  const address = new TextEncoder().encode(dc.address)
  if (address.byteLength > 0xff) {
    throw tooMany(formatId, `the address of DC ${dc.id} is longer than the 255 bytes the format has room for`)
  }
  writer.i64le(dc.salt).i32le(dc.timeOffset).u8(address.byteLength).bytes(address)
  if (hasFlags) writer.u8((dc.flags ?? 0) & 0xff)
}

/** One buffer for all: there can be 65,535 of them. */
function peerBytes(
  peers: readonly StoredPeer[],
  shape: { readonly channelKinds: boolean; readonly communities: boolean },
): Uint8Array {
  const size = 17 + (shape.channelKinds ? 1 : 0) + (shape.communities ? 1 : 0)
  const bytes = new Uint8Array(size * peers.length)
  const view = new DataView(bytes.buffer)
  for (const [index, peer] of peers.entries()) {
    const at = index * size
    view.setBigInt64(at, peer.id, true)
    view.setBigInt64(at + 8, peer.accessHash, true)
    view.setUint8(at + 16, TYPE_BYTES[peer.form])
    if (shape.channelKinds) view.setUint8(at + 17, peer.channelKind ?? UNKNOWN_KIND)
    if (shape.communities) view.setUint8(at + 18, peer.form === 'community' ? 1 : 0)
  }
  return bytes
}
