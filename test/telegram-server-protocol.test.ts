import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect } from 'node:net'
import { crc32, gzipSync } from 'node:zlib'
import { describe, expect, onTestFinished, test } from 'vitest'
import {
  messageIdAt,
  type RawClient,
  rawClient,
  type RawFraming,
  type RawOptions,
} from './support/raw-telegram-client.ts'
import { type LocalTelegram, startTelegram, type TelegramOptions } from './support/telegram-server/start.ts'

const ACCOUNT = { id: 1001, isBot: false, firstName: 'Ada' }
const PING_ID = 0x0102030405060708n

async function started(
  options: TelegramOptions = {},
): Promise<{ telegram: LocalTelegram; authKey: Buffer; keyId: string }> {
  const telegram = await startTelegram(options)
  onTestFinished(() => telegram.close())
  telegram.addAccount(ACCOUNT)
  const authKey = randomBytes(256)
  return { telegram, authKey, keyId: telegram.addLogin({ authKey, accountId: ACCOUNT.id }).keyId }
}

/** A client that knows its salt. */
async function greeted(
  telegram: LocalTelegram,
  authKey: Uint8Array,
  options: RawOptions = {},
  dcId = 2,
): Promise<RawClient> {
  const client = await rawClient(telegram.endpoints.get(dcId)!, authKey, options)
  client.send(ping)
  const refusal = (await client.receive()).body
  expect(refusal.toString('hex', 0, 4)).toBe('7b44abed')
  client.salt = refusal.readBigInt64LE(20)
  client.send(ping)
  expect((await client.receive()).body.toString('hex', 0, 4)).toBe('0809c29e')
  expect((await client.receive()).body.toString('hex', 0, 4)).toBe('c5737734')
  return client
}

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
const u64 = (value: bigint): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return bytes
}
const tlBytes = (bytes: Buffer): Buffer => {
  const head = bytes.length < 254 ? Buffer.from([bytes.length]) : u32((bytes.length << 8) | 0xfe)
  return Buffer.concat([head, bytes, Buffer.alloc((4 - ((head.length + bytes.length) % 4)) % 4)])
}
const ping = Buffer.concat([u32(0x7abe77ec), u64(PING_ID)])
/** `users.getUsers([inputUserSelf])`. */
const getUsers = Buffer.concat([u32(0x0d91a548), u32(0x1cb5c415), u32(1), u32(0xf7c1b13f)])

describe('framings', () => {
  const all: RawFraming[] = ['abridged', 'intermediate', 'padded', 'full']
  test.each(all)('%s', async (framing) => {
    const { telegram, authKey } = await started()
    const client = await greeted(telegram, authKey, { framing })
    expect([...telegram.stats.framings]).toEqual([[framing, 1]])
    // Long packets have another header in abridged framing.
    const long = randomBytes(1024)
    telegram.script({}, { answerBytes: long })
    client.send(Buffer.concat([getUsers, long]))
    expect((await client.receive()).body.subarray(12)).toEqual(long)
  })

  test.each(['abridged', 'intermediate', 'padded'] as const)('obfuscated %s', async (framing) => {
    const { telegram, authKey } = await started()
    await greeted(telegram, authKey, { framing, isObfuscated: true })
    expect([...telegram.stats.framings]).toEqual([[`obfuscated ${framing}`, 1]])
  })

  test('an MTProxy leads to the data centre that is named to it, and speaks to none without its secret', async () => {
    const secret = randomBytes(16)
    const { telegram, authKey } = await started({ dcIds: [1, 2], proxySecret: secret })
    const here = randomBytes(256)
    telegram.addLogin({ authKey: here, dcId: 2, accountId: ACCOUNT.id })
    const options = { framing: 'padded', isObfuscated: true, secret } as const
    await greeted(telegram, here, { ...options, dcId: 2 }, 1)
    await greeted(telegram, here, { ...options, dcId: -10_002 }, 1)
    await greeted(telegram, authKey, { ...options, dcId: 1 }, 1)
    for (const wrong of [
      { ...options, dcId: 4 },
      { ...options, secret: randomBytes(16), dcId: 2 },
      { framing: 'abridged' as const },
    ]) {
      const client = await rawClient(telegram.endpoints.get(1)!, here, wrong)
      for (let round = 0; round < 3; round += 1) client.send(ping)
      await client.ended()
    }
  })

  test('nonsense is cut, and said why', async () => {
    const { telegram } = await started()
    const { host, port } = telegram.endpoints.get(2)!
    const socket = connect(port, host)
    socket.write(`GET / HTTP/1.1\r\nhost: here\r\n${'x'.repeat(80)}\r\n\r\n`)
    await new Promise((resolve) => socket.on('close', resolve).on('error', () => {}))
    expect(telegram.problems).toEqual(['the connection starts with no known framing'])
  })
})

describe('full framing', () => {
  const frameOf = (number: number, sumOff: number): Buffer => {
    const bytes = Buffer.concat([u32(36), u32(number), randomBytes(24)])
    return Buffer.concat([bytes, u32(crc32(bytes) + sumOff)])
  }
  test.each([
    ['a checksum is wrong', [frameOf(0, 1)]],
    ['a packet is out of turn', [frameOf(0, 0), frameOf(0, 0)]],
  ])('%s', async (problem, frames) => {
    const { telegram } = await started()
    const { host, port } = telegram.endpoints.get(2)!
    const socket = connect(port, host)
    socket.write(Buffer.concat(frames))
    await once(socket.resume(), 'close')
    expect(telegram.problems).toEqual([problem])
  })
})

describe('refusals below the messages', () => {
  test('a key that nobody has, one of another data centre, one forgotten', async () => {
    const { telegram, authKey, keyId } = await started({ dcIds: [2, 4] })
    const refusalOf = async (key: Buffer, dcId: number): Promise<number> => {
      const client = await rawClient(telegram.endpoints.get(dcId)!, key)
      client.send(ping)
      const refusal = await client.receiveRefusal()
      await client.ended()
      return refusal
    }
    expect(await refusalOf(randomBytes(256), 2)).toBe(404)
    expect(await refusalOf(authKey, 4)).toBe(404)
    telegram.setState(keyId, 'forgotten')
    expect(await refusalOf(authKey, 2)).toBe(404)
    expect(telegram.stats).toMatchObject({ unknownKeys: 3, handshakes: 0, badPackets: 0 })
  })

  test('a session without a number, a packet that was changed', async () => {
    const { telegram, authKey } = await started()
    const nameless = await rawClient(telegram.endpoints.get(2)!, authKey)
    nameless.sessionId = 0n
    nameless.send(ping)
    expect(await nameless.receiveRefusal()).toBe(404)
    const changed = await rawClient(telegram.endpoints.get(2)!, authKey)
    const { packet } = changed.seal(ping)
    // In the last block, where nothing but padding changes by it.
    packet[packet.length - 1]! ^= 1
    changed.sendPacket(packet)
    expect(await changed.receiveRefusal()).toBe(404)
    expect(telegram.stats.badPackets).toBe(2)
  })

  test('an attempt at a new key is counted and refused', async () => {
    const { telegram } = await started()
    const client = await rawClient(telegram.endpoints.get(2)!, randomBytes(256))
    client.sendPacket(Buffer.concat([u64(0n), u64(messageIdAt(Date.now())), u32(20), u32(0xbe7e8ef1), randomBytes(16)]))
    expect(await client.receiveRefusal()).toBe(404)
    expect(telegram.stats).toMatchObject({ handshakes: 1, unknownKeys: 0 })
  })

  test('as a script has it', async () => {
    const { telegram, authKey, keyId } = await started()
    telegram.script({ keyId }, { transportError: 429 })
    const client = await greeted(telegram, authKey)
    client.send(getUsers)
    expect(await client.receiveRefusal()).toBe(429)
    await client.ended()
  })
})

describe('messages', () => {
  test.each([
    ['too old', -301_000, 0n, 16],
    ['too new', 31_000, 0n, 17],
    ['of a server', 0, 1n, 18],
  ])('one that is %s is not taken', async (_, offMs, remainder, code) => {
    const { telegram, authKey } = await started()
    const client = await rawClient(telegram.endpoints.get(2)!, authKey)
    const id = client.send(ping, { id: messageIdAt(Date.now() + offMs) + remainder, seqNo: 5 })
    const { body } = await client.receive()
    expect(body).toEqual(Buffer.concat([u32(0xa7eff811), u64(id), u32(5), u32(code)]))
  })

  test('the server’s clock is its own', async () => {
    const { telegram, authKey } = await started({ clockOffsetSeconds: 3600 })
    const client = await rawClient(telegram.endpoints.get(2)!, authKey)
    client.send(ping)
    const { id, body } = await client.receive()
    expect(body.readUInt32LE(16)).toBe(16)
    expect(Math.abs(Number(id >> 32n) - Date.now() / 1000 - 3600)).toBeLessThan(30)
    telegram.knobs.clockOffsetSeconds = 0
    await greeted(telegram, authKey)
  })

  test('calls with a temporary key', async () => {
    // Not with the library: it answers by making another key.
    const { telegram, authKey, keyId } = await started()
    telegram.setState(keyId, 'temporary')
    const client = await greeted(telegram, authKey)
    client.send(getUsers)
    const { body } = await client.receive()
    expect(body.readInt32LE(16)).toBe(401)
    expect(body.toString('latin1')).toContain('AUTH_KEY_PERM_EMPTY')
  })

  test('ids grow and say what a message is; answers have odd numbers', async () => {
    const { telegram, authKey } = await started()
    const client = await rawClient(telegram.endpoints.get(2)!, authKey)
    client.send(ping)
    const refusal = await client.receive()
    client.salt = refusal.body.readBigInt64LE(20)
    const first = client.send(ping)
    const greeting = await client.receive()
    expect(greeting.body.readBigUInt64LE(4)).toBe(first)
    const pong = await client.receive()
    expect(pong.body.subarray(4)).toEqual(Buffer.concat([u64(first), u64(PING_ID)]))
    const asked = client.send(getUsers)
    const answer = await client.receive()
    expect(answer.body.readBigUInt64LE(4)).toBe(asked)
    const heard = [refusal, greeting, pong, answer]
    expect(heard.map(({ id }) => Number(id & 3n))).toEqual([1, 3, 1, 1])
    expect(heard.map(({ seqNo }) => seqNo)).toEqual([0, 1, 2, 3])
    expect(heard.every(({ id }, index) => index === 0 || id > heard[index - 1]!.id)).toBe(true)
    expect(heard.every(({ sessionId }) => sessionId === client.sessionId)).toBe(true)
    expect(heard.every(({ salt }) => salt === client.salt)).toBe(true)
    expect(telegram.stats.wrongSalts).toBe(1)
  })

  test('one within another: compressed, in containers', async () => {
    const { telegram, authKey } = await started()
    const client = await greeted(telegram, authKey)
    const id = messageIdAt(Date.now())
    const packed = Buffer.concat([u32(0x3072cfa1), tlBytes(gzipSync(getUsers))])
    const part = (index: bigint, body: Buffer): Buffer =>
      Buffer.concat([u64(id + index * 4n), u32(1), u32(body.length), body])
    const inner = Buffer.concat([u32(0x73f1f8dc), u32(1), part(2n, packed)])
    client.send(Buffer.concat([u32(0x73f1f8dc), u32(2), part(1n, ping), part(3n, inner)]), { id: id + 16n, seqNo: 0 })
    expect((await client.receive()).body.readBigUInt64LE(4)).toBe(id + 4n)
    expect((await client.receive()).body.readBigUInt64LE(4)).toBe(id + 8n)
  })

  test('salts to come', async () => {
    const { telegram, authKey } = await started()
    const client = await greeted(telegram, authKey)
    const id = client.send(Buffer.concat([u32(0xb921bd04), u32(2)]))
    const { body } = await client.receive()
    expect(body.subarray(0, 12)).toEqual(Buffer.concat([u32(0xae500895), u64(id)]))
    expect(body.readUInt32LE(16)).toBe(2)
    expect(body.length).toBe(20 + 2 * 16)
    expect(body.readBigInt64LE(28)).toBe(client.salt)
    expect(body.readUInt32LE(20)).toBeLessThan(Date.now() / 1000)
  })

  test('what became of a message: answered ones are known, lost ones are not', async () => {
    const { telegram, authKey, keyId } = await started()
    telegram.script({ keyId }, 'hang')
    const client = await greeted(telegram, authKey)
    const lost = client.send(getUsers)
    const answered = client.send(getUsers)
    await client.receive()
    const asked = client.send(Buffer.concat([u32(0xda69fb52), u32(0x1cb5c415), u32(2), u64(lost), u64(answered)]))
    const { body } = await client.receive()
    expect(body).toEqual(Buffer.concat([u32(0x04deb57d), u64(asked), tlBytes(Buffer.from([2, 4]))]))
  })

  test('sessions and keys are destroyed, answers dropped', async () => {
    const { telegram, authKey, keyId } = await started()
    const client = await greeted(telegram, authKey)
    const destroy = Buffer.concat([u32(0xe7512126), u64(BigInt.asUintN(64, client.sessionId))])
    client.send(destroy)
    expect((await client.receive()).body.readUInt32LE(0)).toBe(0xe22045fc)
    client.sessionId = randomBytes(8).readBigInt64LE()
    client.send(destroy)
    expect((await client.receive()).body.toString('hex', 0, 4)).toBe('0809c29e')
    expect((await client.receive()).body.readUInt32LE(0)).toBe(0x62d350c9)
    client.send(Buffer.concat([u32(0x58e4a740), u64(4n)]))
    expect((await client.receive()).body.readUInt32LE(12)).toBe(0x5e2ad36e)
    client.send(u32(0xd1435160))
    expect((await client.receive()).body.readUInt32LE(0)).toBe(0xf660e1d4)
    expect(telegram.stateOf(keyId)).toBe('forgotten')
  })

  test('a method of no layer that it knows', async () => {
    const { telegram, authKey } = await started()
    const client = await greeted(telegram, authKey)
    client.send(u32(0xdeadbeef))
    const { body } = await client.receive()
    expect(body.readUInt32LE(12)).toBe(0x2144ca19)
    expect(body.readInt32LE(16)).toBe(400)
    expect(body.toString('latin1')).toContain('INPUT_METHOD_INVALID_3735928559_0')
    expect(telegram.problems).toEqual([])
  })
})
