import { createHash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { encodeBase64Url } from '../src/main/bytes/base64.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import type { Peer } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, collectionOf, emptySession, homeOf, type Session } from '../src/main/domain/session.ts'
import { ferogramBinary } from '../src/main/formats/ferogram/binary.ts'
import { ferogramJson } from '../src/main/formats/ferogram/json.ts'
import { ferogramNative } from '../src/main/formats/ferogram/native-string.ts'
import { ferogramSqlite } from '../src/main/formats/ferogram/sqlite.ts'
import { ferogramString } from '../src/main/formats/ferogram/string.ts'
import type { EncodeOptions, PeerQuery } from '../src/main/formats/format.ts'
import { formatById } from '../src/main/formats/registry.ts'
import { splitText } from '../src/main/formats/split-text.ts'
import { factsOf } from '../src/main/formats/session-facts.ts'
import {
  ferogramEntries,
  type FerogramEntry,
  ferogramFormatId,
  ferogramVariant,
  ferogramVector,
} from './support/formats/ferogram.ts'
import { fixtureBytes } from './support/formats/fixtures.ts'
import { detectContent, unlockWith, withSessions } from './support/formats/media.ts'

const none = unlockWith(null)

function optionsOf(variant: string, onDropped?: EncodeOptions['onDropped']): EncodeOptions {
  return { variant, options: new Map(), nowSeconds: 0, ...(onDropped ? { onDropped } : {}) }
}

function digestOf(lines: readonly string[]): string {
  return createHash('sha256')
    .update(lines.map((line) => `${line}\n`).join(''))
    .digest('hex')
}

function peerLine(peer: Peer): string {
  const word = peer.type === 'community' ? 'community' : peer.kind
  const kinds: Readonly<Record<string, string>> = {
    channel: 'broadcast',
    supergroup: 'megagroup',
    gigagroup: 'gigagroup',
  }
  const kind = peer.kind === 'channel' && peer.type !== null ? (kinds[peer.type] ?? '') : ''
  return `${word}:${peer.id}:${peer.accessHash ?? ''}:${kind}`
}

function saltOf(salt: Secret | undefined): string {
  return salt === undefined ? '0' : Buffer.from(salt.open()).readBigInt64LE().toString()
}

async function expectContent(session: Session, entry: FerogramEntry): Promise<void> {
  const content = entry.content!
  const isSql = ferogramFormatId(entry) === 'ferogram.sqlite'
  const isCompact = ferogramFormatId(entry) === 'ferogram.string'
  const home = homeOf(session)
  expect(home?.id).toBe(content.home_dc)
  if (!isCompact) expect(home?.authKey ? keyIdOf(home.authKey) : null).toBe(content.home_auth_key_id_hex)
  // The manifest lists the rows of a database by their key.
  const byPlace = <T extends { id: number; flags?: number }>(dcs: readonly T[]): readonly T[] =>
    isSql ? dcs.toSorted((a, b) => a.id - b.id || (a.flags ?? 0) - (b.flags ?? 0)) : dcs
  expect(
    byPlace(session.dataCenters).map((dc) => [
      dc.id,
      dc.address,
      dc.port,
      dc.authKey && toHex(dc.authKey.open()),
      dc.authKey && keyIdOf(dc.authKey),
      saltOf(dc.salt),
      dc.timeOffset ?? 0,
    ]),
  ).toEqual(
    byPlace(content.dcs).map((dc) => [
      dc.id,
      dc.address,
      dc.port,
      dc.auth_key_hex,
      dc.auth_key_id_hex,
      dc.salt ?? '0',
      dc.time_offset ?? 0,
    ]),
  )
  const hasFlags = !isCompact && !['1', '2'].includes(ferogramVariant(entry) ?? '')
  for (const [index, dc] of byPlace(session.dataCenters).entries()) {
    expect(dc.flags).toBe(hasFlags ? byPlace(content.dcs)[index]?.flags : undefined)
  }
  expect(session.account?.id.toString() ?? null).toBe(content.user_id)
  const state = content.state ?? { pts: 0, qts: 0, date: 0, seq: 0 }
  expect(session.updateState ?? { pts: 0, qts: 0, date: 0, seq: 0 }).toEqual(state)

  const peers = await collect(session.peers)
  expect([peers.length, session.peers.count]).toEqual([content.peers.total, content.peers.total])
  if (content.peers.digest !== undefined) expect(digestOf(peers.map(peerLine))).toBe(content.peers.digest)
  const states = await collect(session.channelStates)
  expect(states).toHaveLength(content.channel_states?.total ?? 0)
  if (content.channel_states) {
    expect(digestOf(states.map((one) => `${one.channelId}:${one.pts}`))).toBe(content.channel_states.digest)
  }
  const contexts = await collect(session.minContexts)
  expect(contexts).toHaveLength(content.min_contexts?.total ?? 0)
  if (content.min_contexts) {
    expect(digestOf(contexts.map((one) => `${one.peerId}:${one.chatId}:${one.messageId}`))).toBe(
      content.min_contexts.digest,
    )
  }
  const token = session.futureAuthToken
  expect(token === undefined ? null : toHex(token.open())).toBe(content.future_auth_token_hex ?? null)
}

describe('every entry of the manifest', () => {
  test.each(ferogramEntries.map((entry) => [entry.id, entry] as const))('%s', async (_id, entry) => {
    const { content, formatId } = ferogramVector(entry)
    const format = formatById(formatId)
    const claims = await detectContent(content)
    const read = withSessions(format, content, none, async (stored) => {
      const { decoded } = stored[0]!
      expect(decoded.info).toMatchObject({ formatId, variant: ferogramVariant(entry), library: 'ferogram' })
      await expectContent(decoded.session, entry)
      return decoded.problems.map(({ code }) => code)
    })
    if (entry.expect === 'error') {
      expect(claims).toEqual([])
      await expect(read).rejects.toMatchObject({
        code: expect.stringMatching(/^format\.(malformed|unsupported-version)$/),
      })
      return
    }
    expect(claims.map((claim) => [claim.format.id, claim.detection.variant])).toEqual([
      [formatId, ferogramVariant(entry)],
    ])
    expect(claims[0]?.detection.certainty).toBe(entry.expect === 'ok' ? 'exact' : 'plausible')
    const expected =
      entry.expect === 'suspect'
        ? ['ferogram.trailing-bytes']
        : entry.content?.home_auth_key_id_hex === null
          ? ['session.no-key']
          : []
    expect(await read).toEqual(expected)
  })

  test.each([
    ['bad-version', 'format.unsupported-version', { found: '99' }],
    ['bad-ip-type', 'format.malformed', { reason: expect.stringContaining('is 5') }],
    ['bad-padding', 'format.malformed', { reason: expect.stringContaining('padding') }],
    ['bad-empty', 'format.malformed', { reason: 'it is empty' }],
    ['bad-truncated-key', 'format.malformed', { reason: expect.stringContaining('too early') }],
  ] as const)('%s says why', async (id, code, details) => {
    const { content, formatId } = ferogramVector(ferogramEntries.find((entry) => entry.id === id)!)
    await expect(withSessions(formatById(formatId), content, none, async () => 0)).rejects.toMatchObject({
      code,
      details,
    })
  })
})

describe('writing what was read gives the same bytes', () => {
  const golden = ferogramEntries.filter(({ expect: outcome }) => outcome === 'ok')

  test.each(
    golden
      .filter((entry) => entry.format === 'ferogram-binary' && ![1, 4].includes(Number(entry.version)))
      .filter(({ id }) => !['v8-not-logged-in', 'v8-ipv6-unbracketed'].includes(id))
      .map((entry) => [entry.id, entry] as const),
  )('%s', async (_id, entry) => {
    const bytes = fixtureBytes(`ferogram/${entry.file}`)
    const { session } = await ferogramBinary.decode(bytes, none)
    expect(toHex(await ferogramBinary.encode!(session, optionsOf(String(entry.version))))).toBe(toHex(bytes))
  })

  test('IPv6 addresses get the brackets that the library needs to connect', async () => {
    const bytes = fixtureBytes('ferogram/v8-ipv6-unbracketed.session')
    const { session } = await ferogramBinary.decode(bytes, none)
    const expected = Buffer.from(bytes)
      .toString('latin1')
      .replaceAll(/.(2001:[0-9a-f:]+)(:443)/gs, (_all, host, port) => {
        return `${String.fromCharCode(`[${host}]${port}`.length)}[${host}]${port}`
      })
    const written = await ferogramBinary.encode!(session, optionsOf('8'))
    expect(toHex(written)).toBe(Buffer.from(expected, 'latin1').toString('hex'))
  })

  test('a session without any key is not written', async () => {
    const { session } = await ferogramBinary.decode(fixtureBytes('ferogram/v8-not-logged-in.session'), none)
    await expect(ferogramBinary.encode!(session, optionsOf('8'))).rejects.toMatchObject({ code: 'session.no-key' })
  })

  test.each(
    golden.filter(({ format }) => format === 'ferogram-native-string').map((entry) => [entry.id, entry] as const),
  )('%s', async (_id, entry) => {
    const text = entry.string!.trim()
    const written = await ferogramNative.encode!(ferogramNative.decode(text).session, optionsOf(String(entry.version)))
    expect(written).toBe(text)
  })

  test.each(
    golden
      .filter((entry) => entry.format === 'ferogram-compact' && entry.version === 2)
      .map((entry) => [entry.id, entry] as const),
  )('%s', async (_id, entry) => {
    expect(await ferogramString.encode!(ferogramString.decode(entry.string!).session, optionsOf('V2'))).toBe(
      entry.string,
    )
  })

  test('serde JSON', async () => {
    const bytes = fixtureBytes('ferogram/serde-0.6.5.json')
    const { session } = await ferogramJson.decode(bytes, none)
    const written = await ferogramJson.encode!(session, optionsOf('0.6.5'))
    expect(Buffer.from(written).toString()).toBe(Buffer.from(bytes).toString())
  })

  test.each(['sqlite-0.6.5', 'sqlite-0.6.4', 'sqlite-0.5.2', 'sqlite-0.5.0', 'sqlite-0.3.7'])(
    '%s: schema and rows',
    async (id) => {
      const tables = readSqliteBytes(fixtureBytes(`ferogram/${id}.db`))
      try {
        const { decoded } = (await ferogramSqlite.list(tables))[0]!
        const copy = await sqliteBytes((writer) =>
          ferogramSqlite.write!(writer, '', decoded.session, optionsOf(decoded.info.variant)),
        )
        const written = readSqliteBytes(copy)
        const dump = async (reader: typeof tables): Promise<unknown> => {
          const all: unknown[] = [
            await reader.query('SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY rowid'),
          ]
          for (const name of (await reader.schema()).tables.keys()) {
            // In the order of insertion: the library takes the first address of its DC.
            const rows = await reader.query(
              `SELECT *, typeof(${name === 'meta' ? 'value' : '1'}) FROM ${name} ORDER BY rowid`,
            )
            all.push(name, rows)
          }
          return all
        }
        expect(await dump(written)).toEqual(await dump(tables))
        written.close()
      } finally {
        tables.close()
      }
    },
  )
})

/** A session with one keyed address for each given text, the first of which is home. */
async function sessionWith(over: Partial<Session> = {}): Promise<Session> {
  const authKey = new Secret(randomBytes(256))
  return {
    ...emptySession(),
    test: false,
    dataCenters: [{ id: 2, address: '149.154.167.51', port: 443, authKey, home: true }],
    account: { id: 77n, isBot: false, username: null, phone: null },
    ...over,
  }
}

/** Bytes of version 8 by hand: `dcs` as DC, has-key byte, address and flags. */
function handmade(
  homeDc: number,
  dcs: readonly { id: number; key?: Uint8Array; address: string | Uint8Array; flags?: number }[],
  rest = Buffer.alloc(16 + 6 + 1),
): Uint8Array {
  const head = Buffer.alloc(6)
  head[0] = 8
  head.writeInt32LE(homeDc, 1)
  head[5] = dcs.length
  const entries = dcs.map(({ id, key, address, flags = 0 }) => {
    const number = Buffer.alloc(4)
    number.writeInt32LE(id)
    const text = typeof address === 'string' ? Buffer.from(address) : address
    return Buffer.concat([
      number,
      key ? Buffer.concat([Buffer.of(1), key]) : Buffer.of(0),
      Buffer.alloc(12),
      Buffer.of(text.length),
      text,
      Buffer.of(flags),
    ])
  })
  return Buffer.concat([head, ...entries, rest])
}

async function problemsOf(bytes: Uint8Array): Promise<readonly string[]> {
  return (await ferogramBinary.decode(bytes, none)).problems.map(({ code }) => code)
}

describe('odd binary files', () => {
  const key = randomBytes(256)

  test.each([
    ['149.154.167.51:443', 0, '149.154.167.51', 443],
    ['[2001:67c:4e8:f002::a]:443', 1, '2001:67c:4e8:f002::a', 443],
    ['2001:67c:4e8:f002::a:443', 1, '2001:67c:4e8:f002::a', 443],
    ['2001:67c:4e8:f002::a:443', 0, '2001:67c:4e8:f002::a', 443],
    ['dc.example.org:5222', 0, 'dc.example.org', 5222],
  ])('the address %s with flags %i', async (address, flags, host, port) => {
    const { session, problems } = await ferogramBinary.decode(handmade(2, [{ id: 2, key, address, flags }]), none)
    expect(session.dataCenters).toMatchObject([{ address: host, port, flags }])
    expect(problems).toEqual([])
  })

  test.each([
    ['', null],
    ['149.154.167.51', '149.154.167.51'],
    ['149.154.167.51:0', '149.154.167.51:0'],
    ['149.154.167.51:70000', '149.154.167.51:70000'],
    ['[2001:67c:4e8:f002::a]', '2001:67c:4e8:f002::a'],
    ['no address', 'no address'],
    [Uint8Array.of(0xff, 0x3a, 0x38), '\uFFFD:8'],
  ])('the address %j is kept as it is, and named', async (address, kept) => {
    const bytes = handmade(2, [{ id: 2, key, address }])
    const { session, problems } = await ferogramBinary.decode(bytes, none)
    expect(session.dataCenters).toMatchObject([{ id: 2, address: kept, port: null }])
    expect(problems.map(({ code }) => code)).toEqual(['ferogram.odd-address'])
    expect(ferogramBinary.detect(bytes)?.certainty).toBe('plausible')
  })

  test('the first entry of the home DC is home, whatever its flags', async () => {
    const media = { id: 2, key, address: '149.154.165.102:443', flags: 2 }
    const usual = { id: 2, key, address: '149.154.167.51:443' }
    const { session } = await ferogramBinary.decode(handmade(2, [media, usual]), none)
    expect(session.dataCenters.map((dc) => dc.home)).toEqual([true, false])
  })

  test('a key that only the second entry of the home DC has is found and put first', async () => {
    const bytes = handmade(2, [
      { id: 2, address: '149.154.167.50:443' },
      { id: 4, address: '149.154.167.91:443' },
      { id: 2, key, address: '149.154.167.51:443' },
    ])
    expect(await problemsOf(bytes)).toEqual(['ferogram.home-without-key'])
    const { session } = await ferogramBinary.decode(bytes, none)
    const again = await ferogramBinary.decode(await ferogramBinary.encode!(session, optionsOf('8')), none)
    expect(again.problems).toEqual([])
    expect(again.session.dataCenters.map((dc) => dc.address)).toEqual([
      '149.154.167.51',
      '149.154.167.50',
      '149.154.167.91',
    ])
  })

  test('a key of another DC than the home is no login', async () => {
    const entry = { id: 4, key, address: '149.154.167.91:443' }
    expect(await problemsOf(handmade(2, [entry]))).toEqual(['session.no-key'])
    expect(await problemsOf(handmade(2, [{ id: 2, address: '149.154.167.51:443' }, entry]))).toEqual(['session.no-key'])
  })

  test('256 zero bytes are no key', async () => {
    const zero = { id: 2, key: new Uint8Array(256), address: '149.154.167.51:443' }
    expect(await problemsOf(handmade(2, [zero]))).toEqual(['session.no-key'])
  })

  test('an address of another DC is named and replaced', async () => {
    const bytes = handmade(2, [{ id: 2, key, address: '149.154.175.100:443' }])
    expect(await problemsOf(bytes)).toEqual(['ferogram.stale-address'])
    const { session } = await ferogramBinary.decode(bytes, none)
    const written = await ferogramBinary.encode!(session, optionsOf('8'))
    expect(Buffer.from(written).includes('149.154.167.51:443')).toBe(true)
  })

  test('a newer version is named', async () => {
    const bytes = handmade(2, [{ id: 2, key, address: '149.154.167.51:443' }])
    bytes[0] = 9
    expect(ferogramBinary.detect(bytes)).toMatchObject({ certainty: 'plausible', variant: null })
    await expect(ferogramBinary.decode(bytes, none)).rejects.toMatchObject({
      code: 'format.unsupported-version',
      details: { found: expect.stringContaining('version 9') },
    })
  })

  test.each([
    ['600 zero bytes', new Uint8Array(600)],
    ['no data centre', handmade(2, [])],
    ['home DC 77, which is not in the table', handmade(77, [{ id: 2, address: '149.154.167.51:443' }])],
    ['an absurd DC', handmade(2, [{ id: 1_000_000, address: '149.154.167.51:443' }])],
  ])('%s are nobody’s', async (_name, bytes) => {
    expect(ferogramBinary.detect(bytes)).toBeNull()
    await expect(ferogramBinary.decode(bytes, none)).rejects.toMatchObject({ code: 'format.malformed' })
  })

  test.each(ferogramEntries.filter((entry) => entry.format === 'ferogram-binary' && entry.expect !== 'error'))(
    '$id is worth reading by its first bytes',
    ({ file }) => {
      const bytes = fixtureBytes(`ferogram/${file}`)
      expect(ferogramBinary.promising!(bytes.subarray(0, 512), bytes.byteLength)).toBe(true)
    },
  )

  test('other files are not worth reading', () => {
    const heads = ['SQLite format 3\0', 'TDF$\x01\0\0\0', '{"a":1}', '\x02\0\0\0 text', '\x7fELF\x02\x01\x01']
    for (const head of [...heads.map((text) => Buffer.from(text.padEnd(512, '\0'), 'latin1')), new Uint8Array(512)]) {
      expect(ferogramBinary.promising!(head, 512)).toBe(false)
    }
  })
})

describe('limits: the library would wrap and destroy the session', () => {
  const users = (count: number): Session['peers'] =>
    collectionOf(
      Array.from(
        { length: count },
        (_, index): Peer => ({
          kind: 'user',
          type: null,
          id: BigInt(index + 1),
          accessHash: 5n,
          usernames: [],
          phone: null,
          name: null,
          updatedAt: null,
        }),
      ),
    )
  const contexts = Array.from({ length: 65_536 }, (_, index) => ({
    peerKind: 'user' as const,
    peerId: BigInt(index + 1),
    chatKind: null,
    chatId: 9n,
    messageId: 1,
  }))
  const states = contexts.map(({ peerId }) => ({ channelId: peerId, pts: 1, date: null, seq: null, qts: null }))
  const other = { id: 4, address: '149.154.167.91', port: 443, authKey: null, home: false }

  test.each([
    ['peers', { peers: users(65_536) }, 'peers'],
    ['channel states', { channelStates: collectionOf(states) }, 'update states of channels'],
    ['min contexts', { minContexts: collectionOf(contexts) }, 'min contexts'],
    ['a counter', { updateState: { pts: 2 ** 31, qts: 0, date: 0, seq: 0 } }, '32 bits'],
    ['a token', { futureAuthToken: new Secret(new Uint8Array(65_536)) }, 'token'],
  ])('%s', async (_name, over, reason) => {
    await expect(ferogramBinary.encode!(await sessionWith(over), optionsOf('8'))).rejects.toMatchObject({
      code: 'format.not-writable',
      details: { reason: expect.stringContaining(reason) },
    })
  })

  test('data centres and their addresses', async () => {
    const session = await sessionWith()
    const many = { ...session, dataCenters: [...session.dataCenters, ...Array.from({ length: 255 }, () => other)] }
    const long = {
      ...session,
      dataCenters: [...session.dataCenters, { ...other, address: `${'a'.repeat(252)}`, port: 443 }],
    }
    for (const refused of [many, long]) {
      await expect(ferogramBinary.encode!(refused, optionsOf('8'))).rejects.toMatchObject({
        code: 'format.not-writable',
      })
    }
  })

  test('as many as there is room for', async () => {
    const written = await ferogramBinary.encode!(await sessionWith({ peers: users(65_535) }), optionsOf('8'))
    const { session } = await ferogramBinary.decode(written, none)
    expect((await collect(session.peers)).at(-1)?.id).toBe(65_535n)
  })

  test('what will be refused is said before', async () => {
    const facts = factsOf(await sessionWith({ peers: users(65_536) }), null)
    for (const format of [ferogramBinary, ferogramNative]) {
      const [variant] = format.variants
      expect(format.refuses!(facts, variant!)).toMatch(/^it holds 65,536 peers/)
      expect(format.refuses!(factsOf(await sessionWith(), null), variant!)).toBeNull()
    }
  })

  test.each(['1', '4'])('version %s is never written', async (variant) => {
    await expect(ferogramBinary.encode!(await sessionWith(), optionsOf(variant))).rejects.toMatchObject({
      code: 'format.not-writable',
    })
  })
})

describe('strings', () => {
  const compact = ferogramEntries.find(({ id }) => id === 'compact-v2-ipv4')!.string!
  const native = ferogramEntries.find(({ id }) => id === 'native-v8')!.string!

  test('the two kinds refuse each other', () => {
    expect(ferogramNative.detect(compact)).toBeNull()
    expect(ferogramString.detect(native)).toBeNull()
    expect(() => ferogramNative.decode(compact)).toThrowError(expect.objectContaining({ code: 'format.malformed' }))
  })

  test('native strings of versions 1 and 2 begin like compact ones', async () => {
    for (const name of ['v1-home1', 'v1-home2', 'v2-full']) {
      const text = encodeBase64Url(fixtureBytes(`ferogram/${name}.session`), false)
      const claims = await detectContent({ medium: 'text', text })
      expect(claims.map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
        ['ferogram.native', 'exact'],
      ])
    }
  })

  test('a long one is found in pasted text', async () => {
    const peers = Array.from({ length: 5_000 }, (_, index): Peer => {
      const none = { usernames: [], phone: null, name: null, updatedAt: null }
      return { ...none, kind: 'user', type: null, id: BigInt(index + 1), accessHash: 5n }
    })
    const session = await sessionWith({ peers: collectionOf(peers) })
    const text = await ferogramNative.encode!(session, optionsOf('8'))
    expect(splitText(`my session\n  ${text} \n`)).toMatchObject({
      candidates: [{ text, origin: 'line 2' }],
      ignored: 1,
    })
  })

  test('bytes behind a compact string are named', () => {
    const longer = encodeBase64Url(Buffer.concat([Buffer.from(compact, 'base64url'), Buffer.of(1, 2, 3)]), false)
    expect(ferogramString.detect(longer)?.certainty).toBe('plausible')
    expect(ferogramString.decode(longer).problems.map(({ code }) => code)).toEqual(['ferogram.trailing-bytes'])
  })

  test.each([0n, -5n])('user %i is none', (userId) => {
    const bytes = Buffer.from(compact, 'base64url')
    bytes.writeBigInt64BE(userId, 9)
    const { session, problems } = ferogramString.decode(encodeBase64Url(bytes, false))
    expect([session.account, problems.map(({ code }) => code)]).toEqual([null, ['ferogram.no-user-id']])
  })

  test('an IPv4 address within IPv6 stays one', async () => {
    const session = await sessionWith()
    const [home] = session.dataCenters
    const text = await ferogramString.encode!(
      { ...session, dataCenters: [{ ...home!, address: '::ffff:149.154.167.51' }] },
      optionsOf('V2'),
    )
    expect(text).toHaveLength(380)
    expect(ferogramString.decode(text).session.dataCenters[0]?.address).toBe('::ffff:149.154.167.51')
  })

  test('unused bits at the end must be zero, as the library wants it', () => {
    expect(ferogramString.detect(`${native.slice(0, -1)}`)).toBeNull()
    expect(() => ferogramNative.decode(`${compact}A`)).toThrowError(
      expect.objectContaining({ code: 'format.malformed' }),
    )
  })
})

describe('JSON', () => {
  const text = Buffer.from(fixtureBytes('ferogram/serde-0.6.5.json')).toString()
  const decode = (changed: string): ReturnType<typeof ferogramJson.decode> =>
    ferogramJson.decode(Buffer.from(changed), none)

  test.each([
    ['0.6.4', text.replaceAll(/,"is_community":(?:true|false)/g, '')],
    ['0.5.2', text.replaceAll(/,"is_community":(?:true|false)/g, '').replace(/,"future_auth_token":\[[^\]]*\]/, '')],
    [
      '0.3.0',
      text
        .replaceAll(/,"is_community":(?:true|false)/g, '')
        .replaceAll(/,"channel_kind":(?:null|"\w+")/g, '')
        .replace(/,"future_auth_token":\[[^\]]*\]/, ''),
    ],
  ])('the shape of %s', async (variant, older) => {
    expect(ferogramJson.detect(Buffer.from(older))).toMatchObject({ certainty: 'exact', variant })
    const { session, info } = await decode(older)
    expect(info.variant).toBe(variant)
    expect(session.peers.count).toBe(6)
  })

  test.each([
    ['a number too long', text.replace(/"access_hash":-?\d+/, '"access_hash":99999999999999999999'), 'access_hash'],
    ['a fraction', text.replace(/"pts":\d+/, '"pts":1.5'), 'pts'],
    ['a key of text', text.replace('"auth_key":null', '"auth_key":"abc"'), 'auth_key'],
    ['a byte that is none', text.replace('"auth_key":null', '"auth_key":[256]'), 'auth_key'],
    ['an unknown channel kind', text.replace('"channel_kind":null', '"channel_kind":"Forum"'), 'channel_kind'],
  ])('%s', async (_name, broken, member) => {
    await expect(decode(broken)).rejects.toMatchObject({
      code: 'format.malformed',
      details: { reason: expect.stringContaining(member) },
    })
  })

  test('a key of the wrong length', async () => {
    const { problems } = await decode(text.replace('"auth_key":null', '"auth_key":[1,2,3]'))
    expect(problems.map(({ code }) => code)).toEqual(['session.damaged-key'])
  })

  test('spaces and other members do no harm', async () => {
    const { session } = await decode(`\n ${text.replace('{', '{ "more": {"x": [1]},\n')}\n`)
    expect(homeOf(session)?.id).toBe(2)
  })
})

describe('SQLite', () => {
  /** The session of a fixture after `statements` have run on a copy. */
  async function changed<T>(
    name: string,
    statements: readonly string[],
    work: (session: Session, problems: string[]) => T,
  ): Promise<Awaited<T>> {
    const bytes = await sqliteBytes(
      async (tables) => {
        for (const statement of statements) await tables.run(statement)
      },
      fixtureBytes(`ferogram/${name}.db`),
    )
    return await withSessions(ferogramSqlite, { medium: 'tables', bytes }, none, async ([stored]) =>
      work(
        stored!.decoded.session,
        stored!.decoded.problems.map(({ code }) => code),
      ),
    )
  }

  test('an empty table “meta” means no session to the library', async () => {
    await changed('sqlite-0.6.5', ['DELETE FROM meta'], (session, problems) => {
      expect(problems).toEqual(['ferogram.no-home'])
      expect(session.dataCenters.some((dc) => dc.home)).toBe(false)
    })
    await changed('sqlite-0.6.5', ['DELETE FROM meta', 'DELETE FROM dcs'], (_session, problems) =>
      expect(problems).toEqual(['session.no-key']),
    )
  })

  test('columns added by a later release stand at the end', async () => {
    const statements = [
      'ALTER TABLE peers ADD COLUMN is_chat INTEGER NOT NULL DEFAULT 0',
      'ALTER TABLE peers ADD COLUMN channel_kind INTEGER',
      'ALTER TABLE peers ADD COLUMN is_community INTEGER NOT NULL DEFAULT 0',
      'UPDATE peers SET is_community = 1 WHERE id = (SELECT min(id) FROM peers)',
    ]
    await changed('sqlite-0.3.7', statements, async (session) => {
      expect((await collect(session.peers))[0]).toMatchObject({ kind: 'channel', type: 'community' })
    })
  })

  test('keys of a wrong length and rows of no data centre are named', async () => {
    const statements = [
      "UPDATE dcs SET auth_key = x'0102' WHERE dc_id = 1",
      "INSERT INTO dcs (dc_id, flags, addr) VALUES (3, 300, 'x:1')",
    ]
    await changed('sqlite-0.6.5', statements, (_session, problems) => {
      expect(problems).toContain('session.damaged-key')
      expect(problems).toContain('ferogram.odd-row')
    })
  })

  const query: PeerQuery = { search: '', kind: null, sort: 'id', direction: 'asc', offset: 0, limit: 100 }

  test.each(['sqlite-0.6.5', 'sqlite-0.5.2', 'sqlite-0.5.0', 'sqlite-0.3.7', 'libsql-local'])(
    'pages of the peers of %s',
    async (name) => {
      const tables = readSqliteBytes(fixtureBytes(`ferogram/${name}.db`))
      try {
        const all = await collect((await ferogramSqlite.list(tables))[0]!.decoded.session.peers)
        const page = (over: Partial<PeerQuery>): ReturnType<NonNullable<typeof ferogramSqlite.peers>> =>
          ferogramSqlite.peers!(tables, '', { ...query, ...over })
        expect((await page({})).peers).toEqual(all)
        for (const kind of ['user', 'chat', 'channel'] as const) {
          expect((await page({ kind })).peers).toEqual(all.filter((peer) => peer.kind === kind))
        }
        const [first, second] = [await page({ limit: 3 }), await page({ limit: 3, offset: 3 })]
        expect([...first.peers, ...second.peers]).toEqual(all.slice(0, 6))
        expect((await page({ direction: 'desc', limit: 2 })).peers).toEqual(all.toReversed().slice(0, 2))
        expect(await page({ kind: 'bot' })).toEqual({ peers: [], total: 0, more: false })
        expect((await page({ search: 'somebody' })).peers).toEqual([])
        const channel = all.find((peer) => peer.kind === 'channel')!
        expect((await page({ search: String(channel.id) })).peers).toEqual([channel])
        expect((await page({ search: `-${1_000_000_000_000n + channel.id}` })).peers).toEqual([channel])
        expect((await page({ search: `-${channel.id}` })).peers).toEqual([])
      } finally {
        tables.close()
      }
    },
  )

  test('what shares a key is merged, and said', async () => {
    const peer = (kind: Peer['kind'], id: bigint, accessHash: bigint): Peer => {
      return { kind, type: null, id, accessHash, usernames: [], phone: null, name: null, updatedAt: null }
    }
    const session = await sessionWith({
      peers: collectionOf([peer('chat', 5n, 0n), peer('user', 5n, 9n), peer('channel', 5n, 8n), peer('chat', 6n, 0n)]),
    })
    const [home] = session.dataCenters
    const dropped: unknown[] = []
    const bytes = await sqliteBytes((tables) =>
      ferogramSqlite.write!(
        tables,
        '',
        { ...session, dataCenters: [home!, { ...home!, address: '149.154.167.50', home: false }] },
        optionsOf('0.6.5', (field, count) => count > 0 && dropped.push([field, count])),
      ),
    )
    await withSessions(ferogramSqlite, { medium: 'tables', bytes }, none, async ([stored]) => {
      const { session: written } = stored!.decoded
      expect(written.dataCenters.map((dc) => dc.address)).toEqual(['149.154.167.51'])
      expect((await collect(written.peers)).map((one) => [one.kind, one.id, one.accessHash])).toEqual([
        ['user', 5n, 9n],
        ['chat', 6n, 0n],
      ])
    })
    expect(dropped).toEqual([
      ['other-data-centers', 1],
      ['peers', 2],
    ])
  })
})

describe('what the library has no entry for', () => {
  const base = { usernames: [], phone: null, name: null, updatedAt: null, type: null }
  const peers = collectionOf<Peer>([
    { ...base, kind: 'user', id: 1n, accessHash: 4n, isMin: true },
    { ...base, kind: 'channel', id: 2n, accessHash: 4n, isMin: true },
    { ...base, kind: 'chat', id: 3n, accessHash: 0n },
    { ...base, kind: 'channel', type: 'community', id: 4n, accessHash: 6n },
  ])

  test.each([
    ['8', ['channel 2 0', 'chat 3 0', 'community 4 6'], [['peers', 1]]],
    ['5', ['channel 2 0', 'chat 3 0', 'channel 4 6'], [['peers', 1]]],
    [
      '3',
      ['channel 2 0', 'channel 4 6'],
      [
        ['peers', 1],
        ['peers', 1],
      ],
    ],
  ])('version %s', async (variant, kept, told) => {
    const dropped: unknown[] = []
    const options = optionsOf(variant, (field, count) => dropped.push([field, count]))
    const bytes = await ferogramBinary.encode!(await sessionWith({ peers }), options)
    const { session } = await ferogramBinary.decode(bytes, none)
    const found = await collect(session.peers)
    expect(
      found.map((peer) => `${peer.type === 'community' ? 'community' : peer.kind} ${peer.id} ${peer.accessHash}`),
    ).toEqual(kept)
    expect(found.find(({ id }) => id === 2n)?.isMin).toBe(true)
    expect(dropped).toEqual(told)
  })
})
