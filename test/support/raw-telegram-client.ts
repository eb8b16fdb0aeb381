import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { crc32 } from 'node:zlib'
import { onTestFinished } from 'vitest'

/**
 * A client written from the protocol's description alone, with nothing of the server's or of a library: what both
 * agree on is no accident. It says what it is told to say, right or wrong.
 */
export interface RawClient {
  salt: bigint
  sessionId: bigint
  /** Gives the id of the message. */
  send(body: Uint8Array, as?: { readonly id?: bigint; readonly seqNo?: number }): bigint
  /** What `send` would send. */
  seal(body: Uint8Array, as?: { readonly id?: bigint; readonly seqNo?: number }): { id: bigint; packet: Buffer }
  /** A packet as it is. */
  sendPacket(packet: Uint8Array): void
  receive(): Promise<RawMessage>
  /** The next packet as it is: four bytes are a refusal. */
  receivePacket(): Promise<Buffer>
  /** The next packet, as the positive number of a refusal. */
  receiveRefusal(): Promise<number>
  ended(): Promise<void>
}

export interface RawMessage {
  readonly salt: bigint
  readonly sessionId: bigint
  readonly id: bigint
  readonly seqNo: number
  readonly body: Buffer
}

export type RawFraming = 'abridged' | 'intermediate' | 'padded' | 'full'

export interface RawOptions {
  readonly framing?: RawFraming
  readonly isObfuscated?: boolean
  readonly secret?: Uint8Array
  /** Named to an MTProxy. */
  readonly dcId?: number
}

const TAGS = { abridged: 0xefefefef, intermediate: 0xeeeeeeee, padded: 0xdddddddd } as const

export async function rawClient(
  { host, port }: { readonly host: string; readonly port: number },
  authKey: Uint8Array,
  options: RawOptions = {},
): Promise<RawClient> {
  const socket = connect(port, host)
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  const line = lineOver(socket, options)
  const keyId = sha('sha1', authKey).subarray(-8)
  let lastId = 0n
  const client: RawClient = {
    salt: 0n,
    sessionId: randomBytes(8).readBigInt64LE(),
    send(body, as) {
      const { id, packet } = client.seal(body, as)
      line.write(packet)
      return id
    },
    seal(body, { id = messageIdAt(Date.now()), seqNo = 1 } = {}) {
      const growing = id > lastId ? id : lastId + 4n
      lastId = growing
      const head = Buffer.alloc(32)
      head.writeBigInt64LE(client.salt, 0)
      head.writeBigInt64LE(client.sessionId, 8)
      head.writeBigUInt64LE(growing, 16)
      head.writeUInt32LE(seqNo, 24)
      head.writeUInt32LE(body.length, 28)
      const inner = Buffer.concat([head, body, randomBytes(12 + ((16 - ((body.length + 12) % 16)) % 16))])
      const key = messageKeyOf(authKey, inner, 0)
      return { id: growing, packet: Buffer.concat([keyId, key, ige(inner, ...secretsOf(authKey, key, 0), true)]) }
    },
    sendPacket: (packet) => line.write(packet),
    receivePacket: () => line.read(),
    async receiveRefusal() {
      const packet = await line.read()
      if (packet.length !== 4) throw new Error(`a packet of ${packet.length} bytes is no refusal`)
      return -packet.readInt32LE(0)
    },
    async receive() {
      const packet = await line.read()
      const key = packet.subarray(8, 24)
      const inner = ige(packet.subarray(24), ...secretsOf(authKey, key, 8), false)
      if (!messageKeyOf(authKey, inner, 8).equals(key)) throw new Error('the msg_key of an answer is wrong')
      return {
        salt: inner.readBigInt64LE(0),
        sessionId: inner.readBigInt64LE(8),
        id: inner.readBigUInt64LE(16),
        seqNo: inner.readUInt32LE(24),
        body: inner.subarray(32, 32 + inner.readUInt32LE(28)),
      }
    },
    ended: async () => void (socket.closed || (await once(socket, 'close'))),
  }
  return client
}

/** A message id of a client's. */
export function messageIdAt(ms: number): bigint {
  return (BigInt(Math.floor(ms / 1000)) << 32n) | (BigInt(Math.floor(((ms % 1000) / 1000) * 2 ** 32)) & ~3n)
}

interface Line {
  write(packet: Uint8Array): void
  read(): Promise<Buffer>
}

function lineOver(
  socket: Socket,
  { framing = 'intermediate', isObfuscated = false, secret, dcId = 0 }: RawOptions,
): Line {
  let heard: Buffer = Buffer.alloc(0)
  let sent = 0
  let hidden: { encrypt(bytes: Uint8Array): Buffer; decrypt(bytes: Uint8Array): Buffer } | null = null
  if (isObfuscated && framing !== 'full') hidden = hide(socket, TAGS[framing], secret ?? null, dcId)
  else if (framing === 'abridged') socket.write(Buffer.from([0xef]))
  else if (framing !== 'full') socket.write(u32(TAGS[framing]))
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, hidden === null ? chunk : hidden.decrypt(chunk)])
    socket.emit('heard')
  })
  const take = async (byteLength: number): Promise<Buffer> => {
    while (heard.length < byteLength) {
      if (socket.closed) throw new Error('the server has gone')
      await Promise.race([once(socket, 'heard'), once(socket, 'close')])
    }
    const taken = heard.subarray(0, byteLength)
    heard = heard.subarray(byteLength)
    return taken
  }
  return {
    write(packet) {
      const framed = frame(packet, framing, sent)
      sent += 1
      socket.write(hidden === null ? framed : hidden.encrypt(framed))
    },
    async read() {
      if (framing === 'abridged') {
        const words = (await take(1)).readUInt8(0)
        return take(4 * (words === 0x7f ? (await take(3)).readUIntLE(0, 3) : words))
      }
      const byteLength = (await take(4)).readUInt32LE(0)
      if (framing !== 'full') return take(byteLength)
      const rest = await take(byteLength - 4)
      const end = rest.length - 4
      const sum = crc32(rest.subarray(0, end), crc32(u32(byteLength)))
      if (sum !== rest.readUInt32LE(end)) throw new Error('the checksum of an answer is wrong')
      return rest.subarray(4, end)
    },
  }
}

function frame(packet: Uint8Array, framing: RawFraming, number: number): Buffer {
  switch (framing) {
    case 'abridged': {
      const words = packet.length / 4
      return Buffer.concat([words < 0x7f ? Buffer.from([words]) : u32((words << 8) | 0x7f), packet])
    }
    case 'intermediate':
      return Buffer.concat([u32(packet.length), packet])
    case 'padded': {
      const stray = randomBytes(1 + Math.floor(Math.random() * 15))
      return Buffer.concat([u32(packet.length + stray.length), packet, stray])
    }
    case 'full': {
      const bytes = Buffer.concat([u32(packet.length + 12), u32(number), packet])
      return Buffer.concat([bytes, u32(crc32(bytes))])
    }
  }
}

/** Sends the 64 bytes that everything afterwards is encrypted by. */
function hide(socket: Socket, tag: number, secret: Uint8Array | null, dcId: number) {
  const header = randomBytes(64)
  // Nothing that another framing starts with.
  header.writeUInt32LE(0x01020304, 0)
  header.writeUInt32LE(0x05060708, 4)
  header.writeUInt32LE(tag, 56)
  header.writeInt16LE(dcId, 60)
  const turned = Buffer.from(header).reverse()
  const mixed = (key: Buffer): Buffer => (secret === null ? key : sha('sha256', key, secret))
  const encrypting = createCipheriv('aes-256-ctr', mixed(header.subarray(8, 40)), header.subarray(40, 56))
  const decrypting = createDecipheriv('aes-256-ctr', mixed(turned.subarray(8, 40)), turned.subarray(40, 56))
  socket.write(Buffer.concat([header.subarray(0, 56), encrypting.update(header).subarray(56)]))
  return {
    encrypt: (bytes: Uint8Array) => encrypting.update(bytes),
    decrypt: (bytes: Uint8Array) => decrypting.update(bytes),
  }
}

/** `x` is 0 towards the server and 8 towards the client. */
function messageKeyOf(authKey: Uint8Array, inner: Uint8Array, x: 0 | 8): Buffer {
  return sha('sha256', authKey.subarray(88 + x, 120 + x), inner).subarray(8, 24)
}

function secretsOf(authKey: Uint8Array, messageKey: Uint8Array, x: 0 | 8): [key: Buffer, iv: Buffer] {
  const a = sha('sha256', messageKey, authKey.subarray(x, x + 36))
  const b = sha('sha256', authKey.subarray(40 + x, 76 + x), messageKey)
  return [
    Buffer.concat([a.subarray(0, 8), b.subarray(8, 24), a.subarray(24, 32)]),
    Buffer.concat([b.subarray(0, 8), a.subarray(8, 24), b.subarray(24, 32)]),
  ]
}

/** AES-256 in infinite garble extension: each block is mixed with the one before, on both sides of the cipher. */
function ige(bytes: Uint8Array, key: Buffer, iv: Buffer, isEncrypting: boolean): Buffer {
  const cipher = (isEncrypting ? createCipheriv : createDecipheriv)('aes-256-ecb', key, null).setAutoPadding(false)
  const out = Buffer.alloc(bytes.length)
  let before = isEncrypting ? iv.subarray(0, 16) : iv.subarray(16)
  let after = isEncrypting ? iv.subarray(16) : iv.subarray(0, 16)
  for (let at = 0; at < bytes.length; at += 16) {
    const block = Buffer.from(bytes.subarray(at, at + 16))
    const mixed = cipher.update(block.map((byte, index) => byte ^ before[index]!))
    before = Buffer.from(mixed.map((byte, index) => byte ^ after[index]!))
    before.copy(out, at)
    after = block
  }
  return out
}

function sha(algorithm: 'sha1' | 'sha256', ...parts: readonly Uint8Array[]): Buffer {
  const hash = createHash(algorithm)
  for (const part of parts) hash.update(part)
  return hash.digest()
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
