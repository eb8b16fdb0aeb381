import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { normalizeIp } from '../src/main/bytes/ip.ts'
import { parseJson, printJson } from '../src/main/bytes/json.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFile } from '../src/main/formats/detect.ts'
import type { Decoded } from '../src/main/formats/format.ts'
import { gotdJson } from '../src/main/formats/gotd/json.ts'
import { saltNumber } from '../src/main/formats/salt.ts'
import { fixtureBytes } from './support/formats/fixtures.ts'
import { type GoEntry, type GoOption, goContent, goEntries } from './support/formats/gotd.ts'

const entries = goEntries('gotd-json')
const noOptions = { variant: '1', options: new Map<string, string>(), nowSeconds: 1_700_000_000 }

function bytesOf(entry: GoEntry): Uint8Array {
  const content = goContent(entry)
  if (content.medium !== 'file') throw new Error(`${entry.id} is no file`)
  return content.bytes
}

async function read(bytes: Uint8Array): Promise<Decoded> {
  return gotdJson.decode(bytes, { passcode: null })
}

async function write(session: Session): Promise<Uint8Array> {
  return gotdJson.encode!(session, noOptions)
}

function text(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}

interface GoFile {
  Version: number
  Data: Record<string, unknown> & { Config: Record<string, unknown> }
}

/** A golden file with changes, as bytes. */
function changed(change: (file: GoFile) => void, name = 'gotd-basic.json'): Uint8Array {
  const file = structuredClone(parseJson(text(fixtureBytes(`gotd/${name}`)))) as unknown as GoFile
  change(file)
  return new TextEncoder().encode(printJson(file as never))
}

function flagsOf(option: GoOption): number {
  return (
    (option.ipv6 ? 1 : 0) |
    (option.media_only ? 2 : 0) |
    (option.tcpo_only ? 4 : 0) |
    (option.cdn ? 8 : 0) |
    (option.static ? 16 : 0)
  )
}

const sound = entries.flatMap((entry) =>
  entry.content === undefined ? [] : [[entry.id, entry, entry.content] as const],
)

describe('files of the library', () => {
  test('there are some', () => expect(sound).toHaveLength(4))

  test.each(sound)('%s reads as its manifest says', async (_id, entry, content) => {
    const bytes = bytesOf(entry)
    expect(detectFile(bytes).map(({ format, detection }) => [format.id, detection.certainty])).toEqual([
      ['gotd.json', 'exact'],
    ])
    const { session, info, problems } = await read(bytes)
    expect(info).toEqual({ formatId: 'gotd.json', variant: '1', library: 'gotd', formatVersion: 1 })
    const hasSecrets = content.dc_options?.some(({ secret_hex }) => secret_hex !== null) === true
    expect(problems.map(({ code }) => code)).toEqual(hasSecrets ? ['gotd.left-out'] : [])
    const home = homeOf(session)!
    const [dc] = content.dcs
    expect(home.id).toBe(content.home_dc)
    expect(toHex(home.authKey!.open())).toBe(dc!.auth_key_hex)
    expect(keyIdOf(home.authKey!)).toBe(dc!.auth_key_id_hex)
    expect(String(saltNumber(home))).toBe(dc!.salt)
    expect(session.test).toBe(content.test_mode)
    expect([session.apiId, session.account]).toEqual([null, null])
    if (content.addr !== '') expect(`${home.address}:${home.port}`).toBe(content.addr)
    const listed = session.dataCenters.filter(({ flags }) => flags !== undefined)
    expect(listed.map(({ id, address, port, flags }) => ({ id, address, port, flags }))).toEqual(
      content.dc_options!.map((option) => ({
        id: option.id,
        address: normalizeIp(option.address),
        port: option.port,
        flags: flagsOf(option),
      })),
    )
  })

  test.each(sound)('%s is written byte by byte', async (_id, entry) => {
    const bytes = bytesOf(entry)
    const { session } = await read(bytes)
    expect(text(await write(session))).toBe(text(bytes))
  })

  test('settings of the server stay behind where an address changed, and do not come into other formats', async () => {
    const { session } = await read(fixtureBytes('gotd/gotd-test-server.json'))
    const moved = { ...session, dataCenters: session.dataCenters.map((dc) => (dc.home ? { ...dc, port: 5222 } : dc)) }
    const written = await read(await write(moved))
    expect(homeOf(written.session)?.port).toBe(5222)
    expect(text(await write(moved))).toContain('"Expires":0')
    const elsewhere = { ...session, settings: { formatId: 'other', content: Secret.fromText('{}') } }
    expect(text(await write(elsewhere))).toContain('"Expires":0')
  })

  test('an imported file is written byte by byte', async () => {
    const bytes = fixtureBytes('gotd/gotd-telethon-import.json')
    expect(text(await write((await read(bytes)).session))).toBe(text(bytes))
  })

  test('another version is refused by its number', async () => {
    const bytes = fixtureBytes('gotd/gotd-bad-version.json')
    await expect(read(bytes)).rejects.toMatchObject({
      code: 'format.unsupported-version',
      details: { found: '2', known: '1' },
    })
    // It is still known for what it is.
    expect(detectFile(bytes)[0]).toMatchObject({ format: { id: 'gotd.json' }, detection: { variant: null } })
  })

  test('a key id that is not that of the key is told', async () => {
    const { session, problems } = await read(fixtureBytes('gotd/gotd-bad-keyid.json'))
    expect(problems.map(({ code }) => code)).toEqual(['gotd.key-id-mismatch'])
    expect((await read(await write(session))).problems).toEqual([])
  })
})

describe('odd files', () => {
  const codes = async (bytes: Uint8Array): Promise<string[]> => (await read(bytes)).problems.map(({ code }) => code)

  test('names in any case, as Go takes them', async () => {
    const bytes = new TextEncoder().encode(
      text(fixtureBytes('gotd/gotd-test-server.json')).replaceAll(/"([A-Za-z0-9]+)":/g, (name) => name.toLowerCase()),
    )
    expect(detectFile(bytes)[0]?.format.id).toBe('gotd.json')
    const plain = await read(fixtureBytes('gotd/gotd-test-server.json'))
    const { session, problems } = await read(bytes)
    expect(problems).toEqual([])
    // Names of one's own are not kept: what Go writes is written.
    const elsewhere = { ...plain.session, settings: { formatId: 'other', content: Secret.fromText('{}') } }
    expect(await write(session)).toEqual(await write(elsewhere))
    expect(session.test).toBe(true)
  })

  test('the whole configuration of releases before October 2022: what is left out is told', async () => {
    const bytes = changed(({ Data }) => {
      Object.assign(Data.Config, { PreferIPv6: false, MeURLPrefix: 'https://t.me/', ReactionsDefault: null })
    })
    const [problem] = (await read(bytes)).problems
    expect(problem).toMatchObject({ code: 'gotd.left-out', message: expect.stringContaining('3 further settings') })
  })

  test('no DC: the one of the settings, or of the address, or none', async () => {
    const without = changed(({ Data }) => (Data['DC'] = 0))
    expect(await codes(without)).toEqual(['gotd.dc-inferred'])
    expect(homeOf((await read(without)).session)?.id).toBe(2)
    const byAddress = changed(({ Data }) => (Data['DC'] = 0), 'gotd-telethon-import.json')
    expect(await codes(byAddress)).toEqual(['gotd.dc-inferred'])
    expect(homeOf((await read(byAddress)).session)).toMatchObject({ id: 1, address: '149.154.175.53', port: 443 })
    const unknown = changed(({ Data }) => {
      Data['DC'] = 0
      Data.Config['ThisDC'] = 0
    })
    expect(await codes(unknown)).toEqual(['gotd.dc-unknown'])
  })

  test('the address of another DC, an address without port, one of the test servers', async () => {
    const other = changed(({ Data }) => (Data['Addr'] = '149.154.167.91:443'))
    expect(await codes(other)).toEqual(['gotd.dc-mismatch'])
    const bare = changed(({ Data }) => (Data['Addr'] = '149.154.167.51'))
    expect(homeOf((await read(bare)).session)).toMatchObject({ address: '149.154.167.51', port: null })
    const ipv6 = changed(({ Data }) => (Data['Addr'] = '[2001:067c:04e8:f002::000a]:443'))
    expect(homeOf((await read(ipv6)).session)).toMatchObject({ address: '2001:67c:4e8:f002::a', port: 443 })
    const unmarked = changed(({ Data }) => (Data['Addr'] = '149.154.167.40:80'))
    expect(await codes(unmarked)).toEqual(['gotd.test-mode-unmarked'])
    const { session } = await read(unmarked)
    expect(text(await write(session))).toContain('"TestMode":true')
  })

  test('no key, half a key, zeros for a key', async () => {
    expect(await codes(changed(({ Data }) => (Data['AuthKey'] = null)))).toEqual(['session.no-key'])
    const zeros = Buffer.alloc(256).toString('base64')
    expect(await codes(changed(({ Data }) => (Data['AuthKey'] = zeros)))).toEqual(['session.no-key'])
    const half = changed(({ Data }) => (Data['AuthKey'] = 'AAAA'))
    expect(await codes(half)).toEqual(['session.damaged-key'])
    await expect(write((await read(half)).session)).rejects.toMatchObject({ code: 'session.no-key' })
  })

  test('salts at both ends of 64 bits', async () => {
    for (const salt of [-(2n ** 63n), 2n ** 63n - 1n, 1n]) {
      const { session } = await read(changed(({ Data }) => (Data['Salt'] = salt)))
      expect(saltNumber(homeOf(session)!)).toBe(salt)
      expect(text(await write(session))).toContain(`"Salt":${salt}}`)
    }
  })

  test.each([
    ['a salt of 65 bits', (file: GoFile) => (file.Data['Salt'] = 2n ** 63n)],
    ['text for a number', (file: GoFile) => (file.Data['DC'] = '2')],
    ['a number for a key', (file: GoFile) => (file.Data['AuthKey'] = 12)],
    ['a key that is no base64', (file: GoFile) => (file.Data['AuthKey'] = '§')],
    ['a list for the settings', (file: GoFile) => (file.Data.Config = [] as never)],
    ['a list of numbers for addresses', (file: GoFile) => (file.Data.Config['DCOptions'] = [1])],
    ['an address that is none', (file: GoFile) => (file.Data['Addr'] = 'a b:443')],
    ['no data', (file: GoFile) => delete (file as Partial<GoFile>).Data],
  ])('%s is refused with a reason', async (_name, change) => {
    await expect(read(changed(change))).rejects.toMatchObject({
      code: 'format.malformed',
      details: { reason: expect.stringMatching(/\w+ \w+/) },
    })
  })

  test('a byte order mark is refused, as Go does', async () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, ...fixtureBytes('gotd/gotd-basic.json')])
    expect(detectFile(bytes)).toEqual([])
    await expect(read(bytes)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('other JSON is not claimed', () => {
    for (const json of [
      '{}',
      '[]',
      '{"Version":1}',
      '{"Version":1,"Data":{}}',
      '{"Version":"1","Data":{"AuthKey":""}}',
    ]) {
      expect(gotdJson.detect(new TextEncoder().encode(json))).toBeNull()
    }
  })
})
