import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { readPickle } from '../src/main/bytes/pickle.ts'
import { AppError } from '../src/main/domain/errors.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { collect, homeOf } from '../src/main/domain/session.ts'
import { detectFile } from '../src/main/formats/detect.ts'
import type { FileFormat } from '../src/main/formats/format.ts'
import { telethonJson } from '../src/main/formats/telethon/json.ts'
import { telethonPickle } from '../src/main/formats/telethon/pickle.ts'
import { fixtureBytes, type TelethonFile, telethonManifest } from './support/formats/fixtures.ts'

const unlocked = { passcode: null }
const filesOf = (detect: string): [string, TelethonFile][] =>
  Object.entries(telethonManifest.files).filter(([, file]) => file.detect === detect)

/** Where the app must come to the same as the manifest. */
async function expectOld(format: FileFormat, name: string, file: TelethonFile): Promise<void> {
  const bytes = fixtureBytes(`telethon/${name}`)
  expect(detectFile(bytes).map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([[format.id, 'exact']])
  const { session, problems } = await format.decode(bytes, unlocked)
  const home = homeOf(session)!
  expect([home.address, home.port]).toEqual([file.server_address, file.port])
  const dcs: Record<string, number> = { '149.154.167.51': 2, '149.154.167.91': 4, '91.108.56.130': 5 }
  expect(home.id).toBe(dcs[file.server_address!])
  expect(session.test).toBe(false)
  expect(home.authKey === null ? null : toHex(home.authKey.open())).toBe(file.auth_key_hex)
  expect(home.authKey === null ? null : keyIdOf(home.authKey)).toBe(file.auth_key_id_hex)
  const salt = home.salt === undefined ? 0n : Buffer.from(home.salt.open()).readBigUInt64LE()
  expect(String(salt)).toBe(file.salt)
  expect(problems.map((problem) => problem.code)).toEqual(file.auth_key_hex === null ? ['session.no-key'] : [])
}

describe('JSON sessions', () => {
  test.each(filesOf('telethon-json'))('%s', async (name, file) => {
    await expectOld(telethonJson, name, file)
  })

  test('entities of 0.15.5', async () => {
    const { session } = await telethonJson.decode(fixtureBytes('telethon/json-0.15.5.session'), unlocked)
    const peers = await collect(session.peers)
    expect(peers.map(({ kind, id, accessHash }) => [kind, id, accessHash])).toEqual([
      ['user', 503096900n, -5647325288067732851n],
      ['chat', 35646900n, 0n],
      ['channel', 1796098169n, 6340870288626277346n],
    ])
  })

  const json = (changes: object): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({
        port: 443,
        salt: 1,
        server_address: '149.154.167.51',
        auth_key_data: randomBytes(256).toString('base64'),
        ...changes,
      }),
    )

  test.each([
    ['a key cut short', { auth_key_data: 'AAAA' }, ['session.damaged-key', 'session.no-key']],
    ['a key of zeros', { auth_key_data: Buffer.alloc(256).toString('base64') }, ['session.no-key']],
    ['an unknown address', { server_address: '10.0.0.1' }, ['telethon.dc-unknown']],
    ['no address', { server_address: null, port: null }, ['telethon.dc-unknown']],
    ['a bracketed address', { server_address: '[2001:67c:4e8:f002::a]' }, []],
    ['a signed salt', { salt: -5 }, []],
  ] as const)('%s is read', async (_name, changes, codes) => {
    const { problems, session } = await telethonJson.decode(json(changes), unlocked)
    expect(problems.map((problem) => problem.code)).toEqual(codes)
    expect(session.dataCenters).toHaveLength(1)
  })

  test.each([
    ['a port of text', { port: '443' }],
    ['a port too high', { port: 70_000 }],
    ['a key of numbers', { auth_key_data: 5 }],
    ['a key that is no base64', { auth_key_data: '!!!!' }],
    ['entities of text', { entities: 'x' }],
    ['an entity without id', { entities: [[null, 5]] }],
    ['an entity of 0', { entities: [[0, 5]] }],
  ])('%s is refused', async (_name, changes) => {
    await expect(telethonJson.decode(json(changes), unlocked)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('a short channel of that time is told from a basic group by its hash; a missing hash stays missing', async () => {
    const entities = [
      [-10038997, 7],
      [-10038998, 0],
      [5, null],
    ]
    const { session } = await telethonJson.decode(json({ entities }), unlocked)
    const peers = await collect(session.peers)
    expect(peers.map(({ kind, id, accessHash }) => [kind, id, accessHash])).toEqual([
      ['channel', 38997n, 7n],
      ['chat', 10038998n, 0n],
      ['user', 5n, null],
    ])
  })

  test('a byte order mark is no hindrance', async () => {
    const bytes = Uint8Array.of(0xef, 0xbb, 0xbf, ...json({}))
    expect(telethonJson.detect(bytes)?.variant).toBe('0.13.3')
    expect((await telethonJson.decode(bytes, unlocked)).problems).toEqual([])
  })
})

describe('pickled sessions', () => {
  test.each(filesOf('telethon-pickle'))('%s', async (name, file) => {
    await expectOld(telethonPickle, name, file)
    const { session } = await telethonPickle.decode(fixtureBytes(`telethon/${name}`), unlocked)
    if (file.user == null) {
      expect(session.account).toBeNull()
      return
    }
    expect(session.account).toEqual({
      id: BigInt(file.user['id'] as string),
      isBot: false,
      username: file.user['username'],
      phone: file.user['phone'],
    })
    const [self] = await collect(session.peers)
    expect(self).toMatchObject({
      kind: 'user',
      type: 'user',
      id: session.account!.id,
      accessHash: BigInt(file.user['access_hash'] as string),
      name: `${file.user['first_name']} ${file.user['last_name']}`,
    })
  })

  const bytesOf = (...parts: (string | number[])[]): Uint8Array =>
    Uint8Array.from(parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part, 'latin1')] : part)))
  const any = (): boolean => true

  test.each([
    ['os.system', bytesOf([0x80, 3], 'cos\nsystem\n', 'X', [2, 0, 0, 0], 'ls', [0x85], 'R.')],
    ['builtins.eval at protocol 4', bytesOf([0x80, 4, 0x8c, 8], 'builtins', [0x8c, 4], 'eval', [0x93], '.')],
    [
      'a hidden call in a session',
      bytesOf([0x80, 3], 'ctelethon.tl.session\nSession\n', ')', [0x81], '}(cposix\nsystem\n'),
    ],
  ])('%s is refused by name', async (_name, bytes) => {
    await expect(telethonPickle.decode(bytes, unlocked)).rejects.toMatchObject({
      code: 'format.malformed',
      details: { reason: expect.stringMatching(/names a Python class .*refused/) },
    })
  })

  test('a session that hides a call is claimed, so that the person is told', () => {
    const bytes = bytesOf([0x80, 3], 'ctelethon.tl.session\nSession\n', ')', [0x81], '}(cposix\nsystem\n')
    expect(telethonPickle.detect(bytes)?.certainty).toBe('exact')
    expect(telethonPickle.detect(bytesOf([0x80, 3], 'cos\nsystem\n.'))).toBeNull()
  })

  test.each([
    ['nothing', []],
    ['a lying length', [0x42, 0xff, 0xff, 0xff, 0x7f, 1]],
    ['a lying frame', [0x95, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['an empty stack', [0x2e]],
    ['a memo never kept', [0x68, 5, 0x2e]],
    ['a group never begun', [0x74, 0x2e]],
    ['an object of no class', [0x4e, 0x29, 0x81, 0x2e]],
    ['attributes of a list', [0x5d, 0x7d, 0x62, 0x2e]],
    ['an odd dictionary', [0x7d, 0x28, 0x4e, 0x75, 0x2e]],
    ['an instruction to import by number', [0x82, 1, 0x2e]],
    ['persistent ids', [0x51, 0x2e]],
    ['leftovers', [0x4e, 0x4e, 0x2e]],
    ['a mark at the end', [0x28, 0x2e]],
  ])('%s is malformed', (_name, code) => {
    expect(() => readPickle(Uint8Array.from([0x80, 3, ...code]), any)).toThrowError(AppError)
  })

  test('values of a plain dictionary, as Python 3 pickles them', () => {
    // {'a': 1, 'big': 2**63, 'neg': -3, 'b': b'\x00\xff', 'l': [True, None], 't': (1.5, 'ü')}
    const bytes = Buffer.from(
      'gASVTgAAAAAAAAB9lCiMAWGUSwGMA2JpZ5SKCQAAAAAAAACAAIwDbmVnlEr9////jAFilEMCAP+UjAFslF2UKIhOZYwBdJRHP/gAAAAAAACMAsO8lIaUdS4=',
      'base64',
    )
    expect(readPickle(Uint8Array.from(bytes), () => false)).toEqual({
      protocol: 4,
      trailingByteLength: 0,
      root: new Map<unknown, unknown>([
        ['a', 1n],
        ['big', 2n ** 63n],
        ['neg', -3n],
        ['b', Uint8Array.of(0, 255)],
        ['l', [true, null]],
        ['t', [1.5, 'ü']],
      ]),
    })
  })

  test('a list that holds itself ends', () => {
    const bytes = Uint8Array.from([0x80, 3, 0x5d, 0x71, 0, 0x68, 0, 0x61, 0x2e])
    const { root } = readPickle(bytes, any)
    expect(Array.isArray(root) && root[0] === root).toBe(true)
  })

  test('bytes behind the end are named', async () => {
    const bytes = Uint8Array.of(...fixtureBytes('telethon/pickle-0.4.session'), 1, 2, 3)
    const { problems } = await telethonPickle.decode(bytes, unlocked)
    expect(problems.map((problem) => problem.code)).toEqual(['telethon.trailing-bytes'])
  })
})
