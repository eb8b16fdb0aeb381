import type { mtp } from '@mtcute/core'
import type { ICryptoProvider } from '@mtcute/core/utils.js'
import { sha256, xor } from './hashes.ts'
import { readerOf } from './tl.ts'

/** What a client tells the server alone. */
export interface InnerData {
  readonly newNonce: Uint8Array
  readonly isTemporary: boolean
}

/** `p_q_inner_data`, from before it named a data centre: older clients send it, our library does not know it. */
const P_Q_INNER_DATA = 0x83c95aec

const KEY_BYTE_LENGTH = 32
const DATA_BYTE_LENGTH = 192
/** The form before RSA_PAD: a zero, SHA-1 of the data, the data, padding. */
const OLD_HEADER_BYTE_LENGTH = 21

/** Reads 256 bytes that RSA was undone of. Layout: core.telegram.org/mtproto/auth_key, "RSA_PAD". */
export function readInnerData(crypto: ICryptoProvider, bytes: Buffer): InnerData {
  const encrypted = bytes.subarray(KEY_BYTE_LENGTH)
  const key = xor(bytes.subarray(0, KEY_BYTE_LENGTH), sha256(encrypted))
  const clear = Buffer.from(crypto.createAesIge(key, new Uint8Array(32)).decrypt(encrypted))
  const data = Buffer.from(clear.subarray(0, DATA_BYTE_LENGTH)).toReversed()
  const isPadded = sha256(key, data).equals(clear.subarray(DATA_BYTE_LENGTH))
  return readFields(isPadded ? data : bytes.subarray(OLD_HEADER_BYTE_LENGTH))
}

function readFields(bytes: Uint8Array): InnerData {
  const reader = readerOf(bytes)
  if (reader.peekUint() === P_Q_INNER_DATA) {
    reader.uint()
    // pq, p and q, then nonce and server_nonce.
    for (let index = 0; index < 3; index += 1) reader.bytes()
    for (let index = 0; index < 2; index += 1) reader.int128()
    return { newNonce: reader.int256(), isTemporary: false }
  }
  const inner = reader.object() as mtp.RawMt_p_q_inner_data_dc | mtp.RawMt_p_q_inner_data_temp_dc
  switch (inner._) {
    case 'mt_p_q_inner_data_dc':
      return { newNonce: inner.newNonce, isTemporary: false }
    case 'mt_p_q_inner_data_temp_dc':
      return { newNonce: inner.newNonce, isTemporary: true }
  }
  throw new Error('this does not start a handshake')
}
