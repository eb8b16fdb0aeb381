import { expect, test } from 'vitest'
import type { Source } from '../../../shared/contract/sources.ts'
import type { TelegramSettings } from '../../../shared/contract/telegram.ts'
import { nextCenter, overridesOf, serverKeysOf, typedCenters } from './data-center-form.ts'
import { NEW_PROXY, proxyOf } from './proxy-form.ts'
import { ownWays, usersOf } from './way-out.ts'

test('a proxy needs a host and a port, an MTProxy its secret; unnamed ones go by their address', () => {
  expect(proxyOf(NEW_PROXY)).toBeNull()
  expect(proxyOf({ ...NEW_PROXY, host: 'home', port: '70000' })).toBeNull()
  expect(proxyOf({ ...NEW_PROXY, host: ' home ', port: '1080', user: 'me' })).toEqual({
    kind: 'socks5',
    name: 'home:1080',
    host: 'home',
    port: 1080,
    user: 'me',
    secret: null,
  })
  const mtproxy = { ...NEW_PROXY, kind: 'mtproxy', host: 'home', port: '443', user: 'typed before' } as const
  expect(proxyOf(mtproxy)).toBeNull()
  expect(proxyOf({ ...mtproxy, secret: 'ab' })).toMatchObject({ user: '', secret: 'ab' })
})

test('addresses are lines with a data centre of their own; empty lines are none', () => {
  const lines = typedCenters([{ dcId: 2, host: '127.0.0.1', port: 4000 }])
  expect(overridesOf(lines)).toEqual([{ dcId: 2, host: '127.0.0.1', port: 4000 }])
  const more = [...lines, nextCenter(lines)]
  expect(more[1]).toMatchObject({ dcId: '1', host: '127.0.0.1' })
  expect(new Set(more.map(({ id }) => id)).size).toBe(2)
  expect(overridesOf(more.map((line) => ({ ...line, dcId: '2' })))).toBeNull()
  expect(overridesOf(lines.map((line) => ({ ...line, port: '0' })))).toBeNull()
  expect(overridesOf(typedCenters([]))).toEqual([])
})

test('server keys are taken apart, and anything else is noticed', () => {
  const pem = '-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----\n'
  expect(serverKeysOf(' ')).toEqual([])
  expect(serverKeysOf(`${pem}\n${pem}`)).toEqual([pem, pem])
  expect(serverKeysOf(`${pem}nonsense`)).toBeNull()
})

test('a proxy stays as long as something goes through it; sources that are gone do not count', () => {
  const sources = [{ id: 'a', name: 'bots' }] as Source[]
  const settings = { proxyId: null, sourceProxies: { a: 'p', gone: 'q' } } as unknown as TelegramSettings
  expect(usersOf('p', settings, sources)).toEqual(['bots'])
  expect(usersOf('q', settings, sources)).toEqual([])
  expect(usersOf('p', { ...settings, proxyId: 'p' }, sources)).toEqual(['all sources', 'bots'])
  expect(ownWays({ ...settings, sourceProxies: { a: null } }, sources)).toMatchObject([{ proxyId: null }])
})
