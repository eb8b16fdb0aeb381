import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { markedId, type Peer } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { cleanText } from '../src/main/formats/clean-text.ts'
import { detectFolder, detectText } from '../src/main/formats/detect.ts'
import type { FolderReader } from '../src/main/formats/format.ts'
import { factsOf } from '../src/main/formats/session-facts.ts'
import { gramjsStore } from '../src/main/formats/gramjs/store.ts'
import { gramjsString } from '../src/main/formats/gramjs/string.ts'
import { type GramjsEntry, gramjsFolder, gramjsManifest } from './support/formats/gramjs.ts'

const options = { variant: '1', options: new Map<string, string>(), nowSeconds: 1_700_000_000 }
const noUnlock = { passcode: null }

function folderOf(name: string, files: ReadonlyMap<string, Uint8Array | string>): FolderReader {
  const bytesOf = (content: Uint8Array | string): Uint8Array =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content
  return {
    name,
    entries: [...files]
      .map(([path, content]) => ({ path, sizeBytes: bytesOf(content).byteLength, modifiedAtMs: 0 }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
    read: async (path) => bytesOf(files.get(path)!),
  }
}

function expectPlace(session: Session, entry: GramjsEntry): void {
  const expected = entry.session!
  const home = homeOf(session) ?? session.dataCenters[0]!
  expect(home).toMatchObject({ id: expected.dc_id, address: expected.address, port: expected.port, home: true })
  expect(home.authKey === null ? null : toHex(home.authKey.open())).toBe(expected.auth_key_hex)
  expect(home.authKey === null ? null : keyIdOf(home.authKey)).toBe(expected.auth_key_id_hex)
  // The format has no word for it: a known address tells, for production too.
  if (expected.test_mode !== null) expect(session.test).toBe(expected.test_mode)
  expect(session.account).toBeNull()
  expect(session.apiId).toBeNull()
}

describe('strings', () => {
  const strings = gramjsManifest.entries.filter((entry) => entry.string !== undefined)

  test.each(strings.map((entry) => [entry.id, entry] as const))('%s', (_id, entry) => {
    const { text } = cleanText(entry.string!)
    const claims = detectText(text)
    if (entry.expect === 'error') {
      expect(claims).toEqual([])
      expect(() => gramjsString.decode(text)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
      return
    }
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty])).toEqual([[entry.format, 'exact']])
    const { session, problems } = claims[0]!.format.decode(text)
    expectPlace(session, entry)
    expect(problems).toEqual([])
    if (entry.format === 'gramjs.string') expect(gramjsString.encode!(session, options)).toBe(text)
  })

  function built(dcId: number, address: string, port: number, key = randomBytes(256)): string {
    const bytes = Buffer.alloc(5 + address.length)
    bytes.writeUInt8(dcId, 0)
    bytes.writeUInt16BE(address.length, 1)
    bytes.write(address, 3)
    bytes.writeUInt16BE(port, 3 + address.length)
    return `1${Buffer.concat([bytes, key]).toString('base64')}`
  }

  test('every length of address is told from Telethon by its own length', () => {
    for (const address of ['1.2.3.4', '91.108.56.13', '91.108.56.130', '149.154.167.51', '149.154.175.211']) {
      const text = built(2, address, 443)
      expect(detectText(text).map((claim) => claim.format.id)).toEqual(['gramjs.string'])
    }
  })

  test('the spelling of an IPv6 address is kept', () => {
    const text = built(4, '2001:067c:04e8:f004:0000:0000:0000:000a', 443)
    expect(text).toHaveLength(401)
    const { session, problems } = gramjsString.decode(text)
    expect(problems).toEqual([])
    expect(session.test).toBe(false)
    expect(gramjsString.encode!(session, options)).toBe(text)
  })

  test('a port is read unsigned, and written above 32767 only when asked for', () => {
    const text = built(2, '10.0.0.5', 40_000)
    const { session } = gramjsString.decode(text)
    expect(homeOf(session)!.port).toBe(40_000)
    expect(() => gramjsString.encode!(session, options)).toThrowError(
      expect.objectContaining({ code: 'format.not-writable' }),
    )
    expect(gramjsString.encode!(session, { ...options, options: new Map([['high-port', 'yes']]) })).toBe(text)
  })

  test('the DC of a known address or web host is taken', () => {
    for (const address of ['149.154.167.51', 'venus.web.telegram.org', 'venus-1.web.telegram.org']) {
      const { session, problems } = gramjsString.decode(built(4, address, 443))
      expect(homeOf(session)!.id).toBe(2)
      expect(problems.map(({ code }) => code)).toEqual(['gramjs.dc-mismatch'])
    }
  })

  test('what cannot be one is refused', () => {
    const odd = [
      built(0, '149.154.167.51', 443),
      built(77, '149.154.167.51', 443),
      built(2, '149.154.167.51', 0),
      built(2, 'no address ', 443),
      built(2, '149.154.167.51', 443, randomBytes(255)),
      built(2, '149.154.167.51', 443, randomBytes(257)),
      `2${built(2, '149.154.167.51', 443).slice(1)}`,
    ]
    for (const text of odd) expect(gramjsString.detect(text)).toBeNull()
  })

  test('a key of zeros is no key', () => {
    const { session, problems } = gramjsString.decode(built(2, '149.154.167.51', 443, Buffer.alloc(256)))
    expect(session.dataCenters[0]!.authKey).toBeNull()
    expect(problems.map(({ code }) => code)).toEqual(['session.no-key'])
  })
})

describe('folders', () => {
  const folders = gramjsManifest.entries.filter((entry) => entry.path !== undefined)

  test.each(folders.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const files = gramjsFolder(entry.path!)
    const folder = folderOf(entry.path!.split('/').at(-1)!, files)
    expect(gramjsStore.claims([...files.keys()])).toBe(true)
    const claims = await detectFolder(folder)
    expect(claims.map(({ format, detection }) => [format.id, detection.certainty])).toEqual([['gramjs.store', 'exact']])

    const stored = await gramjsStore.list(folder, noUnlock)
    const one = stored.find(({ key }) => key === entry.key_prefix)!
    expect(one.name).toBe(entry.session_name)
    const { session, problems } = one.decoded
    expectPlace(session, entry)
    expect(problems.map(({ code }) => code)).toEqual(entry.expect === 'no-key' ? ['session.no-key'] : [])

    const peers = await collect(session.peers)
    expect(peers).toHaveLength(entry.peers!.count)
    expect(session.peers.count).toBe(entry.peers!.count)
    for (const sample of entry.peers!.sample) {
      expect(peers).toContainEqual({
        kind: sample.kind,
        type: null,
        id: BigInt(sample.bare_id),
        accessHash: BigInt(sample.access_hash),
        usernames: sample.usernames,
        phone: sample.phone,
        name: sample.name || null,
        updatedAt: Number(sample.date_ms) / 1000,
      })
    }
    if (entry.peers!.digest !== undefined) expect(digestOf(peers)).toBe(entry.peers!.digest)
  })

  /** As the manifest describes it: ordered by stored id, numerically. */
  function digestOf(peers: readonly Peer[]): string {
    const storedId = ({ kind, id }: Peer): bigint => (kind === 'channel' ? BigInt(`-100${id}`) : markedId(kind, id))
    const lines = peers
      .toSorted((a, b) => (storedId(a) < storedId(b) ? -1 : 1))
      .map(({ kind, id, accessHash, usernames, phone, name }) =>
        JSON.stringify([
          kind,
          String(id),
          accessHash === null ? null : String(accessHash),
          usernames,
          phone,
          name ?? '',
        ]),
      )
    return createHash('sha256').update(lines.join('\n')).digest('hex')
  }

  test.each(folders.filter((entry) => entry.expect === 'ok').map((entry) => [entry.id, entry] as const))(
    '%s is written as it was',
    async (_id, entry) => {
      const files = gramjsFolder(entry.path!)
      const stored = await gramjsStore.list(folderOf('any', files), noUnlock)
      const { session } = stored.find(({ key }) => key === entry.key_prefix)!.decoded
      const written = await gramjsStore.encode!(session, {
        ...options,
        name: entry.session_name!,
        options: new Map(entry.divider === ':' ? [] : [['divider', entry.divider!]]),
      })
      const own = [...files].filter(([file]) => decodeURIComponent(file).startsWith(entry.key_prefix!))
      if (entry.id === 'store-old-148legacy') {
        // Rows of 1.x come out in the form of 2.x, and channels under their glued mark.
        expect(written.size).toBe(own.length)
        expect(new TextDecoder().decode(written.get('legacy%3A204899926'))).toMatch(/^\["204899926",".*","\d+"\]$/)
        return
      }
      expect(new Map([...written].map(([file, bytes]) => [file, Buffer.from(bytes).toString()]))).toEqual(
        new Map(own.map(([file, bytes]) => [file, Buffer.from(bytes).toString()])),
      )
    },
  )

  const buffer = (key: Uint8Array): string => JSON.stringify({ type: 'Buffer', data: [...key] })

  function storeFiles(prefix: string, key: Uint8Array = randomBytes(256)): [string, string][] {
    return [
      [`${prefix}dcId`, '2'],
      [`${prefix}port`, '443'],
      [`${prefix}serverAddress`, '"149.154.167.51"'],
      [`${prefix}authKey`, buffer(key)],
    ]
  }

  test('one prefix may begin another: what is in a peer file tells whose it is', async () => {
    const files = new Map([
      ...storeFiles('acc'),
      ...storeFiles('acc1'),
      ['acc1234', '["1234","5",null,null,"of acc","1700000000000"]'],
      ['acc1777', '["777","6",null,null,"of acc1","1700000000000"]'],
    ])
    const folder = folderOf('acc', files)
    const stored = await gramjsStore.list(folder, noUnlock)
    expect(stored.map(({ key }) => key)).toEqual(['acc', 'acc1'])
    const names = await Promise.all(
      stored.map(async ({ decoded }) => (await collect(decoded.session.peers)).map((peer) => peer.name)),
    )
    expect(names).toEqual([['of acc'], ['of acc1']])
    expect(await gramjsStore.filesOf!(folder, 'acc')).toEqual([
      'acc1234',
      'accauthKey',
      'accdcId',
      'accport',
      'accserverAddress',
    ])
  })

  test('a session that is alone owns its folder, also with remnants of the library', async () => {
    const files = new Map([...storeFiles('a%3A'), ['__store2_test', 'x'], ['a%3AauthKey.1234567', '{"ty']])
    expect(await gramjsStore.filesOf!(folderOf('a', files), 'a:')).toBeNull()
    const own = await gramjsStore.filesOf!(folderOf('a', new Map([...files, ['notes.txt', 'mine']])), 'a:')
    expect(own).toEqual(['a%3AauthKey', 'a%3AauthKey.1234567', 'a%3AdcId', 'a%3Aport', 'a%3AserverAddress'])
  })

  test('names with signs in them, and folders that were renamed', async () => {
    const session = await randomStored()
    const name = "Ärger (1)! it's *new*"
    const files = await gramjsStore.encode!(session, { ...options, name })
    expect([...files.keys()][0]).toBe('%C3%84rger%20%281%29%21%20it%27s%20%2Anew%2A%3AdcId')
    const [stored] = await gramjsStore.list(folderOf('renamed', files), noUnlock)
    expect(stored!.name).toBe("Ärger (1)! it's *new")
    const [same] = await gramjsStore.list(folderOf(name, files), noUnlock)
    expect(same!.name).toBe(name)
  })

  async function randomStored(peers: readonly Peer[] = []): Promise<Session> {
    const authKey = new Secret(randomBytes(256))
    return {
      ...emptySession(),
      dataCenters: [{ id: 2, address: '149.154.167.51', port: 443, authKey, home: true }],
      peers: collectionOf(peers),
    }
  }

  test('a name the library refuses, and one that makes too long file names', async () => {
    for (const name of ['session', '', 'я'.repeat(60)]) {
      await expect(gramjsStore.encode!(await randomStored(), { ...options, name })).rejects.toMatchObject({
        code: 'format.not-writable',
      })
    }
  })

  test('more peers than the library allows a folder', async () => {
    const peers = Array.from({ length: 60_000 }, (_, index): Peer => {
      const id = BigInt(index + 1)
      return {
        kind: 'user',
        type: null,
        id,
        accessHash: 2n ** 62n + id,
        usernames: [`user_number_${id}`],
        phone: '4915112345678',
        name: 'A name of usual length',
        updatedAt: 1_700_000_000,
      }
    })
    const session = await randomStored(peers)
    await expect(gramjsStore.encode!(session, { ...options, name: 'big' })).rejects.toMatchObject({
      code: 'format.not-writable',
    })
    const without = new Map([['without-peers', 'yes']])
    expect((await gramjsStore.encode!(session, { ...options, name: 'big', options: without })).size).toBe(4)
    const codes = (count: number): string[] =>
      gramjsStore.checkWrite!({ ...factsOf(session, null), peers: count }, gramjsStore.variants[0]!).map(
        ({ code }) => code,
      )
    expect([codes(60_000), codes(10_000)]).toEqual([['gramjs.quota'], []])
  })

  test('peers the library would not keep are left out, and said so', async () => {
    const user = (id: bigint, accessHash: bigint | null): Peer => {
      return { kind: 'user', type: null, id, accessHash, usernames: [], phone: null, name: null, updatedAt: null }
    }
    const session = await randomStored([user(1n, 5n), user(2n, null), { ...user(3n, 6n), isMin: true }])
    const dropped: unknown[] = []
    const files = await gramjsStore.encode!(session, {
      ...options,
      name: 'few',
      onDropped: (field, count) => dropped.push([field, count]),
    })
    expect(files.size).toBe(5)
    expect(dropped).toEqual([['peers', 2]])
  })

  test('tens of thousands of files', async () => {
    const peers = Array.from({ length: 40_000 }, (_, index): [string, string] => {
      const id = String(index + 1)
      return [`big%3A${id}`, `["${id}","5",null,null,"","1700000000000"]`]
    })
    const folder = folderOf('big', new Map([...storeFiles('big%3A'), ...peers]))
    let reads = 0
    const counted = { ...folder, read: (path: string) => ((reads += 1), folder.read(path)) }
    expect(gramjsStore.claims(folder.entries.map(({ path }) => path))).toBe(true)
    const [stored] = await gramjsStore.list(counted, noUnlock)
    expect(stored!.decoded.session.peers.count).toBe(40_000)
    // The list reads the session's own files alone.
    expect(reads).toBe(4)
    expect(await collect(stored!.decoded.session.peers)).toHaveLength(40_000)
  })

  test('rows of 1.x: the mark of a channel is added, a basic group has no hash', async () => {
    const files = new Map([
      ...storeFiles('x%3A'),
      ['x%3A-1000000012345', '[-1000000012345,"77",null,null,"Channel",1700000000000]'],
      ['x%3A-10012345', '["-10012345","78",null,null,"Glued","1700000000000"]'],
      ['x%3A-1001234', '["-1001234","0",null,null,"Group","1700000000000"]'],
      ['x%3A5', '["6","7",null,null,"of another","1700000000000"]'],
      ['x%3A7', '["7","9'],
    ])
    const [stored] = await gramjsStore.list(folderOf('x', files), noUnlock)
    const peers = await collect(stored!.decoded.session.peers)
    expect(peers.map(({ kind, id, name }) => [kind, id, name])).toEqual([
      ['channel', 12345n, 'Channel'],
      ['chat', 1001234n, 'Group'],
      ['channel', 12345n, 'Glued'],
    ])
  })

  test.each<[string, (files: Map<string, string>) => unknown, string[]]>([
    ['a short key', (files) => files.set('x%3AauthKey', buffer(randomBytes(255))), ['session.damaged-key']],
    ['a key that is cut off', (files) => files.set('x%3AauthKey', '{"type":"Buffer"'), ['session.damaged-key']],
    ['a key of zeros', (files) => files.set('x%3AauthKey', buffer(Buffer.alloc(256))), ['session.no-key']],
    ['no key file', (files) => files.delete('x%3AauthKey'), ['session.no-key']],
    ['no address', (files) => files.delete('x%3AserverAddress'), ['gramjs.damaged-file']],
    ['no DC', (files) => files.set('x%3AdcId', 'two'), ['gramjs.damaged-file', 'gramjs.dc-mismatch']],
    ['DC 77', (files) => files.set('x%3AdcId', '77'), ['gramjs.dc-mismatch']],
    ['a negative port', (files) => files.set('x%3Aport', '-25536'), ['gramjs.negative-port']],
    ['no port', (files) => files.delete('x%3Aport'), ['gramjs.no-port']],
  ])('%s is named', async (_what, change, codes) => {
    const files = new Map(storeFiles('x%3A'))
    change(files)
    const [stored] = await gramjsStore.list(folderOf('x', files), noUnlock)
    expect(stored!.decoded.problems.map(({ code }) => code)).toEqual(codes)
    expect(stored!.decoded.session.dataCenters[0]!.id).toBe(2)
  })
})
