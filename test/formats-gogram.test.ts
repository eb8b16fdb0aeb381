import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { type DataCenter, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFile, detectText } from '../src/main/formats/detect.ts'
import type { Decoded } from '../src/main/formats/format.ts'
import { open, seal } from '../src/main/formats/gogram/cipher.ts'
import { gogramFile } from '../src/main/formats/gogram/file.ts'
import { gogramDcOf } from '../src/main/formats/gogram/places.ts'
import { gogramString } from '../src/main/formats/gogram/string.ts'
import { saltNumber } from '../src/main/formats/salt.ts'
import { gogramStringVariant } from './support/formats/gogram.ts'
import { type GoEntry, goContent, goEntries } from './support/formats/gotd.ts'

const files = goEntries('gogram-file').map((entry) => [entry.id, entry] as const)
const strings = goEntries('gogram-string').map((entry) => [entry.id, entry] as const)
const DEFAULT_KEY = '1234567890123456'

function bytesOf(entry: GoEntry): Uint8Array {
  const content = goContent(entry)
  if (content.medium !== 'file') throw new Error(`${entry.id} is no file`)
  return content.bytes
}

async function read(bytes: Uint8Array, key: string | null = null): Promise<Decoded> {
  return gogramFile.decode(bytes, { passcode: key === null ? null : Secret.fromText(key) })
}

async function write(session: Session, options: readonly (readonly [string, string])[] = []): Promise<Uint8Array> {
  return gogramFile.encode!(session, { variant: '2', options: new Map(options), nowSeconds: 1_700_000_000 })
}

async function writeString(session: Session): Promise<string> {
  return gogramString.encode!(session, { variant: 'E', options: new Map(), nowSeconds: 1_700_000_000 })
}

function session(dc: Partial<DataCenter>, test = false): Session {
  const home = { id: 2, address: null, port: null, authKey: new Secret(randomBytes(256)), home: true, ...dc }
  return { ...emptySession(), test, apiId: 6, dataCenters: [home] }
}

function expectContent({ session: read, problems }: Decoded, entry: GoEntry, dcId: number | undefined): void {
  const content = entry.content!
  const [dc] = content.dcs
  expect(problems).toEqual([])
  expect(read.dataCenters).toHaveLength(1)
  const home = homeOf(read)!
  expect(home).toMatchObject({ id: dcId, address: dc!.address, port: dc!.port, home: true })
  expect(toHex(home.authKey!.open())).toBe(dc!.auth_key_hex)
  expect(keyIdOf(home.authKey!)).toBe(dc!.auth_key_id_hex)
  expect(home.salt === undefined ? null : String(saltNumber(home))).toBe(dc!.salt)
  expect([read.apiId, read.account, read.test]).toEqual([content.api_id, null, false])
}

describe('files of the library', () => {
  /** Told by the address. */
  const dcIds: Readonly<Record<string, number>> = {
    'gogram-default-key': 4,
    'gogram-own-key': 1,
    'gogram-v0': 1,
    'gogram-v1': 1,
  }

  test.each(files)('%s reads as its manifest says', async (id, entry) => {
    const bytes = bytesOf(entry)
    expect(
      detectFile(bytes).map(({ format, detection }) => [format.id, detection.certainty, detection.variant]),
    ).toEqual([['gogram.file', 'exact', String(entry.version)]])
    const decoded = await read(bytes, entry.file_key)
    expect(decoded.info).toEqual({
      formatId: 'gogram.file',
      variant: String(entry.version),
      library: 'gogram',
      formatVersion: entry.version,
    })
    expectContent(decoded, entry, dcIds[id])
  })

  test.each(files.filter(([, entry]) => entry.file_key !== null))('%s asks for its key', async (_id, entry) => {
    await expect(read(bytesOf(entry))).rejects.toMatchObject({ code: 'passcode.required' })
    for (const wrong of ['', 'wrong', DEFAULT_KEY, `${entry.file_key} `, 'x'.repeat(24)]) {
      await expect(read(bytesOf(entry), wrong)).rejects.toMatchObject({ code: 'passcode.wrong' })
    }
  })

  test.each(files.filter(([, { plain_json }]) => plain_json !== undefined))(
    '%s is written with the same text inside',
    async (_id, entry) => {
      const { session: stored } = await read(bytesOf(entry), entry.file_key)
      const key = entry.file_key ?? DEFAULT_KEY
      const options = [...(entry.file_key == null ? [] : [['file-key', key] as const]), ['ipv6', 'true'] as const]
      const written = await write(stored, entry.content!.hostname!.startsWith('[') ? options : options.slice(0, -1))
      expect(new TextDecoder().decode(open(written, '2', key)!)).toBe(entry.plain_json)
      // The IV is fresh each time.
      expect(await write(stored, options)).not.toEqual(written)
      expect(written.byteLength).toBe(bytesOf(entry).byteLength)
    },
  )
})

describe('odd files', () => {
  const member = (change: Record<string, unknown>): Uint8Array =>
    new TextEncoder().encode(
      JSON.stringify({
        key: randomBytes(256).toString('base64'),
        hash: '',
        salt: Buffer.alloc(8).toString('base64'),
        hostname: '149.154.167.50:443',
        app_id: 6,
        ...change,
      }),
    )
  const codes = async (change: Record<string, unknown>): Promise<string[]> =>
    (await read(seal(member(change), DEFAULT_KEY))).problems.map(({ code }) => code)

  test('a key id that is not that of the key, values of a newer release, no key', async () => {
    expect(await codes({ hash: randomBytes(8).toString('base64') })).toEqual(['gogram.key-id-mismatch'])
    expect(await codes({ shiny: 1, new: 2 })).toEqual(['gogram.left-out'])
    expect(await codes({ key: '' })).toEqual(['session.no-key'])
    expect(await codes({ key: 'AAAA' })).toEqual(['session.damaged-key'])
    expect(await codes({ salt: 'AAAA' })).toEqual(['gogram.damaged-salt'])
    expect(await codes({})).toEqual([])
  })

  test('an address that nobody knows: the DC gogram would take, and a word about it', async () => {
    expect(await codes({ hostname: '149.154.175.211:443' })).toEqual(['gogram.dc-guessed'])
    const { session: guessed } = await read(seal(member({ hostname: '10.0.0.1:443' }), DEFAULT_KEY))
    expect(homeOf(guessed)).toMatchObject({ id: 4, address: '10.0.0.1' })
    // Its own list is no guess.
    expect(await codes({ hostname: '91.108.56.151:443' })).toEqual([])
  })

  test.each([
    ['no address', { hostname: '' }],
    ['a key that is no base64', { key: '§' }],
    ['an API id of more than 32 bits', { app_id: 2 ** 40 }],
    ['a number for an address', { hostname: 1 }],
  ])('%s is refused with a reason', async (_name, change) => {
    await expect(codes(change)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('a length that cannot be', async () => {
    const whole = seal(member({}), DEFAULT_KEY)
    expect(gogramFile.detect(whole.subarray(0, -1))).toBeNull()
    await expect(read(whole.subarray(0, -1))).rejects.toMatchObject({ code: 'format.malformed' })
    // A whole block less: nothing is wrong but the sum at the end.
    await expect(read(whole.subarray(0, -16))).rejects.toMatchObject({ code: 'passcode.required' })
    await expect(read(new Uint8Array())).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('noise without a header is nobody’s', () => {
    for (let round = 0; round < 50; round += 1) expect(gogramFile.detect(randomBytes(448))).toBeNull()
  })

  test('an early file under a key of its own opens when the format is named', async () => {
    const key = 'sixteen letters!'
    const cipher = createCipheriv('aes-128-cbc', key, key)
    const bytes = Buffer.concat([cipher.update(member({})), cipher.final()])
    expect(gogramFile.detect(bytes)).toBeNull()
    await expect(read(bytes)).rejects.toMatchObject({ code: 'passcode.required' })
    expect((await read(bytes, key)).info.variant).toBe('0')
  })
})

describe('addresses', () => {
  test.each([
    ['149.154.175.58:443', 1],
    ['149.154.167.50:443', 2],
    ['149.154.175.100:443', 3],
    ['149.154.175.100:80', 1],
    ['149.154.167.91:443', 4],
    ['149.154.167.91:80', 2],
    ['91.108.56.130:443', 5],
    ['[2001:b28:f23d:f001::a]:443', 4],
    ['149.154.175.10:80', 1],
  ])('gogram takes %s for DC %i', (hostname, id) => expect(gogramDcOf(hostname)).toBe(id))

  test.each([
    [{ id: 1 }, false, '149.154.175.53:443'],
    [{ id: 4 }, false, '149.154.167.91:443'],
    [{ id: 4, address: '149.154.167.92', port: 443 }, false, '149.154.167.91:443'],
    [{ id: 3, address: '149.154.175.100', port: 80 }, false, '149.154.175.100:443'],
    [{ id: 1, address: '2001:b28:f23d:f001::a', port: 443 }, false, '149.154.175.58:443'],
    // No address of a test DC 3 is one that gogram takes for it.
    [{ id: 3 }, true, '149.154.175.117:80'],
  ] as const)('%j is written so that gogram finds its DC', async (dc, test, hostname) => {
    const written = await write(session(dc, test))
    expect(new TextDecoder().decode(open(written, '2', DEFAULT_KEY)!)).toContain(`"hostname":"${hostname}"`)
    const decoded = await read(written)
    expect(homeOf(decoded.session)?.id).toBe(dc.id)
    expect(decoded.session.test ?? false).toBe(test)
  })
})

describe('strings', () => {
  test.each(strings)('%s reads as its manifest says', (_id, entry) => {
    const variant = gogramStringVariant(entry)
    expect(
      detectText(entry.string!).map(({ format, detection }) => [format.id, detection.certainty, detection.variant]),
    ).toEqual([['gogram.string', 'exact', variant]])
    const decoded = gogramString.decode(entry.string!)
    expect(decoded.info.variant).toBe(variant)
    expectContent(decoded, entry, entry.content!.home_dc!)
  })

  test('a string of today is written character by character', async () => {
    const { string } = strings.find(([, entry]) => gogramStringVariant(entry) === 'E')![1]
    expect(await writeString(gogramString.decode(string!).session)).toBe(string)
  })

  /** As releases up to October 2025 wrote it. */
  function early(parts: readonly Uint8Array[], separator: string): string {
    const mark = Buffer.from(separator)
    return `1BvX${Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [mark, part]))).toString('base64url')}`
  }

  function keyAndId(key: Uint8Array): readonly [Uint8Array, Uint8Array] {
    return [key, Buffer.from(keyIdOf(new Secret(key)), 'hex')]
  }

  test.each([
    ['X', ':_:', '2', '94575'],
    ['X2', '::', '2', '94575'],
    ['X1', '::', String.fromCodePoint(2), String.fromCodePoint(94_575)],
  ])(
    '%s: a key with the separator inside, which gogram refuses, reads by position',
    (variant, separator, dc, apiId) => {
      const key = randomBytes(256)
      key.write(separator, 100)
      const ipv6 = '[2001:67c:4e8:f002::a]:443'
      const texts = [ipv6, dc, apiId].map((part) => Buffer.from(part))
      const string = early([...keyAndId(key), ...texts], separator)
      const { session: stored, info, problems } = gogramString.decode(string)
      expect([info.variant, problems, stored.apiId]).toEqual([variant, [], 94_575])
      expect(homeOf(stored)).toMatchObject({ id: 2, address: '2001:67c:4e8:f002::a', port: 443 })
      expect(toHex(homeOf(stored)!.authKey!.open())).toBe(toHex(key))
      expect(gogramString.detect(string)?.certainty).toBe('exact')
    },
  )

  test('an API id that was no character is lost, not wrong', () => {
    const texts = ['149.154.167.50:443', '\u0002', '\ufffd'].map((part) => Buffer.from(part))
    expect(gogramString.decode(early([...keyAndId(randomBytes(256)), ...texts], '::')).session.apiId).toBeNull()
  })

  test('a DC that is not that of the address', () => {
    const json = { key: randomBytes(256).toString('base64'), hash: '', dc_id: 4, ip_addr: '149.154.167.50:443' }
    const { session: stored, problems } = gogramString.decode(
      `1BvE${Buffer.from(JSON.stringify(json)).toString('base64url')}`,
    )
    expect([homeOf(stored)?.id, problems.map(({ code }) => code)]).toEqual([2, ['gogram.dc-mismatch']])
  })

  test('releases of 2023 are told by their beginning', () => {
    for (const prefix of ['1Bvq', '1Bv', '1B']) {
      const text = `${prefix}${'q'.repeat(420)}`
      expect(gogramString.detect(text)).toBeNull()
      expect(() => gogramString.decode(text)).toThrowError(
        expect.objectContaining({ code: 'format.unsupported-version' }),
      )
    }
    expect(() => gogramString.decode('1BvEabc')).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
  })

  test('a Telethon string that begins like one is Telethon’s', () => {
    const [entry] = goEntries('telethon-string')
    expect(detectText(entry!.string!).map(({ format }) => format.id)).toEqual(['telethon.string'])
  })
})
