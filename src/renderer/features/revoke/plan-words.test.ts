import { expect, test } from 'vitest'
import type { RevokeItem } from '../../../shared/contract/telegram.ts'
import { breaks, kindOf, remarks, summaryOf, whoOf } from './plan-words.ts'

const item = (key: string, change: Partial<RevokeItem> = {}): RevokeItem => ({
  ref: { sourceId: 's', key },
  name: key,
  account: { id: '42', isBot: true, username: 'shop_bot', phone: null },
  keyId: key,
  fingerprint: null,
  copies: [],
  inUseBy: [],
  refused: null,
  known: null,
  ...change,
})

const copyOf = (key: string) => ({ ref: { sourceId: 's', key }, name: key, sourceName: 'bots' })

test('logins are counted by key, and copies once: not those that were chosen as well', () => {
  const items = [
    item('a', { keyId: 'k', copies: [copyOf('b'), copyOf('c')] }),
    item('b', { keyId: 'k', copies: [copyOf('a'), copyOf('c')] }),
    item('d'),
  ]
  expect(summaryOf(items, false)).toEqual({ ready: 3, logins: 2, ended: 0, inUse: 0, refused: 0, copies: 1 })
})

test('what is in use waits for the person, what is refused stays refused', () => {
  const items = [item('a'), item('b', { inUseBy: ['python3'] }), item('c', { refused: 'No.', inUseBy: ['python3'] })]
  expect(summaryOf(items, false)).toMatchObject({ ready: 1, inUse: 1, refused: 1 })
  expect(summaryOf(items, true)).toMatchObject({ ready: 2, inUse: 1, refused: 1 })
})

test('what has ended is no login any more, unless it may come back', () => {
  const knownAs = (status: string) =>
    ({ latest: { status, account: null }, final: null }) as unknown as RevokeItem['known']
  const items = [item('a', { known: knownAs('revoked') }), item('b', { known: knownAs('account-banned') }), item('c')]
  expect(summaryOf(items, false)).toMatchObject({ ready: 3, logins: 2, ended: 1 })
  expect(items.map(remarks)).toEqual(['Ended from another device', '', ''])
  expect(items.map(breaks)[0]).toMatch(/^Nothing more: it has ended already/)
})

test('says whose login it is, as far as it is known', () => {
  expect(whoOf(item('a'))).toBe('@shop_bot')
  expect(kindOf(item('a'))).toBe('bot · 42')
  const nameless = { id: '42', isBot: null, username: null, phone: null }
  expect([whoOf(item('a', { account: nameless })), kindOf(item('a', { account: nameless }))]).toEqual(['42', ''])
  expect(whoOf(item('a\u202e', { account: null }))).toBe('“a[U+202E]”')
})

test('what Telegram said of the account counts more than what the session says', () => {
  const account = { id: '7', isBot: false, username: 'ada', phone: null, name: 'Ada' }
  const latest = { account } as NonNullable<RevokeItem['known']>['latest']
  const known = { latest, final: null }
  expect(whoOf(item('a', { known }))).toBe('@ada')
  expect(breaks(item('a', { known }))).toMatch(/^Whatever/)
})

test('names the programs that will fail', () => {
  expect(breaks(item('a', { inUseBy: ['python3'] }))).toBe('python3 uses it now and will fail.')
  expect(breaks(item('a'))).toMatch(/^A bot/)
  expect(breaks(item('a', { account: null }))).toMatch(/^Whatever/)
  expect(remarks(item('a', { inUseBy: ['node'], copies: [copyOf('b')] }))).toBe('in use by node · 1 other copy')
  expect(remarks(item('a', { inUseBy: ['node'], refused: 'Locked.' }))).toBe('Locked.')
})
