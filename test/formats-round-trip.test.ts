import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSqliteBytes, sqliteBytes } from '../src/main/backends/sqlite.ts'
import { toHex } from '../src/main/bytes/hex.ts'
import { isAppError } from '../src/main/domain/errors.ts'
import { markedId, type Peer } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, type Field, homeOf, type Session } from '../src/main/domain/session.ts'
import { detectTables, detectText } from '../src/main/formats/detect.ts'
import { fillSession } from '../src/main/formats/fill.ts'
import type { Decoded, EncodeOptions, Format, TextFormat, Variant } from '../src/main/formats/format.ts'
import { formats, tablesFormats, textFormats } from '../src/main/formats/registry.ts'
import { randomSession } from './support/formats/random-session.ts'

const runs = process.env['SLOW'] === undefined ? 25 : 500

function optionsOf(variant: Variant): EncodeOptions {
  return { variant: variant.id, options: new Map([['keep-takeout', 'true']]), nowSeconds: 1_700_000_000 }
}

/** Writes a session in a variant and reads it back. */
async function through(format: Format, variant: Variant, session: Session): Promise<Written> {
  if (format.medium === 'text') {
    const text = format.encode!(session, optionsOf(variant))
    expect(detectText(text).map((claim) => [claim.format.id, claim.detection.certainty])).toEqual([
      [format.id, 'exact'],
    ])
    return plain(format.decode(text))
  }
  if (format.medium === 'file') throw new Error('no such format yet')
  const bytes = await sqliteBytes((tables) => format.write!(tables, 'key', session, optionsOf(variant)))
  const tables = readSqliteBytes(bytes)
  try {
    expect(detectTables(await tables.schema()).map((claim) => claim.format.id)).toEqual([format.id])
    const stored = await format.list(tables)
    expect(stored).toHaveLength(1)
    return await plain(stored[0]!.decoded)
  } finally {
    tables.close()
  }
}

interface Written {
  readonly decoded: Decoded
  readonly fields: Readonly<Partial<Record<Field, unknown>>>
}

async function plain(decoded: Decoded): Promise<Written> {
  return { decoded, fields: await fieldsOf(decoded.session) }
}

/** Every field of a session as a value that can be compared. */
async function fieldsOf(session: Session): Promise<Record<Field, unknown>> {
  const home = homeOf(session)
  const peers = (await collect(session.peers)).toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1))
  const states = (await collect(session.channelStates)).toSorted((a, b) => (a.channelId < b.channelId ? -1 : 1))
  const files = (await collect(session.sentFiles)).toSorted((a, b) => (toHex(a.md5) < toHex(b.md5) ? -1 : 1))
  const each = (pick: (peer: Peer) => unknown): unknown[] => peers.map((peer) => [sortKey(peer), pick(peer)])
  return {
    dc: home?.id,
    address: [home?.address, home?.port],
    'test-mode': session.test,
    'auth-key': home?.authKey && toHex(home.authKey.open()),
    'temporary-key': session.temporaryKey,
    'user-id': session.account?.id,
    'is-bot': session.account?.isBot,
    'account-username': session.account?.username,
    'account-phone': session.account?.phone,
    'api-id': session.apiId,
    'update-state': session.updateState && [session.updateState.pts, session.updateState.date],
    'update-state-qts-seq': session.updateState && [session.updateState.qts, session.updateState.seq],
    'channel-states': states.map((state) => [state.channelId, state.pts]),
    'channel-state-dates': states.map((state) => [state.date, state.seq, state.qts]),
    peers: each((peer) => peer.accessHash),
    'peer-types': each((peer) => peer.type),
    'peer-names': each((peer) => peer.name),
    'peer-usernames': each((peer) => peer.usernames[0] ?? null),
    'peer-extra-usernames': each((peer) => peer.usernames),
    'peer-phones': each((peer) => peer.phone),
    'peer-dates': each((peer) => peer.updatedAt),
    'sent-files': files.map((file) => ({ ...file, md5: toHex(file.md5) })),
    'takeout-id': session.takeoutId,
    'saved-at': session.savedAt,
    'other-data-centers': session.dataCenters.filter((dc) => dc !== home).map((dc) => [dc.id, dc.address]),
    'other-keys': session.dataCenters.filter((dc) => dc !== home).map((dc) => dc.authKey && toHex(dc.authKey.open())),
  }
}

function sortKey(peer: Peer): string {
  return `${peer.kind} ${peer.id}`
}

/** A type the source does not know, or that the library cannot read, is written as the nearest word. */
function expectedType(peer: Peer, variant: Variant): string {
  const type = peer.type ?? (peer.kind === 'chat' ? 'group' : peer.kind)
  if (['K7', 'W8', '1'].includes(variant.id) && variant.id !== '1') return type
  if (variant.library === 'session-deck') return type
  return type === 'forum' || type === 'community' ? 'supergroup' : type === 'direct' ? 'channel' : type
}

const writable = formats.flatMap((format) =>
  format.variants
    .filter((variant) => variant.writable)
    .map((variant) => [format.id, variant.id, format, variant] as const),
)

describe('reading inverts writing over everything a variant carries', () => {
  test.each(writable)('%s %s', async (_formatId, _variantId, format, variant) => {
    await fc.assert(
      fc.asyncProperty(randomSession, async (drawn) => {
        // Four bytes hold no more.
        const session = variant.id === 'S1' ? withShortUserId(drawn) : drawn
        const written = await through(format, variant, session)
        const before = await fieldsOf(session)
        for (const field of variant.carries) {
          if (field === 'peer-types' && variant.library !== 'session-deck') {
            const types = (await collect(session.peers)).map((peer) => [sortKey(peer), expectedType(peer, variant)])
            expect(written.fields[field]).toEqual(types.toSorted((a, b) => (a[0]! < b[0]! ? -1 : 1)))
          } else expect(written.fields[field], field).toEqual(before[field])
        }
        expect(written.decoded.info).toMatchObject({
          formatId: format.id,
          variant: variant.id,
          library: variant.library,
        })
        expect(written.decoded.session.peers.count).toBe(variant.carries.has('peers') ? session.peers.count : 0)
        expect(written.decoded.problems).toEqual(expectedProblems(format, variant, session))
      }),
      { numRuns: runs },
    )
  })

  /** The only thing wrong with a file of ours is what the person asked for. */
  function withShortUserId(session: Session): Session {
    return { ...session, account: { ...session.account!, id: session.account!.id % 2n ** 32n || 1n } }
  }
})

/** What is true of every session in that shape, and said of it: not a fault of the writer. */
function expectedProblems(format: Format, variant: Variant, session: Session): unknown[] {
  if (format.id !== 'telethon.sqlite') return []
  const codes = [
    ...(variant.id === '1' ? ['telethon.version-1'] : []),
    ...(variant.id === '8' && session.takeoutId !== null ? ['telethon.takeout-blocks'] : []),
  ]
  return codes.map((code) => expect.objectContaining({ code }))
}

describe('what a variant requires', () => {
  test.each(writable)('%s %s refuses a session that lacks it', async (_formatId, _variantId, format, variant) => {
    const [session] = fc.sample(randomSession, 1) as [Session]
    const without: Partial<Record<Field, Session>> = {
      'auth-key': { ...session, dataCenters: [{ ...session.dataCenters[0]!, authKey: null }] },
      dc: { ...session, dataCenters: [{ ...session.dataCenters[0]!, id: 0 }] },
      // No address is published for test DC 4.
      address: { ...session, test: true, dataCenters: [{ ...session.dataCenters[0]!, id: 4, address: null }] },
      'user-id': { ...session, account: null },
      'is-bot': { ...session, account: { ...session.account!, isBot: null } },
      'api-id': { ...session, apiId: null },
    }
    for (const field of variant.requires) {
      const error = await through(format, variant, without[field]!).then(
        () => null,
        (caught: unknown) => caught,
      )
      expect(isAppError(error) && [error.code, (error.details as { field?: string }).field]).toEqual(
        field === 'auth-key' ? ['session.no-key', undefined] : ['format.missing-field', field],
      )
    }
  })

  test.each(writable)('%s %s needs nothing it does not name', async (_formatId, _variantId, format, variant) => {
    const [drawn] = fc.sample(randomSession, 1) as [Session]
    const bare = fillSession(
      {
        ...drawn,
        test: null,
        account: null,
        apiId: null,
        updateState: null,
        savedAt: null,
        takeoutId: null,
        dataCenters: [{ id: 2, address: null, port: null, authKey: new Secret(randomBytes(256)), home: true }],
      },
      new Map(
        variant.requires.flatMap((field) =>
          field === 'user-id'
            ? [['user-id', '77']]
            : field === 'is-bot'
              ? [['is-bot', 'no']]
              : field === 'api-id'
                ? [['api-id', '6']]
                : [],
        ) as [never, string][],
      ),
    )
    const { decoded } = await through(format, variant, bare)
    expect(homeOf(decoded.session)).toMatchObject({ id: 2, home: true })
    expect(decoded.problems).toEqual(expectedProblems(format, variant, bare))
  })
})

describe('damaged strings', () => {
  const samples = textFormats.flatMap((format) =>
    format.variants.map((variant) => {
      const [session] = fc.sample(randomSession, 1) as [Session]
      const short = { ...session, account: { ...session.account!, id: 7n } }
      return [format.id, variant.id, format, format.encode!(short, optionsOf(variant))] as const
    }),
  )

  /** Every format answers with a session or with a code of ours. */
  function decodeAnywhere(text: string): void {
    for (const format of textFormats) {
      let claimed: ReturnType<TextFormat['detect']> = null
      expect(() => (claimed = format.detect(text))).not.toThrow()
      try {
        const { session } = format.decode(text)
        expect(session.dataCenters).toHaveLength(1)
      } catch (error) {
        expect(isAppError(error) ? error.code : error).toMatch(/^format\./)
        expect(claimed).toBeNull()
        if (text.length >= 20)
          expect(JSON.stringify(isAppError(error) && error.details)).not.toContain(text.slice(0, 20))
      }
    }
  }

  test.each(samples)('every truncation of %s %s', (_formatId, variantId, format, text) => {
    for (let length = 0; length < text.length; length += 1) {
      const cut = text.slice(0, length)
      decodeAnywhere(cut)
      // Only padding can be missing without anything being lost.
      if (/^=+$/.test(text.slice(length))) continue
      const claim = format.detect(cut)
      if (claim === null) expect(() => format.decode(cut)).toThrowError(expect.objectContaining({ name: 'AppError' }))
      // An older layout can be just as long; then nothing is sure. S1 has too few marks to tell.
      else if (claim.variant !== 'S1')
        expect([claim.certainty, claim.variant === variantId]).toEqual(['plausible', false])
    }
  })

  test.each(samples)('random changes of %s %s', (_formatId, _variantId, _format, text) => {
    const change = fc.record({
      at: fc.nat({ max: text.length - 1 }),
      to: fc.string({ maxLength: 3 }),
      drop: fc.nat({ max: 4 }),
    })
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let changed = text
        for (const { at, to, drop } of changes) changed = changed.slice(0, at) + to + changed.slice(at + drop)
        decodeAnywhere(changed)
      }),
      { numRuns: runs * 8 },
    )
  })

  test('any text at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ maxLength: 500 }), fc.base64String({ minLength: 340, maxLength: 440 })),
        decodeAnywhere,
      ),
      { numRuns: runs * 8 },
    )
  })
})

describe('through other formats and back', () => {
  test.each(writable)('deck file keeps what came from %s %s', async (_formatId, _variantId, format, variant) => {
    const deck = tablesFormats.find((one) => one.id === 'deck.sqlite')!
    const [drawn] = fc.sample(randomSession, 1) as [Session]
    const session = { ...drawn, account: { ...drawn.account!, id: 7n } }
    const first = await through(format, variant, session)
    if (format.medium !== 'text') return
    const second = await through(deck, deck.variants[0]!, first.decoded.session)
    expect(second.fields).toEqual(first.fields)
  })

  test('marked ids are kept apart by kind', async () => {
    const [session] = fc.sample(randomSession, 1) as [Session]
    const telethon = tablesFormats.find((one) => one.id === 'telethon.sqlite')!
    const { decoded } = await through(telethon, telethon.variants.find((one) => one.id === '7')!, session)
    expect(decoded.session.peers.count).toBe(
      new Set((await collect(session.peers)).map((peer) => markedId(peer.kind, peer.id))).size,
    )
  })
})
