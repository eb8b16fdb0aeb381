import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../src/main/domain/errors.ts'
import { markedId } from '../src/main/domain/peer.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { collect, type Field, homeOf, type Session } from '../src/main/domain/session.ts'
import { type FillName, fillSession } from '../src/main/formats/fill.ts'
import { canWrite, type Decoded, type EncodeOptions, type Format, type Variant } from '../src/main/formats/format.ts'
import { formats, tablesFormats } from '../src/main/formats/registry.ts'
import { familyOf } from './support/formats/families.ts'
import { fieldValues } from './support/formats/field-values.ts'
import { detectContent, unlockWith, withSessions, writeContent } from './support/formats/media.ts'
import { randomSession } from './support/formats/random-session.ts'

const runs = process.env['SLOW'] === undefined ? 25 : 500

function optionsOf(format: Format, variant: Variant): EncodeOptions {
  const options = familyOf(format.id)?.writeOptions ?? new Map<string, string>()
  return { variant: variant.id, options, nowSeconds: 1_700_000_000 }
}

interface Written {
  readonly decoded: Decoded
  readonly fields: Readonly<Record<Field, unknown>>
}

/** Writes a session in a variant, lets every format look at it, and reads it back. */
async function through(format: Format, variant: Variant, session: Session): Promise<Written> {
  const content = await writeContent(format, session, optionsOf(format, variant))
  const claims = await detectContent(content)
  expect(claims.filter(({ detection }) => detection.certainty === 'exact').map((claim) => claim.format.id)).toEqual(
    claims[0]?.detection.certainty === 'exact' ? [format.id] : [],
  )
  expect(claims.map((claim) => claim.format.id)).toContain(format.id)
  return withSessions(format, content, unlockWith(familyOf(format.id)?.passcode), async (stored) => {
    expect(stored).toHaveLength(1)
    const { decoded } = stored[0]!
    return { decoded, fields: await fieldValues(decoded.session) }
  })
}

const writable = formats.flatMap((format) =>
  format.variants
    .filter((variant) => variant.writable && canWrite(format))
    .map((variant) => [format.id, variant.id, format, variant] as const),
)

/** A drawn session as the variant can hold it. */
function fitted(session: Session, variant: Variant, format: Format): Session {
  return familyOf(format.id)?.asWritable?.(session, variant, format.id) ?? session
}

/** What is true of every session in that shape, and said of it: not a fault of the writer. */
function expectedProblems(format: Format, variant: Variant, session: Session): unknown[] {
  const codes = familyOf(format.id)?.expectedProblems?.(session, variant, format.id) ?? []
  return codes.map((code) => expect.objectContaining({ code }))
}

describe('reading inverts writing over everything a variant carries', () => {
  test.each(writable)('%s %s', async (_formatId, _variantId, format, variant) => {
    await fc.assert(
      fc.asyncProperty(randomSession, async (drawn) => {
        const session = fitted(drawn, variant, format)
        const written = await through(format, variant, session)
        const kept = (await familyOf(format.id)?.asKept?.(session, variant, format.id)) ?? session
        const expected = await fieldValues(kept)
        for (const field of variant.carries) expect(written.fields[field], field).toEqual(expected[field])
        expect(written.decoded.info).toMatchObject({
          formatId: format.id,
          variant: variant.id,
          library: variant.library,
        })
        expect(written.decoded.session.peers.count).toBe(variant.carries.has('peers') ? kept.peers.count : 0)
        expect(written.decoded.problems).toEqual(expectedProblems(format, variant, session))
      }),
      { numRuns: runs },
    )
  })
})

describe('what a variant requires', () => {
  test.each(writable)('%s %s refuses a session that lacks it', async (_formatId, _variantId, format, variant) => {
    const [drawn] = fc.sample(randomSession, 1) as [Session]
    const session = { ...drawn, dataCenters: [drawn.dataCenters[0]!] }
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

  /** What a person would type for a field that is asked for. */
  const answers: Partial<Record<Field, readonly [FillName, string]>> = {
    'user-id': ['user-id', '77'],
    'is-bot': ['is-bot', 'no'],
    'api-id': ['api-id', '6'],
  }

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
      new Map(variant.requires.flatMap((field) => (answers[field] === undefined ? [] : [answers[field]]))),
    )
    const session = fitted(bare, variant, format)
    const { decoded } = await through(format, variant, session)
    // A server of one's own has no data centres.
    expect(homeOf(decoded.session)).toMatchObject({ id: variant.carries.has('dc') ? 2 : 0 })
    expect(decoded.problems).toEqual(expectedProblems(format, variant, session))
  })
})

describe('through other formats and back', () => {
  test.each(writable)('deck file keeps what came from %s %s', async (_formatId, _variantId, format, variant) => {
    const deck = tablesFormats.find((one) => one.id === 'deck.sqlite')!
    const [drawn] = fc.sample(randomSession, 1) as [Session]
    const content = await writeContent(format, fitted(drawn, variant, format), optionsOf(format, variant))
    await withSessions(format, content, unlockWith(familyOf(format.id)?.passcode), async (stored) => {
      const { session } = stored[0]!.decoded
      const first = await fieldValues(session)
      expect((await through(deck, deck.variants[0]!, session)).fields).toEqual(first)
    })
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
