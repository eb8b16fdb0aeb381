import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { mtp } from '@mtcute/core'
import type { Remainder } from './clock.ts'
import type { Core } from './core.ts'
import { type Message, sealPacket } from './packets.ts'
import type { RpcFault } from './rpc-fault.ts'
import type { Login } from './state.ts'
import { CONSTRUCTORS, longOf, serialize, tlBytes, type TlValue, u32, u64 } from './tl.ts'

/** In which form a result goes out. */
export type ResultForm = 'plain' | 'gzip' | 'container'

/** One MTProto session over one connection: what the server says in it. */
export class Channel {
  readonly login: Login
  readonly sessionId: bigint
  readonly #core: Core
  readonly #nextId: (remainder: Remainder) => bigint
  readonly #write: (packet: Uint8Array) => void
  #contentMessages = 0

  constructor(
    core: Core,
    login: Login,
    sessionId: bigint,
    nextId: (remainder: Remainder) => bigint,
    write: (packet: Uint8Array) => void,
  ) {
    this.#core = core
    this.login = login
    this.sessionId = sessionId
    this.#nextId = nextId
    this.#write = write
  }

  /** A service message that needs no acknowledgement. */
  say(message: mtp.TlObject | Uint8Array): void {
    this.#send(message instanceof Uint8Array ? message : serialize(message), false, 1)
  }

  /** Tells the client of its new session; `firstMessageId` is the lowest the server has seen in it. */
  greet(firstMessageId: bigint): void {
    const greeting: mtp.RawMt_new_session_created = {
      _: 'mt_new_session_created',
      firstMsgId: longOf(firstMessageId),
      uniqueId: longOf(randomBytes(8).readBigInt64LE()),
      serverSalt: longOf(this.login.salt),
    }
    this.#send(serialize(greeting), true, 3)
  }

  /** An update, which the client did not ask for. */
  push(update: TlValue): void {
    this.#send(serialize(update), true, 3)
  }

  answer(messageId: bigint, value: TlValue, form: ResultForm = 'plain'): void {
    const body = serialize(value)
    const packed = form === 'gzip' ? Buffer.concat([u32(CONSTRUCTORS.gzipPacked), tlBytes(gzipSync(body))]) : body
    const result = Buffer.concat([u32(CONSTRUCTORS.rpcResult), u64(messageId), packed])
    this.login.answered.add(messageId)
    if (form !== 'container') return this.#send(result, true, 1)
    const acknowledgement: mtp.RawMt_msgs_ack = { _: 'mt_msgs_ack', msgIds: [longOf(messageId)] }
    const parts = [this.#part(serialize(acknowledgement), false), this.#part(result, true)]
    this.#send(Buffer.concat([u32(CONSTRUCTORS.container), u32(parts.length), ...parts]), false, 1)
  }

  refuse(messageId: bigint, { code, text }: RpcFault): void {
    const error: mtp.RawMt_rpc_error = { _: 'mt_rpc_error', errorCode: code, errorMessage: text }
    this.answer(messageId, error)
  }

  #send(body: Uint8Array, needsAcknowledgement: boolean, remainder: Remainder): void {
    const message = this.#message(body, needsAcknowledgement, remainder)
    const { login, sessionId } = this
    const packet = { salt: login.salt, sessionId, message }
    this.#write(sealPacket(this.#core.crypto, login.authKey, Buffer.from(login.keyId, 'hex'), packet))
  }

  #part(body: Uint8Array, needsAcknowledgement: boolean): Buffer {
    const { id, seqNo } = this.#message(body, needsAcknowledgement, 1)
    return Buffer.concat([u64(id), u32(seqNo), u32(body.length), body])
  }

  /** Numbers are odd where an acknowledgement is due, and count such messages. */
  #message(body: Uint8Array, needsAcknowledgement: boolean, remainder: Remainder): Message {
    const seqNo = this.#contentMessages * 2 + (needsAcknowledgement ? 1 : 0)
    if (needsAcknowledgement) this.#contentMessages += 1
    return { id: this.#nextId(remainder), seqNo, body }
  }
}
