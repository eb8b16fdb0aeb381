import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { fromHex, toHex } from '../src/main/bytes/hex.ts'
import { type JsonObject, parseJson, printJson } from '../src/main/bytes/json.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { DC_FLAGS, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFile } from '../src/main/formats/detect.ts'
import type { Decoded } from '../src/main/formats/format.ts'
import { saltNumber } from '../src/main/formats/salt.ts'
import { blockOf, fileOf, open, seal } from '../src/main/formats/wtelegram/block.ts'
import { wtelegramSession } from '../src/main/formats/wtelegram/session.ts'
import { fixtureBytes } from './support/formats/fixtures.ts'
import { type GoEntry, goContent, goEntries } from './support/formats/gotd.ts'

const entries = goEntries('wtelegram', 'wtelegram-block')
const whole = entries.flatMap((entry) =>
  entry.content === undefined ? [] : [[entry.id, entry, entry.content] as const],
)
const KEY = toHex(randomBytes(16))

function bytesOf(entry: GoEntry): Uint8Array {
  const content = goContent(entry)
  if (content.medium !== 'file') throw new Error(`${entry.id} is no file`)
  return content.bytes
}

async function read(bytes: Uint8Array, key: string | null): Promise<Decoded> {
  return wtelegramSession.decode(bytes, { passcode: key === null ? null : Secret.fromText(key) })
}

async function write(session: Session, key: string | null = KEY): Promise<Uint8Array> {
  const options = new Map(key === null ? [] : [['session-key', key]])
  return wtelegramSession.encode!(session, { variant: 'file', options, nowSeconds: 1_700_000_000 })
}

function jsonIn(file: Uint8Array, key: string): JsonObject {
  const plain = open(blockOf(file)!, fromHex(key)!)
  return parseJson(new TextDecoder().decode(plain!)) as JsonObject
}

describe('golden files', () => {
  test('there are some', () => expect(whole).toHaveLength(3))

  test.each(whole)('%s reads as its manifest says', async (_id, entry, content) => {
    const isBlock = entry.format === 'wtelegram-block'
    // A block alone is noise to anybody without the key.
    expect(detectFile(bytesOf(entry)).map(({ format, detection }) => [format.id, detection.certainty])).toEqual(
      isBlock ? [] : [['wtelegram.session', 'plausible']],
    )
    const { session, info, problems } = await read(bytesOf(entry), entry.session_key_hex!)
    expect(info).toEqual({
      formatId: 'wtelegram.session',
      variant: isBlock ? 'block' : 'file',
      library: 'wtelegramclient',
      formatVersion: null,
    })
    expect(problems).toEqual([])
    expect([session.apiId, session.account?.id, session.account?.isBot]).toEqual([
      content.api_id,
      BigInt(content.user_id!),
      null,
    ])
    expect(session.test).toBe(false)
    expect(homeOf(session)?.id).toBe(content.home_dc)
    const withKey = session.dataCenters.filter(({ authKey }) => authKey !== null)
    const shown = withKey.map((dc) => ({
      id: dc.id,
      media_only: (dc.flags! & DC_FLAGS.media) !== 0,
      address: dc.address,
      port: dc.port,
      auth_key_hex: toHex(dc.authKey!.open()),
      auth_key_id_hex: keyIdOf(dc.authKey!),
      salt: String(saltNumber(dc)),
    }))
    expect(shown).toHaveLength(content.dcs.length)
    for (const dc of content.dcs) {
      const { id, media_only, address, port, auth_key_hex, auth_key_id_hex, salt } = dc
      expect(shown).toContainEqual({ id, media_only, address, port, auth_key_hex, auth_key_id_hex, salt })
    }
    // The list of addresses, without those that a key stands for.
    const others = session.dataCenters.filter(({ authKey }) => authKey === null)
    expect(others).toContainEqual({
      id: 2,
      address: '2001:67c:4e8:f002::a',
      port: 443,
      authKey: null,
      home: false,
      flags: DC_FLAGS.ipv6,
    })
    expect(others.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 5])
  })

  test.each(whole)('%s is told when the key is missing or wrong', async (_id, entry) => {
    const bytes = bytesOf(entry)
    await expect(read(bytes, null)).rejects.toMatchObject({ code: 'passcode.required' })
    for (const wrong of ['', 'no key', KEY, toHex(randomBytes(32)), entry.session_key_hex!.slice(2)]) {
      await expect(read(bytes, wrong)).rejects.toMatchObject({ code: 'passcode.wrong' })
    }
    // As it is copied from a page.
    await expect(read(bytes, ` ${entry.session_key_hex!.toUpperCase()}\n`)).resolves.toBeDefined()
  })

  test('the right file with the wrong key', async () => {
    const entry = entries.find(({ expect: expected }) => expected === 'error')!
    await expect(read(bytesOf(entry), entry.session_key_hex!)).rejects.toMatchObject({ code: 'passcode.wrong' })
  })

  test.each(whole)('%s comes back from a file of ours', async (_id, entry) => {
    const { session } = await read(bytesOf(entry), entry.session_key_hex!)
    const written = await write(session)
    const again = await read(written, KEY)
    expect(again.problems).toEqual([])
    const byPlace = (one: Session): unknown[] =>
      one.dataCenters.map((dc) => [
        dc.id,
        dc.address,
        dc.port,
        dc.flags,
        dc.home,
        saltNumber(dc),
        dc.authKey && keyIdOf(dc.authKey),
      ])
    expect(byPlace(again.session)).toEqual(byPlace(session))
    expect([again.session.account, again.session.apiId]).toEqual([session.account, session.apiId])
    // As the library lays it out: the header, and one block of the length it works out for it.
    const json = printJson(jsonIn(written, KEY))
    expect([...written.subarray(0, 4)]).toEqual([8, 0, 0, 0])
    expect(written.byteLength).toBe(8 + 64 + (Buffer.byteLength(json) & ~15))
    expect(await write(session)).not.toEqual(written)
  })

  test('what is written has the members of the original, with its values', async () => {
    const entry = entries.find(({ id }) => id === 'wtelegram')!
    const original = parseJson(entry.plain_json!) as JsonObject
    const { session } = await read(bytesOf(entry), entry.session_key_hex!)
    const written = jsonIn(await write(session), KEY)
    expect(Object.keys(written)).toEqual(Object.keys(original))
    const { DCSessions: slots, DcOptions: options, ...rest } = written
    expect(rest).toEqual({ ApiId: original['ApiId'], UserId: original['UserId'], MainDC: original['MainDC'] })
    const originals = original['DCSessions'] as Record<string, JsonObject>
    expect(Object.keys(slots as JsonObject).toSorted()).toEqual(Object.keys(originals).toSorted())
    for (const [slot, members] of Object.entries(slots as Record<string, JsonObject>)) {
      expect(members['AuthKey']).toBe(originals[slot]!['AuthKey'])
      expect(members['Salt']).toBe(originals[slot]!['Salt'])
      // DC 4 logs in by itself; only the home DC is known to be.
      expect(members['UserId']).toBe(slot === '2' ? originals[slot]!['UserId'] : undefined)
    }
    // Flags as a number: every build reads that.
    expect((slots as Record<string, { DataCenter: JsonObject }>)['-4']!.DataCenter['flags']).toBe(2)
    expect((options as JsonObject[]).find((option) => option['flags'] === 1)).toMatchObject({
      id: 2,
      ip_address: '2001:67c:4e8:f002::a',
    })
  })

  test('nothing is written without the key, and nothing that the library would not log in with', async () => {
    const entry = whole[0]![1]
    const { session } = await read(bytesOf(entry), entry.session_key_hex!)
    for (const key of [null, '', 'abc', 'z'.repeat(32)]) {
      await expect(write(session, key)).rejects.toMatchObject({
        code: 'request.invalid',
        details: { field: 'session-key' },
      })
    }
    await expect(write({ ...session, account: null })).rejects.toMatchObject({ code: 'format.missing-field' })
    const keyless = { ...session, dataCenters: session.dataCenters.map((dc) => ({ ...dc, authKey: null })) }
    await expect(write(keyless)).rejects.toMatchObject({ code: 'session.no-key' })
  })
})

describe('odd files', () => {
  interface Top {
    DCSessions: Record<string, Record<string, unknown>>
    [name: string]: unknown
  }

  /** A golden file's JSON with changes, under a key of ours. */
  function changed(change: (top: Top) => void): Uint8Array {
    const json = entries.find(({ id }) => id === 'wtelegram')!.plain_json!
    const top = structuredClone(parseJson(json)) as unknown as Top
    change(top)
    return fileOf(seal(new TextEncoder().encode(printJson(top as never)), fromHex(KEY)!))
  }

  const codes = async (change: (top: Top) => void): Promise<string[]> =>
    (await read(changed(change), KEY)).problems.map(({ code }) => code)

  test('values that the app does not know are told', async () => {
    const [problem] = (
      await read(
        changed((top) => {
          top['Shiny'] = 1
          top.DCSessions['2']!['New'] = 2
        }),
        KEY,
      )
    ).problems
    expect(problem).toMatchObject({ code: 'wtelegram.left-out', message: expect.stringContaining('2 values') })
  })

  test('not logged in, the home key missing, an entry without a key', async () => {
    expect(await codes((top) => delete top['MainDC'])).toEqual(['session.no-key'])
    expect(await codes((top) => (top['MainDC'] = 5))).toEqual(['session.no-key'])
    expect(await codes((top) => delete top.DCSessions['4']!['AuthKey'])).toEqual(['wtelegram.empty-slot'])
    expect(await codes((top) => (top.DCSessions['4']!['AuthKey'] = 'AAAA'))).toEqual(['session.damaged-key'])
    expect(await codes((top) => delete (top as Partial<Top>).DCSessions)).toEqual(['session.no-key'])
  })

  test('flags as a number, as names, as digits in text', async () => {
    for (const [flags, value] of [
      [3, 3],
      ['ipv6, media_only', 3],
      ['static_, this_port_only,cdn', 56],
      ['2', 2],
    ] as const) {
      const { session } = await read(
        changed((top) => (top['DcOptions'] = [{ flags, id: 3, ip_address: '10.0.0.3', port: 443 }])),
        KEY,
      )
      expect(session.dataCenters.find(({ address }) => address === '10.0.0.3')?.flags).toBe(value)
    }
  })

  test.each([
    ['flags that are no words of its', (top: Top) => (top['DcOptions'] = [{ flags: 'shiny', id: 1 }])],
    ['a DC number that is none', (top: Top) => (top.DCSessions['two'] = {})],
    ['a list for the DCs', (top: Top) => (top.DCSessions = [] as never)],
    ['a salt of 65 bits', (top: Top) => (top.DCSessions['2']!['Salt'] = 2n ** 63n)],
    ['text for a user id', (top: Top) => (top['UserId'] = '5')],
  ])('%s is refused with a reason', async (_name, change) => {
    await expect(read(changed(change), KEY)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test('a header that points out of the file', async () => {
    const bytes = Uint8Array.from(fixtureBytes('gotd/wtelegram.session'))
    const at = (position: number, byteLength: number): Uint8Array => {
      const view = new DataView(bytes.slice().buffer)
      view.setInt32(0, position, true)
      view.setInt32(4, byteLength, true)
      return new Uint8Array(view.buffer)
    }
    for (const [position, byteLength] of [
      [8, bytes.byteLength],
      [7, 64],
      [8, 48],
      [8, 72],
      [-8, 64],
      [0x7fff_fff0, 64],
      [8, -16],
      [12, 64],
      [8 + 16 * 13, 64],
    ] as const) {
      expect(wtelegramSession.detect(at(position, byteLength)), `${position} ${byteLength}`).toBeNull()
    }
  })

  test('a file of another program that begins with two such numbers is not claimed', () => {
    const table = Buffer.alloc(4096)
    for (let at = 0; at < table.byteLength; at += 4) table.writeInt32LE(at, at)
    table.writeInt32LE(8, 0)
    table.writeInt32LE(1024, 4)
    expect(blockOf(table)).not.toBeNull()
    expect(wtelegramSession.detect(table)).toBeNull()
    // Chance is not taken for order: the smallest block there can be.
    for (let round = 0; round < 500; round += 1) {
      expect(wtelegramSession.detect(fileOf(randomBytes(64)))).not.toBeNull()
    }
  })
})
