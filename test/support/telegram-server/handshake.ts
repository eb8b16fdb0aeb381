import { randomBytes } from 'node:crypto'
import type { mtp } from '@mtcute/core'
import { generateKeyAndIvFromNonce, type IEncryptionScheme } from '@mtcute/core/utils.js'
import { type Core, nowSeconds } from './core.ts'
import { bytesOf, GENERATOR, modPow, numberOf, PRIME, PRIME_BYTES } from './dh-prime.ts'
import { sha1, xor } from './hashes.ts'
import { readInnerData } from './inner-data.ts'
import { addLogin } from './state.ts'
import { longOf, readerOf, serialize } from './tl.ts'

/**
 * The making of an auth key, the server's half: core.telegram.org/mtproto/auth_key. A client asks three times, each
 * time in the clear.
 */

/** A product of two primes that every client takes apart at once. */
const PQ = Buffer.from('17ed48941a08f981', 'hex')

/** The oldest first request; its body is that of `req_pq_multi`. */
const REQ_PQ = 0x60469778
const REQ_PQ_MULTI = 0xbe7e8ef1

const BLOCK_BYTE_LENGTH = 16
const HASH_BYTE_LENGTH = 20

type HandshakeRequest = mtp.RawMt_req_pq_multi | mtp.RawMt_req_DH_params | mtp.RawMt_set_client_DH_params

interface Exchange {
  readonly nonce: Uint8Array
  readonly serverNonce: Uint8Array
  newNonce: Uint8Array
  isTemporary: boolean
  readonly secret: bigint
}

export class Handshake {
  readonly #core: Core
  readonly #dcId: number
  #exchange: Exchange | null = null

  constructor(core: Core, dcId: number) {
    this.#core = core
    this.#dcId = dcId
  }

  /** Takes the body of an unencrypted message and gives that of the answer. Throws at anything out of turn. */
  take(body: Buffer): Buffer {
    const request = readerOf(asMulti(body)).object() as HandshakeRequest
    switch (request._) {
      case 'mt_req_pq_multi':
        return serialize(this.#start(request.nonce))
      case 'mt_req_DH_params':
        return serialize(this.#offer(this.#current(request), request.encryptedData))
      case 'mt_set_client_DH_params':
        return serialize(this.#agree(this.#current(request), request.encryptedData))
    }
    throw new Error('this is no part of a handshake')
  }

  #start(nonce: Uint8Array): mtp.RawMt_resPQ {
    this.#core.stats.handshakes += 1
    const serverNonce = randomBytes(16)
    const none = new Uint8Array(32)
    this.#exchange = { nonce, serverNonce, newNonce: none, isTemporary: false, secret: numberOf(randomBytes(256)) }
    const serverPublicKeyFingerprints = [longOf(this.#core.rsaKey.fingerprint)]
    return { _: 'mt_resPQ', nonce, serverNonce, pq: PQ, serverPublicKeyFingerprints }
  }

  #offer(exchange: Exchange, encryptedData: Uint8Array): mtp.RawMt_server_DH_params_ok {
    const { crypto, rsaKey } = this.#core
    const { newNonce, isTemporary } = readInnerData(crypto, rsaKey.decrypt(encryptedData))
    Object.assign(exchange, { newNonce, isTemporary })
    const { nonce, serverNonce } = exchange
    const inner: mtp.RawMt_server_DH_inner_data = {
      _: 'mt_server_DH_inner_data',
      nonce,
      serverNonce,
      g: GENERATOR,
      dhPrime: PRIME_BYTES,
      gA: bytesOf(modPow(BigInt(GENERATOR), exchange.secret, PRIME)),
      serverTime: nowSeconds(this.#core),
    }
    const answer = serialize(inner)
    const hashed = Buffer.concat([sha1(answer), answer])
    const padded = Buffer.concat([hashed, randomBytes(-hashed.length & (BLOCK_BYTE_LENGTH - 1))])
    return { _: 'mt_server_DH_params_ok', nonce, serverNonce, encryptedAnswer: this.#cipher(exchange).encrypt(padded) }
  }

  #agree(exchange: Exchange, encryptedData: Uint8Array): mtp.RawMt_dh_gen_ok {
    const { nonce, serverNonce, newNonce, secret, isTemporary } = exchange
    const clear = Buffer.from(this.#cipher(exchange).decrypt(encryptedData))
    const inner = readerOf(clear.subarray(HASH_BYTE_LENGTH)).object() as mtp.TlObject
    if (inner._ !== 'mt_client_DH_inner_data') throw new Error('the client gave no half of the key')
    const authKey = bytesOf(modPow(numberOf(inner.gB), secret, PRIME))
    const salt = xor(newNonce.subarray(0, 8), serverNonce.subarray(0, 8)).readBigInt64LE()
    const state = isTemporary ? 'temporary' : 'unregistered'
    const now = nowSeconds(this.#core)
    addLogin(this.#core.world, { authKey, dcId: this.#dcId, accountId: null, state, createdAt: now }, now, salt)
    this.#exchange = null
    const newNonceHash1 = sha1(newNonce, Uint8Array.of(1), sha1(authKey).subarray(0, 8)).subarray(4)
    return { _: 'mt_dh_gen_ok', nonce, serverNonce, newNonceHash1 }
  }

  #current({ nonce, serverNonce }: { readonly nonce: Uint8Array; readonly serverNonce: Uint8Array }): Exchange {
    const exchange = this.#exchange
    const isOurs = exchange !== null && sameBytes(exchange.nonce, nonce) && sameBytes(exchange.serverNonce, serverNonce)
    if (!isOurs) throw new Error('the numbers of a handshake are not those of its start')
    return exchange
  }

  #cipher({ serverNonce, newNonce }: Exchange): IEncryptionScheme {
    const { crypto } = this.#core
    const [key, iv] = generateKeyAndIvFromNonce(crypto, serverNonce, newNonce)
    return crypto.createAesIge(key, iv)
  }
}

function asMulti(body: Buffer): Buffer {
  if (body.readUInt32LE(0) !== REQ_PQ) return body
  const multi = Buffer.from(body)
  multi.writeUInt32LE(REQ_PQ_MULTI, 0)
  return multi
}

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.from(left).equals(right)
}
