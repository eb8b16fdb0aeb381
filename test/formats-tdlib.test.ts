import { createCipheriv, createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../src/main/bytes/crc32.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { writeTlBytes, writeTlString } from '../src/main/bytes/tl.ts'
import { byteWriter } from '../src/main/bytes/writer.ts'
import { isAppError } from '../src/main/domain/errors.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { homeOf } from '../src/main/domain/session.ts'
import { detectFile } from '../src/main/formats/detect.ts'
import type { Decoded } from '../src/main/formats/format.ts'
import { tdlibBinlog } from '../src/main/formats/tdlib/td-binlog.ts'
import { unlockWith } from './support/formats/media.ts'
import { binlogBytes, binlogEntries } from './support/formats/tdlib.ts'

function read(bytes: Uint8Array, databaseKey: string | null = null): Promise<Decoded> {
  return tdlibBinlog.decode(bytes, unlockWith(databaseKey))
}

async function failure(bytes: Uint8Array, databaseKey: string | null = null): Promise<string> {
  return read(bytes, databaseKey).then(
    () => 'read',
    (error: unknown) => {
      if (!isAppError(error)) throw error
      return error.code
    },
  )
}

function codesOf({ problems }: Decoded): readonly string[] {
  return problems.map(({ code }) => code)
}

describe.each(binlogEntries.map((entry) => [entry.file, entry] as const))('%s, as TDLib wrote it', (_file, entry) => {
  const bytes = binlogBytes(entry)

  test('is recognised without its key', () => {
    expect(detectFile(bytes).map(({ format, detection }) => [format.id, detection.certainty])).toEqual([
      ['tdlib.binlog', 'exact'],
    ])
    expect(tdlibBinlog.promising!(bytes.subarray(0, 512), bytes.byteLength)).toBe(true)
  })

  test('reads, field by field', async () => {
    const { content } = entry
    const { session, info, problems } = await read(bytes, entry.database_key_utf8)
    expect(problems).toEqual([])
    expect(info).toEqual({ formatId: 'tdlib.binlog', variant: '1', library: 'tdlib', formatVersion: null })
    expect(session.account).toEqual({
      id: BigInt(content.user_id),
      isBot: content.is_bot,
      username: null,
      phone: null,
    })
    expect(homeOf(session)).toMatchObject({ id: content.home_dc, home: true })
    expect(keyIdOf(homeOf(session)!.authKey!)).toBe(content.home_auth_key_id_hex)
    expect(session.dataCenters.map(({ id, authKey }) => [id, toHex(authKey!.open()), keyIdOf(authKey!)])).toEqual(
      content.dcs.map((dc) => [dc.id, dc.auth_key_hex, dc.auth_key_id_hex]),
    )
    expect(session.updateState).toEqual({ ...content.state, seq: null })
    // Only the file's name tells the servers.
    expect(session.test).toBeNull()
  })

  test('asks for its key', async () => {
    expect(await failure(bytes)).toBe('passcode.required')
    expect(await failure(bytes, 'another key')).toBe('passcode.wrong')
  })

  test('reads up to where it was cut', async () => {
    for (const cut of [1, 2, 40]) {
      const decoded = await read(bytes.subarray(0, bytes.byteLength - cut), entry.database_key_utf8)
      expect(codesOf(decoded)).toContain('tdlib.cut')
      expect(decoded.session.account?.id).toBe(BigInt(entry.content.user_id))
    }
    const flipped = bytes.slice()
    flipped[flipped.byteLength - 10]! ^= 1
    expect(codesOf(await read(flipped, entry.database_key_utf8))).toEqual(['tdlib.cut'])
  })
})

interface Event {
  readonly id: number
  readonly type?: number
  readonly flags?: number
  readonly data: Uint8Array
}

function eventBytes({ id, type = 0x4327, flags = 0, data }: Event): Uint8Array {
  const head = byteWriter()
    .u32le(32 + data.byteLength)
    .u64le(BigInt(id))
    .i32le(type)
    .i32le(flags)
    .u64le(0n)
  const checked = head.bytes(data).done()
  return byteWriter().bytes(checked).u32le(crc32(checked)).done()
}

function entryOf(name: string, value: string | Uint8Array): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value
  return writeTlBytes(writeTlString(byteWriter(), name), bytes).done()
}

const OPTIONS = 0x1f18
const REWRITE = 1
const EMPTY = -2
const authKey = randomBytes(256)

function authOf(key: Uint8Array, id = createHash('sha1').update(key).digest().subarray(12)): Uint8Array {
  // Authorized, with the moment of creation.
  return writeTlBytes(byteWriter().bytes(id).i32le(5), key).f64le(1_700_000_000).done()
}

const login: readonly Event[] = [
  { id: 1, data: entryOf('main_dc_id', '2') },
  { id: 2, data: entryOf('auth', 'ok') },
  { id: 3, data: entryOf('auth2', authOf(authKey)) },
  { id: 4, type: OPTIONS, data: entryOf('my_id', 'I77') },
]

function clear(events: readonly Event[]): Uint8Array {
  return Buffer.concat(events.map(eventBytes))
}

function encrypted(events: readonly Event[], databaseKey: Uint8Array): Uint8Array {
  const [salt, iv] = [randomBytes(32), randomBytes(16)]
  const key = pbkdf2Sync(databaseKey, salt, 2, 32, 'sha256')
  const data = byteWriter().i32le(0)
  for (const part of [salt, iv, createHmac('sha256', key).update('cucumbers everywhere').digest()]) {
    writeTlBytes(data, part)
  }
  const first = eventBytes({ id: 0, type: -3, data: data.done() })
  return Buffer.concat([first, createCipheriv('aes-256-ctr', key, iv).update(clear(events))])
}

describe('keys of databases', () => {
  test('none of its own', async () => {
    const bytes = encrypted(login, Buffer.from('cucumber'))
    expect((await read(bytes)).session.account?.id).toBe(77n)
    expect((await read(bytes, 'not needed')).session.account?.id).toBe(77n)
  })

  test('bytes, typed as hexadecimal or Base64', async () => {
    const databaseKey = randomBytes(32)
    const bytes = encrypted(login, databaseKey)
    for (const text of [
      databaseKey.toString('hex'),
      databaseKey.toString('base64'),
      databaseKey.toString('base64url'),
    ]) {
      expect((await read(bytes, text)).session.account?.id).toBe(77n)
    }
  })

  test('a log in clear', async () => {
    const bytes = clear(login)
    expect(detectFile(bytes).map(({ format }) => format.id)).toEqual(['tdlib.binlog'])
    const { session, problems } = await read(bytes)
    expect(problems).toEqual([])
    expect(homeOf(session)!.authKey!.open()).toEqual(new Uint8Array(authKey))
  })
})

describe('how the log is played', () => {
  test('the last value of a key counts, and rewriting takes the place of an event', async () => {
    const { session } = await read(
      clear([
        ...login,
        { id: 5, data: entryOf('updates.pts', '10') },
        { id: 6, data: entryOf('updates.pts', '11') },
        { id: 4, type: OPTIONS, flags: REWRITE, data: entryOf('my_id', 'I78') },
        { id: 6, flags: REWRITE, data: entryOf('updates.pts', '12') },
        { id: 7, data: entryOf('updates.qts', '3') },
        { id: 7, type: EMPTY, flags: REWRITE, data: new Uint8Array() },
        { id: 9, type: 0x100, data: randomBytes(40) },
      ]),
    )
    expect(session.account?.id).toBe(78n)
    expect(session.updateState).toEqual({ pts: 12, qts: null, date: null, seq: null })
  })

  test.each([
    ['an id that does not rise', { id: 3, data: entryOf('auth', 'logout') }],
    ['a rewrite of what is not there', { id: 0, flags: REWRITE, data: entryOf('auth', 'logout') }],
  ])('%s ends it', async (_case, event) => {
    const decoded = await read(clear([...login, event]))
    expect(codesOf(decoded)).toEqual(['tdlib.cut'])
    expect(decoded.session.account?.id).toBe(77n)
  })
})

describe('logins of every state', () => {
  const without = (name: string): readonly Event[] =>
    login.filter(({ data }) => !Buffer.from(data).subarray(1).toString('latin1').startsWith(name))

  test.each([
    ['being logged out', [...login, { id: 5, data: entryOf('auth', 'logout') }], ['tdlib.logged-out']],
    ['not finished', without('auth\u0002ok').filter(({ id }) => id !== 2), ['tdlib.logged-out']],
    ['no key at home', login.filter(({ id }) => id !== 3), ['session.no-key']],
    ['nothing', [{ id: 1, data: entryOf('proxy_max_id', '2') }], ['tdlib.logged-out', 'session.no-key']],
    [
      'an entry that is none',
      [...login, { id: 5, data: byteWriter().u32le(0xffff_ffff).done() }],
      ['tdlib.entries-left-out'],
    ],
  ])('%s', async (_case, events, expected) => {
    expect(codesOf(await read(clear(events)))).toEqual(expected)
  })

  test.each([
    ['of another id', authOf(authKey, randomBytes(8))],
    ['of zeros', authOf(new Uint8Array(256))],
    ['too short', authOf(randomBytes(255))],
    ['cut', authOf(authKey).subarray(0, 40)],
  ])('a key %s', async (_case, value) => {
    const decoded = await read(clear([...login, { id: 5, data: entryOf('auth2', value) }]))
    expect(codesOf(decoded)).toEqual(['session.damaged-key', 'session.no-key'])
    expect(homeOf(decoded.session)).toMatchObject({ id: 2, authKey: null })
  })

  test('a data centre that does not exist', async () => {
    const decoded = await read(clear([...login, { id: 5, data: entryOf('auth77', authOf(authKey)) }]))
    expect(codesOf(decoded)).toEqual(['session.damaged-key'])
    expect(decoded.session.dataCenters.map(({ id }) => id)).toEqual([2])
  })

  test('a bot, with the salt in use', async () => {
    const salts = byteWriter().u32le(2).u64le(1n).f64le(1_800_000_000).f64le(1_800_003_600)
    const inUse = salts.u64le(0x1122n).f64le(1_700_000_000).f64le(1_700_003_600).done()
    const { session } = await read(
      clear([
        ...login,
        { id: 5, data: entryOf('auth_is_bot', 'true') },
        { id: 6, data: entryOf('salt2', inUse) },
        { id: 7, type: OPTIONS, data: entryOf('is_premium', 'Btrue') },
      ]),
    )
    expect(session.account).toEqual({ id: 77n, isBot: true, username: null, phone: null, isPremium: true })
    expect(toHex(homeOf(session)!.salt!.open())).toBe('2211000000000000')
  })

  function wayOf(flags: number, id: number, address: string, port: number): Uint8Array {
    return writeTlString(byteWriter().i32le(flags).i32le(id), address).i32le(port).done()
  }

  test('addresses, which tell the servers', async () => {
    const ways = byteWriter().u32le(4)
    ways.bytes(wayOf(2, 2, '149.154.167.151', 443)).bytes(wayOf(1, 2, '2001:67c:4e8:f002::e', 443))
    writeTlBytes(ways.bytes(wayOf(32 | 4, 1, '149.154.175.10', 80)), randomBytes(16))
    ways.bytes(wayOf(16, 2, '149.154.167.40', 80))
    const { session } = await read(clear([...login, { id: 5, data: entryOf('dc_options', ways.done()) }]))
    expect(
      session.dataCenters.map(({ id, address, port, flags, authKey }) => [id, address, port, flags, authKey !== null]),
    ).toEqual([
      [2, '149.154.167.151', 443, 2, false],
      [2, '2001:67c:4e8:f002::e', 443, 1, false],
      [1, '149.154.175.10', 80, 4, false],
      [2, '149.154.167.40', 80, 16, true],
    ])
    expect(homeOf(session)!.address).toBe('149.154.167.40')
    expect(session.test).toBe(true)
  })

  test.each([
    ['a count that lies', byteWriter().u32le(0xffff_ffff).done()],
    [
      'no address',
      byteWriter()
        .u32le(1)
        .bytes(wayOf(0, 2, 'host', 443))
        .done(),
    ],
  ])('addresses: %s', async (_case, value) => {
    const { session, problems } = await read(clear([...login, { id: 5, data: entryOf('dc_options', value) }]))
    expect(problems).toEqual([])
    expect(session.dataCenters).toHaveLength(1)
    expect(session.test).toBeNull()
  })

  test.each([
    ['none', byteWriter().u32le(0).done()],
    ['a count that lies', byteWriter().u32le(0xffff_ffff).u64le(1n).f64le(1).f64le(2).done()],
    ['one that was never the server’s', byteWriter().u32le(1).u64le(5n).f64le(-1e10).f64le(-1e10).done()],
  ])('salts: %s', async (_case, value) => {
    const { session } = await read(clear([...login, { id: 5, data: entryOf('salt2', value) }]))
    expect(homeOf(session)!.salt).toBeUndefined()
  })
})

test('what cannot be one', async () => {
  const odd: readonly Uint8Array[] = [
    new Uint8Array(),
    new Uint8Array(31),
    randomBytes(64),
    clear(login).subarray(0, 40),
  ]
  for (const bytes of odd) {
    expect(tdlibBinlog.detect(bytes)).toBeNull()
    expect(await failure(bytes)).toBe('format.malformed')
  }
  const first = eventBytes({ id: 0, type: -3, data: byteWriter().i32le(0).u32le(0xfe_ff_ff_ff).done() })
  expect(await failure(first)).toBe('format.malformed')
})
