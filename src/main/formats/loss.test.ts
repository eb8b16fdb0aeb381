import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../domain/secret.ts'
import { collectionOf, emptySession, fields, homeOf, type Session } from '../domain/session.ts'
import { fieldLabels } from './field-labels.ts'
import { fillSession, splitValues } from './fill.ts'
import type { FormatInfo } from './format.ts'
import { conversionReport, type ConversionReport, sumReports } from './loss.ts'
import { formatById, formats, variantById } from './registry.ts'
import { factsOf } from './session-facts.ts'

const telethon7: FormatInfo = { formatId: 'telethon.sqlite', variant: '7', library: 'telethon', formatVersion: 7 }

function session(of: Partial<Session> = {}): Session {
  const authKey = new Secret(randomBytes(256))
  const user = {
    kind: 'user' as const,
    type: null,
    accessHash: 1n,
    usernames: [],
    phone: null,
    name: null,
    updatedAt: null,
  }
  return {
    ...emptySession(),
    dataCenters: [{ id: 4, address: '149.154.167.91', port: 443, authKey, home: true }],
    test: false,
    account: { id: 77n, isBot: null, username: 'ada', phone: '49170' },
    updateState: { pts: 293_225, qts: 0, date: 1_700_000_000, seq: 12 },
    peers: collectionOf(Array.from({ length: 48_210 }, (_, index) => ({ ...user, id: BigInt(index + 1) }))),
    ...of,
  }
}

function report(
  of: Session,
  formatId: string,
  variantId: string,
  options: Record<string, string> = {},
  info: FormatInfo | null = telethon7,
): ConversionReport {
  const format = formatById(formatId)
  const target = { format, variant: variantById(format, variantId), options: new Map(Object.entries(options)) }
  return conversionReport(factsOf(of, info), target)
}

const names = (reports: readonly { field: string }[]): string[] => reports.map((one) => one.field)

test('every field has a label', () => {
  expect(Object.keys(fieldLabels).toSorted()).toEqual([...fields].toSorted())
})

describe('loss', () => {
  test('a string keeps the key and its place, and says what goes', () => {
    const { kept, lost, missing, blocked } = report(session(), 'telethon.string', '1')
    expect(names(kept)).toEqual(['dc', 'address', 'auth-key'])
    expect(lost).toEqual(
      expect.arrayContaining([
        {
          field: 'peers',
          label: 'Peers with their access hashes',
          count: 48_210,
          text: '48,210',
          phrase: '48,210 peers',
        },
        expect.objectContaining({ field: 'update-state', count: null, text: 'pts 293 225' }),
        expect.objectContaining({ field: 'user-id', count: null, text: '77', phrase: 'the user id' }),
      ]),
    )
    expect(names(lost)).not.toContain('test-mode')
    expect(missing).toEqual([])
    expect(blocked).toBeNull()
  })

  test('into its own shape nothing is lost', () => {
    const { lost, warnings } = report(session(), 'telethon.sqlite', '7')
    expect(lost).toEqual([])
    expect(warnings).toEqual([])
  })

  test('an address that its DC implies is no loss, another one is', () => {
    expect(names(report(session(), 'pyrogram.sqlite', '3').kept)).toContain('address')
    const elsewhere = session({ dataCenters: [{ ...homeOf(session())!, address: '10.0.0.1' }] })
    expect(names(report(elsewhere, 'pyrogram.sqlite', '3').lost)).toContain('address')
    expect(names(report(elsewhere, 'pyrogram.sqlite', 'K7').kept)).toContain('address')
  })

  test('a takeout id goes unless it is kept by name', () => {
    const exporting = session({ takeoutId: 5n })
    expect(names(report(exporting, 'telethon.sqlite', '7').lost)).toEqual(['takeout-id'])
    expect(report(exporting, 'telethon.sqlite', '7', { 'keep-takeout': 'true' }).lost).toEqual([])
    expect(names(report(exporting, 'telethon.sqlite', '4', { 'keep-takeout': 'true' }).lost)).toContain('takeout-id')
  })

  test('other data centres and their keys are told apart', () => {
    const home = homeOf(session())!
    const other = { ...home, id: 2, address: null, home: false }
    const { lost } = report(
      session({ dataCenters: [home, other, { ...other, id: 5, authKey: null }] }),
      'telethon.string',
      '1',
    )
    expect(lost.find((one) => one.field === 'other-data-centers')).toMatchObject({ count: 2 })
    expect(lost.find((one) => one.field === 'other-keys')).toMatchObject({ count: 1 })
  })

  test('a second address of the home data centre with the same key is an address, not a key', () => {
    const home = homeOf(session())!
    const ipv6 = { ...home, address: '2001:67c:4e8:f004::a', home: false, flags: 1 }
    const media = { ...ipv6, id: 2, authKey: new Secret(randomBytes(256)), salt: new Secret(Buffer.alloc(8)) }
    const salt = new Secret(Buffer.of(1, 2, 3, 4, 5, 6, 7, 8))
    const dataCenters = [{ ...home, salt }, { ...ipv6, salt }, media, { ...media, flags: 3 }]
    const { lost, lostText } = report(session({ dataCenters }), 'telethon.string', '1')
    const texts = new Map(lost.map((one) => [one.field, one.phrase]))
    expect(texts.get('other-data-centers')).toBe('3 other data centre addresses')
    expect(texts.get('other-keys')).toBe('1 data centre key')
    expect(texts.get('dc-flags')).toBe('flags of 3 data centre addresses')
    // A salt of zero is none, and a data centre has one.
    expect(texts.get('salts')).toBe('salts of 1 data centre')
    expect(lostText).toMatch(/^Flags of 3 data centre addresses, salts of 1 data centre, 48,210 peers, .* will be left/)
    expect(homeOf({ dataCenters: dataCenters.slice(0, 2).map((dc) => ({ ...dc, home: false })) })?.id).toBe(4)
  })

  test('reports what only some libraries keep', () => {
    const context = { peerKind: 'user', peerId: 1n, chatKind: null, chatId: 2n, messageId: 3 } as const
    const { lost } = report(
      session({
        account: { id: 77n, isBot: false, username: null, phone: null, extraUsernames: ['a', 'b'], isPremium: true },
        minContexts: collectionOf(Array.from({ length: 12 }, () => context)),
        futureAuthToken: new Secret(randomBytes(20)),
      }),
      'telethon.string',
      '1',
    )
    const phrases = lost.map((one) => one.phrase)
    expect(phrases).toEqual(
      expect.arrayContaining([
        '12 min contexts',
        '2 further usernames of the account',
        'whether the account has Premium',
        'the token for signing in again',
      ]),
    )
  })

  test('a session made for another server is refused either way, but for our own file', () => {
    const pylon = session({ server: 'mtpylon' })
    expect(report(pylon, 'telethon.string', '1').blocked).toMatchObject({
      code: 'session.other-server',
      details: { made: 'mtpylon' },
    })
    expect(report(pylon, 'deck.sqlite', formatById('deck.sqlite').defaultVariant).blocked).toBeNull()
    for (const format of formats.filter(({ server }) => server === 'mtpylon')) {
      expect(report(session(), format.id, format.defaultVariant).blocked).not.toBeNull()
      expect(report(pylon, format.id, format.defaultVariant).blocked).not.toMatchObject({
        code: 'session.other-server',
      })
    }
  })

  test('reports hold no key', () => {
    const of = session({ temporaryKey: new Secret(randomBytes(256)) })
    const hex = Buffer.from(homeOf(of)!.authKey!.open()).toString('hex')
    for (const format of formats) {
      for (const variant of format.variants) {
        const text = JSON.stringify(report(of, format.id, variant.id))
        expect(text).not.toContain(hex.slice(0, 16))
      }
    }
  })

  test('sums over several sessions', () => {
    const reports = [session(), session(), session({ updateState: null })].map(
      (of) => report(of, 'telethon.string', '1').lost,
    )
    const sums = new Map(sumReports(reports).map((one) => [one.field, one.text]))
    expect(sums.get('peers')).toBe('144,630')
    expect(sums.get('update-state')).toBe('in 2 sessions')
  })
})

describe('missing', () => {
  test('Pyrogram asks for what Telethon does not know', () => {
    expect(names(report(session(), 'pyrogram.string', 'S3').missing)).toEqual(['is-bot', 'api-id'])
    expect(names(report(session({ account: null }), 'pyrogram.string', 'S2').missing)).toEqual(['user-id', 'is-bot'])
    expect(names(report(session(), 'pyrogram.sqlite', '3').missing)).toEqual(['is-bot'])
    expect(report(session(), 'pyrogram.string', 'S3').missing.map((one) => one.kind)).toEqual(['flag', 'number'])
  })

  test('a DC or an address that nothing tells', () => {
    const home = homeOf(session())!
    const unknown = session({ dataCenters: [{ ...home, id: 0, address: null }] })
    expect(names(report(unknown, 'telethon.string', '1').missing)).toEqual(['dc'])
    const testFour = session({ dataCenters: [{ ...home, address: null }], test: true })
    expect(names(report(testFour, 'telethon.string', '1').missing)).toEqual(['address'])
    expect(names(report(testFour, 'pyrogram.string', 'S2').missing)).toEqual(['is-bot'])
  })

  test('without a key, or for an account that does not fit, nothing helps', () => {
    const home = homeOf(session())!
    const keyless = session({ dataCenters: [{ ...home, authKey: null }] })
    expect(report(keyless, 'telethon.string', '1').blocked?.code).toBe('session.no-key')
    expect(report(keyless, 'deck.sqlite', '2').blocked).toBeNull()
    const long = session({ account: { id: 2n ** 33n, isBot: false, username: null, phone: null } })
    expect(report(long, 'pyrogram.string', 'S1').blocked?.code).toBe('format.not-writable')
    expect(report(long, 'pyrogram.string', 'S2').blocked).toBeNull()
  })
})

describe('warnings', () => {
  const at = (address: string): Session => session({ dataCenters: [{ ...homeOf(session())!, address }] })
  test.each([
    [at('2001:67c:4e8:f004::a'), 'telethon.sqlite', {}, ['export.ipv4-written']],
    [at('2001:67c:4e8:f004::a'), 'telethon.sqlite', { ipv6: 'true' }, ['export.ipv6-written']],
    [at('2001:67c:4e8:f004::a'), 'telethon.string', {}, []],
    [at('149.154.167.51'), 'telethon.sqlite', {}, ['export.address-replaced']],
    [session(), 'telethon.sqlite', { ipv6: 'true' }, ['export.ipv6-written']],
    [session(), 'telethon.sqlite', {}, []],
  ])('%#', (of, formatId, options, expected) => {
    const { warnings } = report(of, formatId, formatById(formatId).defaultVariant, options as Record<string, string>)
    expect(warnings.map((one) => one.code)).toEqual(expected)
  })
})

describe('fill', () => {
  const fill = (values: Record<string, string>, of: Session = session()): Session =>
    fillSession(of, splitValues(values, formatById('telethon.sqlite')).fields)

  test('puts values in their places', () => {
    const filled = fill({
      'api-id': '6',
      'is-bot': 'yes',
      dc: '2',
      address: '[2001:67c::a]',
      port: '80',
      'test-mode': 'no',
    })
    expect(filled).toMatchObject({ apiId: 6, test: false, account: { id: 77n, isBot: true, username: 'ada' } })
    expect(homeOf(filled)).toMatchObject({ id: 2, address: '2001:67c::a', port: 80, home: true })
    expect(homeOf(filled)!.authKey).not.toBeNull()
  })

  test('another user id is another account', () => {
    expect(fill({ 'user-id': '78' }).account).toEqual({ id: 78n, isBot: null, username: null, phone: null })
    expect(fill({ 'user-id': '78', 'is-bot': 'no' }, session({ account: null })).account).toMatchObject({
      id: 78n,
      isBot: false,
    })
  })

  test('nothing given changes nothing', () => {
    const of = session()
    expect(fill({ 'api-id': '  ' }, of)).toEqual(of)
  })

  test('values for the format are told from those for the session', () => {
    const { fields: filled, options } = splitValues({ ipv6: 'Yes', 'api-id': '6' }, formatById('telethon.sqlite'))
    expect([...filled]).toEqual([['api-id', '6']])
    expect([...options]).toEqual([['ipv6', 'true']])
  })

  test.each([
    ['api-id', 'abc'],
    ['api-id', '0'],
    ['api-id', '2147483648'],
    ['user-id', '-5'],
    ['user-id', '9223372036854775808'],
    ['is-bot', 'perhaps'],
    ['dc', '6'],
    ['dc', '203'],
    ['address', 'telegram.org'],
    ['port', '0'],
    ['port', '65536'],
    ['test-mode', '2'],
    ['ipv6', 'maybe'],
    ['colour', 'red'],
  ])('%s=%s is refused by name', (name, value) => {
    expect(() => fill({ [name]: value })).toThrowError(
      expect.objectContaining({ code: 'request.invalid', details: expect.objectContaining({ field: name }) }),
    )
  })

  test('a port alone needs a data centre', () => {
    expect(() => fill({ port: '443' }, session({ dataCenters: [] }))).toThrowError(
      expect.objectContaining({ details: expect.objectContaining({ field: 'dc' }) }),
    )
  })
})

test('a user id that is written only with the mark of a bot is lost without it', () => {
  const unknown = report(session(), 'mtcute.sqlite', formatById('mtcute.sqlite').defaultVariant)
  expect(names(unknown.lost)).toContain('user-id')
  const known = session({ account: { id: 77n, isBot: true, username: null, phone: null } })
  expect(names(report(known, 'mtcute.sqlite', formatById('mtcute.sqlite').defaultVariant).kept)).toContain('user-id')
})

test('of a Session Deck file only the parts its peers have are told', () => {
  const deck: FormatInfo = { formatId: 'deck.sqlite', variant: '2', library: 'session-deck', formatVersion: 2 }
  const of = session({ peerParts: ['peer-names', 'peer-objects'] })
  const told = report(of, 'telethon.string', '1', {}, deck)
  expect(names(told.lost).filter((field) => field.startsWith('peer-'))).toEqual(['peer-names', 'peer-objects'])
  // An older file does not say: then everything it can hold is told.
  const older = report(session(), 'telethon.string', '1', {}, deck)
  expect(names(older.lost)).toContain('peer-min-marks')
})
