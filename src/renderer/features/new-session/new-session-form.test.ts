import { expect, test } from 'vitest'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { VAULT } from '../../lib/destination.ts'
import {
  contactedBy,
  dcChoices,
  isPlaced,
  newSessionForm,
  phoneOf,
  phoneProblem,
  requestOf,
} from './new-session-form.ts'

const settings: TelegramSettings = {
  apiId: 1,
  hasApiHash: true,
  moreApiIds: [],
  proxies: [{ id: 'p', name: 'Home', kind: 'socks5', host: 'h', port: 1, user: '', hasSecret: false }],
  proxyId: null,
  sourceProxies: { bots: 'p' },
  testNetwork: false,
  dcOverrides: [],
  serverKeys: [],
  explained: true,
}
const target = { formatId: 'telethon.sqlite', variant: '7' }

test('a phone number is taken as people write it', () => {
  expect(phoneOf(' +351 912-345.678 ')).toBe('+351912345678')
  expect(phoneOf('(1) 555 0042')).toBe('+15550042')
  expect(phoneOf('12345')).toBeNull()
  expect(phoneProblem('+351 912')).toBeNull()
  expect(phoneProblem('+351 912', false)).toMatch(/at least 7/)
  expect(phoneProblem('', false)).toBeNull()
  expect(phoneProblem('call me')).toMatch(/digits/)
  expect(phoneProblem('1'.repeat(16))).toMatch(/15/)
})

test('the vault and memory need no format, a folder needs both', () => {
  expect(isPlaced({ destination: VAULT, target: null })).toBe(true)
  expect(isPlaced({ destination: { kind: 'folder', path: '~/bots' }, target: null })).toBe(false)
  expect(isPlaced({ destination: { kind: 'folder', path: ' ' }, target })).toBe(false)
  expect(isPlaced({ destination: { kind: 'folder', path: '~/bots' }, target })).toBe(true)
  expect(isPlaced({ destination: { kind: 'source', sourceId: 'redis' }, target: null })).toBe(false)
})

test('a format chosen for another place is not sent to the vault', () => {
  const form = { ...newSessionForm('qr'), placement: { destination: VAULT, target } }
  expect(requestOf(form, settings)).toEqual({ destination: VAULT, target: null, values: {}, dcId: 2, test: false })
  const folder = { ...form, placement: { destination: { kind: 'folder' as const, path: ' ~/bots ' }, target } }
  expect(requestOf(folder, settings)).toMatchObject({ destination: { kind: 'folder', path: '~/bots' }, target })
})

test('the network is that of the settings until another is chosen', () => {
  const form = newSessionForm('qr')
  expect(requestOf(form, { ...settings, testNetwork: true }).test).toBe(true)
  expect(requestOf({ ...form, test: false }, { ...settings, testNetwork: true }).test).toBe(false)
  expect(dcChoices(true)).toHaveLength(3)
  expect(dcChoices(false)).toHaveLength(5)
})

test('who is contacted: the way out is that of the place', () => {
  const form = newSessionForm('qr')
  expect(contactedBy(form, settings)).toBe('DC 2, directly')
  expect(contactedBy({ ...form, test: true }, { ...settings, proxyId: 'p' })).toBe(
    'DC 2 of the test network, through Home',
  )
  const bots = { ...form, placement: { destination: { kind: 'source' as const, sourceId: 'bots' }, target } }
  expect(contactedBy(bots, settings)).toBe('DC 2, through Home')
  // A source with a way of its own, which is none.
  expect(contactedBy(bots, { ...settings, proxyId: 'p', sourceProxies: { bots: null } })).toBe('DC 2, directly')
})
