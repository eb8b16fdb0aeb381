import type { Socket } from 'node:net'
import { takeApiCall } from './api-calls.ts'
import { Channel } from './channel.ts'
import { messageIds } from './clock.ts'
import { type Core, nowMs, nowSeconds } from './core.ts'
import { PacketStream } from './framing.ts'
import { Handshake } from './handshake.ts'
import { faultOf, unpack } from './incoming.ts'
import { readCall, UnknownMethod } from './method-reader.ts'
import { type Message, openPacket, type Packet, PACKET_HEADER_BYTE_LENGTH, plainPacket } from './packets.ts'
import { RpcFault } from './rpc-fault.ts'
import { takeServiceMessage } from './service-messages.ts'
import type { Login } from './state.ts'
import { longOf, readerOf, type TlValue } from './tl.ts'

const NO_KEY = '0000000000000000'
const NOT_FOUND = 404
const WRONG_SALT = 48

/** One client's TCP connection. */
export class Connection {
  readonly id: number
  /** The logins that API calls were made with over it. */
  readonly callers = new Set<Login>()
  readonly #core: Core
  readonly #socket: Socket
  readonly #stream: PacketStream
  readonly #channels = new Map<string, Channel>()
  /** Those that updates go to. */
  readonly #subscribers = new Set<Channel>()
  readonly #nextId: ReturnType<typeof messageIds>
  #dcId: number
  #handshake: Handshake | null = null

  constructor(core: Core, socket: Socket, id: number, dcId: number) {
    this.#core = core
    this.#socket = socket
    this.#stream = new PacketStream(core.proxySecret)
    this.#nextId = messageIds(() => nowMs(core))
    this.id = id
    this.#dcId = dcId
  }

  get dcId(): number {
    return this.#dcId
  }

  /** Whether the client is still there: its end comes before the next connection, the socket's own after it. */
  get isLive(): boolean {
    return this.#socket.writable && !this.#socket.readableEnded
  }

  /** Cuts the connection when a client says what cannot be understood. */
  feed(chunk: Buffer): void {
    try {
      const isFirst = this.#stream.opening === null
      const packets = this.#stream.push(chunk)
      if (isFirst) this.#noteOpening()
      for (const packet of packets) this.#take(packet)
    } catch (error) {
      this.#core.problems.push(error instanceof Error ? error.message : String(error))
      this.cut()
    }
  }

  cut(): void {
    this.#socket.destroy()
  }

  /** A refusal below the messages: four bytes, then the end. */
  refuse(transportError: number): void {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32LE(-transportError)
    this.#write(bytes)
    this.#socket.end()
  }

  subscribe(channel: Channel): void {
    this.#subscribers.add(channel)
  }

  push(login: Login, update: TlValue): void {
    for (const channel of this.#subscribers) if (channel.login === login) channel.push(update)
  }

  #noteOpening(): void {
    const { opening } = this.#stream
    if (opening === null) return
    const { framings } = this.#core.stats
    const name = opening.isObfuscated ? `obfuscated ${opening.framing}` : opening.framing
    framings.set(name, (framings.get(name) ?? 0) + 1)
    if (opening.dcId === null) return
    if (!this.#core.endpoints.has(opening.dcId)) throw new Error(`there is no data centre ${opening.dcId}`)
    this.#dcId = opening.dcId
  }

  #write(packet: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(this.#stream.frame(packet))
  }

  #take(bytes: Buffer): void {
    const { world, stats, crypto } = this.#core
    if (bytes.length < PACKET_HEADER_BYTE_LENGTH) return this.refuse(NOT_FOUND)
    const keyId = bytes.toString('hex', 0, 8)
    if (keyId === NO_KEY) return this.#takePlain(bytes)
    const login = world.logins.get(keyId)
    if (login === undefined || login.dcId !== this.#dcId || login.state === 'forgotten') {
      stats.unknownKeys += 1
      return this.refuse(NOT_FOUND)
    }
    const packet = openPacket(crypto, login.authKey, bytes)
    // A session without a number is refused as if the key were unknown.
    if (packet === null || packet.sessionId === 0n) {
      stats.badPackets += 1
      return this.refuse(NOT_FOUND)
    }
    this.#takePacket(this.#channelOf(login, packet.sessionId), packet)
  }

  #takePlain(bytes: Buffer): void {
    const { stats, knobs } = this.#core
    if (!knobs.allowHandshake) {
      stats.handshakes += 1
      return this.refuse(NOT_FOUND)
    }
    this.#handshake ??= new Handshake(this.#core, this.#dcId)
    const byteLength = bytes.readUInt32LE(16)
    this.#write(plainPacket(this.#nextId(1), this.#handshake.take(bytes.subarray(20, 20 + byteLength))))
  }

  #channelOf(login: Login, sessionId: bigint): Channel {
    const name = `${login.keyId} ${sessionId}`
    const known = this.#channels.get(name)
    if (known !== undefined) return known
    const channel = new Channel(this.#core, login, sessionId, this.#nextId, (packet) => this.#write(packet))
    this.#channels.set(name, channel)
    return channel
  }

  #takePacket(channel: Channel, { salt, sessionId, message }: Packet): void {
    const { login } = channel
    const bad = { badMsgId: longOf(message.id), badMsgSeqno: message.seqNo }
    const errorCode = faultOf(message, nowSeconds(this.#core))
    if (errorCode !== null) return channel.say({ _: 'mt_bad_msg_notification', ...bad, errorCode })
    if (salt !== login.salt) {
      this.#core.stats.wrongSalts += 1
      const newServerSalt = longOf(login.salt)
      return channel.say({ _: 'mt_bad_server_salt', ...bad, errorCode: WRONG_SALT, newServerSalt })
    }
    const messages = unpack(message)
    if (!login.sessions.has(sessionId)) {
      login.sessions.add(sessionId)
      channel.greet(messages.reduce((lowest, { id }) => (id < lowest ? id : lowest), message.id))
    }
    for (const one of messages) this.#takeMessage(channel, one)
  }

  #takeMessage(channel: Channel, { id, body }: Message): void {
    try {
      const call = readCall(readerOf(body))
      if (takeServiceMessage(channel, id, call, nowSeconds(this.#core))) return
      takeApiCall(this.#core, this, channel, id, call)
    } catch (error) {
      if (!(error instanceof UnknownMethod)) throw error
      channel.refuse(id, new RpcFault(400, `INPUT_METHOD_INVALID_${error.constructorId}_0`))
    }
  }
}
