import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { encodeBase64Url } from '../src/main/bytes/base64.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectFolder, detectTables, detectText } from '../src/main/formats/detect.ts'
import { decodeAs, decodeCoded, encodeCoded } from '../src/main/formats/mtkruto/coded.ts'
import { mtkrutoDenoKv } from '../src/main/formats/mtkruto/deno-kv.ts'
import { packRuns, unpackRuns } from '../src/main/formats/mtkruto/rle.ts'
import { mtkrutoStorage } from '../src/main/formats/mtkruto/storage.ts'
import { mtkrutoString } from '../src/main/formats/mtkruto/string.ts'
import { fixtureBytes, withFixture } from './support/formats/fixtures.ts'
import { memoryFolder } from './support/formats/media.ts'
import type { MtcuteEntry } from './support/formats/mtcute.ts'
import { mtkrutoEntries, mtkrutoFolder, mtkrutoVariant } from './support/formats/mtkruto.ts'
import { peerDigest } from './support/formats/peer-digest.ts'

const noOptions = { options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
const noUnlock = { passcode: null }
const named = (kind: string): (readonly [string, MtcuteEntry])[] =>
  mtkrutoEntries.filter((entry) => entry.kind === kind).map((entry) => [entry.id, entry] as const)

function expectSession(session: Session, entry: MtcuteEntry): void {
  const expected = entry.session!
  const home = homeOf(session)!
  expect(home).toMatchObject({ id: expected.dc_id, address: null, port: null, home: true })
  expect(toHex(home.authKey!.open())).toBe(expected.auth_key_hex)
  expect(keyIdOf(home.authKey!)).toBe(expected.auth_key_id_hex)
  expect(session.test).toBe(expected.test_mode)
  expect(session.account?.id.toString() ?? null).toBe(expected.user_id)
  expect(session.account?.isBot ?? null).toBe(expected.is_bot)
  expect(session.apiId).toBe(expected.api_id)
}

async function expectRows(session: Session, entry: MtcuteEntry): Promise<void> {
  const [account, ...channels] = entry.update_state!
  const { pts, qts, date, seq } = account!
  expect(session.updateState).toEqual({ pts, qts, date, seq })
  const states = (await collect(session.channelStates)).map((one) => [String(one.channelId), one.pts] as const)
  expect(new Map(states)).toEqual(new Map(channels.map((one) => [one.channel_bare_id!, one.pts])))
  const peers = await collect(session.peers)
  expect(peers).toHaveLength(entry.peers!.count)
  expect(session.peers.count).toBe(entry.peers!.count)
  if (entry.peers!.digest !== undefined) expect(peerDigest(peers)).toBe(entry.peers!.digest)
  for (const sample of entry.peers!.sample) {
    const peer = peers.find((one) => one.kind === sample.kind && String(one.id) === sample.bare_id)!
    // 0 is the library's own word for none.
    expect(String(peer.accessHash ?? 0n)).toBe(sample.access_hash ?? '0')
    expect(peer).toMatchObject({ phone: sample.phone, name: sample.name })
    if (sample.is_bot !== undefined) expect(peer.type).toBe(sample.is_bot ? 'bot' : 'user')
    // The order of further usernames was not stored before 0.70.
    expect(new Set(peer.usernames)).toEqual(new Set(sample.usernames))
    expect(peer.usernames[0]).toBe(sample.usernames[0])
  }
}

describe('strings', () => {
  test.each(named('string'))('%s', async (_id, entry) => {
    const text = entry.string!
    const variant = mtkrutoVariant(entry)
    const claims = detectText(text)
    expect(claims.map(({ format, detection }) => [format.id, detection.variant])).toEqual([['mtkruto.string', variant]])
    // What a cut string of version 3 can look like is not sure.
    expect(claims[0]!.detection.certainty).toBe(variant === '3' ? 'exact' : 'plausible')
    const { session, info, problems } = mtkrutoString.decode(text)
    expect(info).toMatchObject({ variant, formatVersion: Number(variant), library: 'mtkruto' })
    expect(problems).toEqual([])
    expectSession(session, entry)
    expect(await mtkrutoString.encode!(session, { ...noOptions, variant })).toBe(text)
  })

  const [, sample] = named('string').find(([id]) => id === 'mtk-v3-user')!
  const bytes = unpackRuns(Buffer.from(sample.string!, 'base64url'))
  const textOf = (changed: Uint8Array): string => encodeBase64Url(packRuns(changed), false)

  test.each([
    ['an unknown data centre', textOf(bytes.with(1, 0x39))],
    ['a byte too many', textOf(Uint8Array.from([...bytes, 1]))],
    ['a flag that is neither', textOf(bytes.with(bytes.length - 9, 2))],
    ['a negative user id', textOf(bytes.with(bytes.length - 1, 0x80))],
    ['zeros packed by none', encodeBase64Url(Uint8Array.of(...packRuns(bytes), 0, 0), false)],
    ['zeros packed in two runs', encodeBase64Url(Uint8Array.of(...packRuns(bytes).slice(0, -2), 0, 1, 0, 2), false)],
    ['a run at the very end', encodeBase64Url(packRuns(bytes).slice(0, -1), false)],
    [
      'runs that unpack to megabytes',
      encodeBase64Url(
        new Uint8Array(9000).map((_, at) => (at % 2) * 255),
        false,
      ),
    ],
    ['nothing', ''],
  ])('%s is refused', (_name, text) => {
    expect(detectText(text).filter((claim) => claim.format.id === 'mtkruto.string')).toEqual([])
    expect(() => mtkrutoString.decode(text)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
  })

  test('a key of zeros is none', () => {
    const { session, problems } = mtkrutoString.decode(textOf(bytes.slice().fill(0, 8, 264)))
    expect(problems.map((problem) => problem.code)).toEqual(['session.no-key'])
    expect(homeOf(session)!.authKey).toBeNull()
  })

  test('a data centre without a name there is not written', () => {
    const session = sessionWith({ id: 203, test: false })
    expect(() => mtkrutoString.encode!(session, { ...noOptions, variant: '3' })).toThrowError(
      expect.objectContaining({ code: 'format.not-writable' }),
    )
    expect(() =>
      mtkrutoString.encode!(sessionWith({ id: 4, test: true }), { ...noOptions, variant: '1' }),
    ).toThrowError(expect.objectContaining({ code: 'format.not-writable' }))
  })
})

function sessionWith({ id, test: isTest }: { id: number; test: boolean }, change: Partial<Session> = {}): Session {
  const authKey = new Secret(randomBytes(256))
  return {
    ...emptySession(),
    dataCenters: [{ id, address: null, port: null, authKey, home: true }],
    test: isTest,
    apiId: 6,
    account: { id: 77n, isBot: false, username: null, phone: null },
    ...change,
  }
}

describe('folders', () => {
  test.each(named('directory'))('%s', async (_id, entry) => {
    const files = mtkrutoFolder(entry.path!)
    const folder = memoryFolder('somewhere', files)
    expect(mtkrutoStorage.claims([...files.keys()])).toBe(true)
    const claims = await detectFolder(folder)
    const variant = mtkrutoVariant(entry)
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty, detection.variant])).toEqual([
      ['mtkruto.storage', 'exact', variant],
    ])
    const stored = await mtkrutoStorage.list(folder, noUnlock)
    expect(stored.map(({ key, name }) => [key, name])).toEqual([['', null]])
    const { session, info, problems } = stored[0]!.decoded
    expect(info).toMatchObject({ formatId: 'mtkruto.storage', variant, library: 'mtkruto' })
    expect(problems).toEqual([])
    expectSession(session, entry)
    await expectRows(session, entry)
    expect(await mtkrutoStorage.filesOf!(folder, '')).toBeNull()
  })

  test('what is written has the names and values of the library', async () => {
    const files = mtkrutoFolder('mtkruto/mtk-ls-new')
    const [stored] = await mtkrutoStorage.list(memoryFolder('x', files), noUnlock)
    const options = { ...noOptions, variant: 'B2', name: 'x' }
    const written = await mtkrutoStorage.encode!(stored!.decoded.session, options)
    expect([...written.keys()].toSorted()).toEqual([...files.keys()].toSorted())
    const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes)
    for (const [path, bytes] of written) {
      const theirs = textOf(files.get(path)!)
      if (!path.includes('peers')) expect(textOf(bytes), path).toBe(theirs)
      else {
        // First and last name are one with us; the color is only one of seven to show a peer without picture in.
        const [object, hash] = decodeCoded(textOf(bytes)) as unknown as [Map<string, unknown>, bigint]
        const [original, originalHash] = decodeCoded(theirs) as unknown as [Map<string, unknown>, bigint]
        expect(hash).toBe(originalHash)
        for (const [name, value] of original) {
          if (!['firstName', 'lastName', 'color'].includes(name))
            expect(object.get(name), `${path} ${name}`).toEqual(value)
        }
      }
    }
  })

  test('a branch is a session of its own, whatever its name', async () => {
    const main = await mtkrutoStorage.encode!(sessionWith({ id: 2, test: false }), {
      ...noOptions,
      variant: 'B2',
      name: '',
    })
    const other = await mtkrutoStorage.encode!(sessionWith({ id: 1, test: true }), {
      ...noOptions,
      variant: 'B2',
      name: '',
    })
    const renamed = [...other].map(([path, bytes]) => [path.replace('main', 'mainS__a6b%2065'), bytes] as const)
    const folder = memoryFolder('x', new Map([...main, ...renamed, ['main-notes.txt', new Uint8Array(3)]]))
    const stored = await mtkrutoStorage.list(folder, noUnlock)
    expect(stored.map(({ key, name, decoded }) => [key, name, homeOf(decoded.session)!.id])).toEqual([
      ['', null, 2],
      ['a6b 65', 'a6b 65', 1],
    ])
    expect(await mtkrutoStorage.filesOf!(folder, 'a6b 65')).toEqual(renamed.map(([path]) => path).toSorted())
    expect(mtkrutoStorage.claims(folder.entries.map(({ path }) => path))).toBe(true)
  })

  test('a storage without a login', async () => {
    const auth = new Map<string, number | boolean>([
      ['apiId', 6],
      ['isBot', false],
      ['userId', 0],
    ])
    const files = new Map([['main65%0A2auth', new TextEncoder().encode(encodeCoded(auth))]])
    const [stored] = await mtkrutoStorage.list(memoryFolder('x', files), noUnlock)
    expect(stored!.decoded.problems.map((problem) => problem.code)).toEqual(['session.no-key'])
    expect(stored!.decoded.session.account).toBeNull()
  })

  test('min contexts come back', async () => {
    const context = { peerKind: 'user', peerId: 5n, chatKind: 'channel', chatId: 9n, messageId: 3 } as const
    const session = sessionWith({ id: 2, test: false }, { minContexts: collectionOf([context]) })
    const files = await mtkrutoStorage.encode!(session, { ...noOptions, variant: 'B2', name: '' })
    expect([...files.keys()]).toContain('main624%0A2cache.minPeerReferences2%0A1515%0A1-1000000000009')
    const [stored] = await mtkrutoStorage.list(memoryFolder('x', files), noUnlock)
    expect(await collect(stored!.decoded.session.minContexts)).toEqual([context])
  })

  test('other folders are not claimed', () => {
    for (const names of [['main'], ['main.ts', 'auth'], ['key_datas'], ['x:dcId', 'x:authKey'], []]) {
      expect(mtkrutoStorage.claims(names)).toBe(false)
    }
  })
})

describe('coded values', () => {
  test('every value of every folder of today is written again as it was', () => {
    for (const bytes of mtkrutoFolder('mtkruto/mtk-ls-new').values()) {
      const text = new TextDecoder().decode(bytes)
      expect(encodeCoded(decodeAs(text, 2))).toBe(text)
    }
  })

  test.each([
    '',
    '9',
    '05',
    '1x',
    '1',
    '3',
    '3x',
    '4z',
    '5***',
    '65',
    '65\n2',
    '699999999\nx',
    '71\n1',
    `6${'3\n6'.repeat(50)}`,
  ])('%j is refused', (text) => {
    expect(() => decodeCoded(text)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
  })
})

describe('Deno key-value stores', () => {
  test.each(named('file'))('%s', async (_id, entry) => {
    await withFixture(`mtcute/${entry.path}`, async (tables) => {
      expect(detectTables(await tables.schema()).map((claim) => claim.format.id)).toEqual(['mtkruto.deno-kv'])
      const stored = await mtkrutoDenoKv.list(tables)
      expect(stored).toHaveLength(1)
      const { session, info, problems } = stored[0]!.decoded
      expect(info).toMatchObject({ formatId: 'mtkruto.deno-kv', variant: 'B', library: 'mtkruto' })
      expect(problems).toEqual([])
      expectSession(session, entry)
      await expectRows(session, entry)
      expect(toHex(homeOf(session)!.salt!.open())).toBe('fbffffffffffffff')
    })
  })

  const changed = (...statements: readonly string[]) =>
    sqliteBytes(async (tables) => {
      for (const statement of statements) await tables.run(statement)
    }, fixtureBytes('mtcute/mtkruto/mtk-deno-kv.kv'))

  test('a store of another program is named', async () => {
    const tables = readSqliteBytes(await changed("DELETE FROM kv WHERE k = x'026175746800'"))
    await expect(mtkrutoDenoKv.list(tables)).rejects.toMatchObject({ code: 'format.unrecognized' })
    tables.close()
  })

  test('values of a newer Deno are named', async () => {
    const tables = readSqliteBytes(await changed("UPDATE kv SET v = x'ff20' WHERE k = x'026175746800'"))
    await expect(mtkrutoDenoKv.list(tables)).rejects.toMatchObject({ code: 'format.unsupported-version' })
    tables.close()
  })

  test('a branch is a session of its own', async () => {
    const tables = readSqliteBytes(
      await changed(
        "INSERT INTO kv SELECT CAST(x'025f5f536100' || k AS BLOB), v, v_encoding, version, seq, expiration_ms FROM kv",
      ),
    )
    const stored = await mtkrutoDenoKv.list(tables)
    expect(stored.map(({ key, name }) => [key, name])).toEqual([
      ['', null],
      ['a', 'a'],
    ])
    expect(await collect(stored[1]!.decoded.session.peers)).toHaveLength(5)
    tables.close()
  })
})
