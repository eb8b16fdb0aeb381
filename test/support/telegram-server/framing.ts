import { crc32 } from 'node:zlib'
import { type Obfuscation, obfuscationOf, OBFUSCATED_HEADER_BYTE_LENGTH } from './obfuscation.ts'

/** How packets are cut on a TCP connection. Layouts: core.telegram.org/mtproto/mtproto-transports. */
export type Framing = 'abridged' | 'intermediate' | 'padded' | 'full'

const TAGS: ReadonlyMap<number, Framing> = new Map([
  [0xef_ef_ef_ef, 'abridged'],
  [0xee_ee_ee_ee, 'intermediate'],
  [0xdd_dd_dd_dd, 'padded'],
])

/** The header of `full`: length and sequence number; its foot: a checksum. */
const FULL_HEADER_BYTE_LENGTH = 8
const FULL_FOOT_BYTE_LENGTH = 4
const LONG_ABRIDGED = 0x7f

/** What of a client's first bytes matters afterwards. */
export interface Opening {
  readonly framing: Framing
  readonly isObfuscated: boolean
  /** The data centre a client names to an MTProxy; null elsewhere. */
  readonly dcId: number | null
}

/** Cuts a client's bytes into packets, and frames the answers as the client does. */
export class PacketStream {
  #opening: Opening | null = null
  #bytes: Buffer = Buffer.alloc(0)
  #obfuscation: Obfuscation | null = null
  #received = 0
  #sent = 0
  readonly #proxySecret: Uint8Array | null

  constructor(proxySecret: Uint8Array | null) {
    this.#proxySecret = proxySecret
  }

  /** Null until the client has said enough. */
  get opening(): Opening | null {
    return this.#opening
  }

  /** The packets that are whole now. Throws when the bytes are of no known framing. */
  push(chunk: Buffer): readonly Buffer[] {
    const clear = this.#obfuscation === null ? chunk : this.#obfuscation.decrypt(chunk)
    this.#bytes = Buffer.concat([this.#bytes, clear])
    this.#opening ??= this.#open()
    if (this.#opening === null) return []
    const packets: Buffer[] = []
    for (let packet = this.#next(); packet !== null; packet = this.#next()) packets.push(packet)
    return packets
  }

  frame(packet: Uint8Array): Buffer {
    const framed = this.#framed(packet)
    return this.#obfuscation === null ? framed : this.#obfuscation.encrypt(framed)
  }

  #open(): Opening | null {
    const bytes = this.#bytes
    if (bytes.length < 1) return null
    if (this.#proxySecret === null) {
      if (bytes[0] === 0xef) return this.#plain('abridged', 1)
      if (bytes.length < 4) return null
      const framing = TAGS.get(bytes.readUInt32LE(0))
      if (framing !== undefined) return this.#plain(framing, 4)
      if (bytes.length < 8) return null
      // The second word of an obfuscated header is never zero; the first packet of `full` has the number zero.
      if (bytes.readUInt32LE(4) === 0) return this.#plain('full', 0)
    }
    if (bytes.length < OBFUSCATED_HEADER_BYTE_LENGTH) return null
    const header = this.#take(OBFUSCATED_HEADER_BYTE_LENGTH)
    const obfuscation = obfuscationOf(header, this.#proxySecret)
    const framing = TAGS.get(obfuscation.tag)
    if (framing === undefined) throw new Error('the connection starts with no known framing')
    this.#obfuscation = obfuscation
    this.#bytes = obfuscation.decrypt(this.#bytes)
    return { framing, isObfuscated: true, dcId: this.#proxySecret === null ? null : obfuscation.dcId }
  }

  #plain(framing: Framing, tagByteLength: number): Opening {
    this.#take(tagByteLength)
    return { framing, isObfuscated: false, dcId: null }
  }

  #take(byteLength: number): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, byteLength))
    this.#bytes = this.#bytes.subarray(byteLength)
    return taken
  }

  #next(): Buffer | null {
    switch (this.#opening?.framing) {
      case 'abridged':
        return this.#nextAbridged()
      case 'full':
        return this.#nextFull()
      case 'intermediate':
      case 'padded':
        return this.#nextIntermediate()
      case undefined:
        return null
    }
  }

  #nextAbridged(): Buffer | null {
    const bytes = this.#bytes
    if (bytes.length < 4) return null
    // The highest bit asks for a quick acknowledgement, which we never give.
    const short = bytes.readUInt8(0) & 0x7f
    const isLong = short === LONG_ABRIDGED
    const headerByteLength = isLong ? 4 : 1
    const byteLength = (isLong ? bytes.readUIntLE(1, 3) : short) * 4
    if (bytes.length < headerByteLength + byteLength) return null
    this.#take(headerByteLength)
    return this.#take(byteLength)
  }

  #nextIntermediate(): Buffer | null {
    if (this.#bytes.length < 4) return null
    const byteLength = this.#bytes.readUInt32LE(0) & 0x7fff_ffff
    if (this.#bytes.length < 4 + byteLength) return null
    this.#take(4)
    return this.#take(byteLength)
  }

  #nextFull(): Buffer | null {
    if (this.#bytes.length < FULL_HEADER_BYTE_LENGTH) return null
    const byteLength = this.#bytes.readUInt32LE(0)
    if (this.#bytes.length < byteLength) return null
    const frame = this.#take(byteLength)
    const end = byteLength - FULL_FOOT_BYTE_LENGTH
    if (frame.readUInt32LE(end) !== crc32(frame.subarray(0, end))) throw new Error('a checksum is wrong')
    if (frame.readUInt32LE(4) !== this.#received) throw new Error('a packet is out of turn')
    this.#received += 1
    return frame.subarray(FULL_HEADER_BYTE_LENGTH, end)
  }

  #framed(packet: Uint8Array): Buffer {
    switch (this.#opening?.framing) {
      case 'abridged': {
        const words = packet.length / 4
        const header = Buffer.from([words, words, words >> 8, words >> 16])
        if (words >= LONG_ABRIDGED) header.writeUInt8(LONG_ABRIDGED, 0)
        return Buffer.concat([words < LONG_ABRIDGED ? header.subarray(0, 1) : header, packet])
      }
      case 'full': {
        const frame = Buffer.alloc(FULL_HEADER_BYTE_LENGTH + packet.length + FULL_FOOT_BYTE_LENGTH)
        frame.writeUInt32LE(frame.length, 0)
        frame.writeUInt32LE(this.#sent, 4)
        frame.set(packet, FULL_HEADER_BYTE_LENGTH)
        const end = frame.length - FULL_FOOT_BYTE_LENGTH
        frame.writeUInt32LE(crc32(frame.subarray(0, end)), end)
        this.#sent += 1
        return frame
      }
      case 'intermediate':
      case 'padded': {
        const header = Buffer.alloc(4)
        header.writeUInt32LE(packet.length, 0)
        return Buffer.concat([header, packet])
      }
      case undefined:
        throw new Error('nothing can be said before the client has spoken')
    }
  }
}
