import { randomBytes } from 'node:crypto'
import { createAesIgeForMessage, type ICryptoProvider } from '@mtcute/core/utils.js'
import { sha256 } from './hashes.ts'
import { u32, u64 } from './tl.ts'

/**
 * Encrypted packets: key id 8 | msg_key 16 | AES-256-IGE of
 * salt 8 | session id 8 | message id 8 | sequence number 4 | length 4 | body | padding of 12 to 1024 bytes.
 * Layout: core.telegram.org/mtproto/description.
 */
export interface Packet {
  readonly salt: bigint
  /** Chosen by the client. */
  readonly sessionId: bigint
  readonly message: Message
}

export interface Message {
  /** Unsigned: seconds in the high half. */
  readonly id: bigint
  readonly seqNo: number
  readonly body: Uint8Array
}

/** Key id and msg_key. */
export const PACKET_HEADER_BYTE_LENGTH = 24
const INNER_HEADER_BYTE_LENGTH = 32
const MIN_PADDING_BYTE_LENGTH = 12
const MAX_PADDING_BYTE_LENGTH = 1024
const BLOCK_BYTE_LENGTH = 16

/** Null when the packet does not decrypt, or says what it is not. */
export function openPacket(crypto: ICryptoProvider, authKey: Uint8Array, bytes: Buffer): Packet | null {
  const messageKey = bytes.subarray(8, PACKET_HEADER_BYTE_LENGTH)
  const rest = bytes.subarray(PACKET_HEADER_BYTE_LENGTH)
  // Padded framing leaves up to 15 stray bytes behind.
  const encrypted = rest.subarray(0, rest.length - (rest.length % BLOCK_BYTE_LENGTH))
  if (encrypted.length < INNER_HEADER_BYTE_LENGTH + BLOCK_BYTE_LENGTH) return null
  const inner = Buffer.from(createAesIgeForMessage(crypto, authKey, messageKey, true).decrypt(encrypted))
  if (!messageKeyOf(authKey.subarray(88, 120), inner).equals(messageKey)) return null
  const bodyByteLength = inner.readUInt32LE(28)
  const paddingByteLength = inner.length - INNER_HEADER_BYTE_LENGTH - bodyByteLength
  if (paddingByteLength < MIN_PADDING_BYTE_LENGTH || paddingByteLength > MAX_PADDING_BYTE_LENGTH) return null
  return {
    salt: inner.readBigInt64LE(0),
    sessionId: inner.readBigInt64LE(8),
    message: {
      id: inner.readBigUInt64LE(16),
      seqNo: inner.readUInt32LE(24),
      body: inner.subarray(INNER_HEADER_BYTE_LENGTH, INNER_HEADER_BYTE_LENGTH + bodyByteLength),
    },
  }
}

/** `keyId` is in wire order. */
export function sealPacket(crypto: ICryptoProvider, authKey: Uint8Array, keyId: Uint8Array, packet: Packet): Buffer {
  const { id, seqNo, body } = packet.message
  const byteLength = INNER_HEADER_BYTE_LENGTH + body.length + MIN_PADDING_BYTE_LENGTH
  const paddingByteLength = MIN_PADDING_BYTE_LENGTH + (-byteLength & (BLOCK_BYTE_LENGTH - 1))
  const head = [u64(packet.salt), u64(packet.sessionId), u64(id), u32(seqNo), u32(body.length)]
  const inner = Buffer.concat([...head, body, randomBytes(paddingByteLength)])
  const messageKey = messageKeyOf(authKey.subarray(96, 128), inner)
  const encrypted = createAesIgeForMessage(crypto, authKey, messageKey, false).encrypt(inner)
  return Buffer.concat([keyId, messageKey, encrypted])
}

/** An unencrypted message: key id 0, message id, length, body. */
export function plainPacket(messageId: bigint, body: Uint8Array): Buffer {
  return Buffer.concat([u64(0n), u64(messageId), u32(body.length), body])
}

/** `part` of the auth key differs between the two directions. */
function messageKeyOf(part: Uint8Array, inner: Uint8Array): Buffer {
  return sha256(part, inner).subarray(8, 24)
}
