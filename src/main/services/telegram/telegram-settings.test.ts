import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestLibrary, type TestLibrary } from '../../../../test/support/app/open-test-library.ts'
import { leaksOf, textOf } from '../../../../test/support/canary/leak-search.ts'
import type { AppEvent } from '../../../shared/contract/app.ts'
import type { NewProxy } from '../../../shared/contract/telegram.ts'
import type { EventHub } from '../event-hub.ts'
import { createRoutes } from './routes.ts'
import {
  addTelegramProxy,
  changeTelegramSettings,
  readTelegramSettings,
  removeTelegramProxy,
} from './telegram-settings.ts'

let test: TestLibrary
let events: AppEvent['type'][]
let parts: { library: TestLibrary['library']; hub: EventHub }
const apiHash = randomBytes(16).toString('hex')

beforeEach(async () => {
  test = await openTestLibrary()
  events = []
  const hub = { publish: ({ type }: AppEvent) => void events.push(type) } as EventHub
  parts = { library: test.library, hub }
})
afterEach(() => test.close())

const office: NewProxy = {
  name: 'Office',
  kind: 'socks5',
  host: 'proxy.example',
  port: 1080,
  user: 'me',
  secret: randomBytes(12).toString('hex'),
}

const audited = (): string[] =>
  test.library.audit.list({ ref: null, keyId: null, offset: 0, limit: 10 }).entries.map(({ text }) => text)

it('ships no API id: nobody is asked without one of the person', () => {
  expect(readTelegramSettings(parts)).toMatchObject({ apiId: null, hasApiHash: false, proxies: [], explained: false })
  expect(() => createRoutes(test.library).app()).toThrow('telegram.no-app')
})

it('keeps the hash sealed, opens it for a call, and says that it is there', async () => {
  const told = await changeTelegramSettings(parts, { apiId: 4711, apiHash: apiHash.toUpperCase() })
  expect(told).toMatchObject({ apiId: 4711, hasApiHash: true })
  const app = createRoutes(test.library).app()
  expect([app.apiId, app.apiHash.openText()]).toEqual([4711, apiHash])
  const secret = Buffer.from(apiHash, 'hex')
  const kept = textOf([told, test.library.settings.get('telegram'), audited(), test.logged])
  expect(leaksOf(secret, kept)).toEqual([])
  expect(leaksOf(Buffer.from(apiHash), kept)).toEqual([])
  expect(audited()).toEqual(['Changed the Telegram settings: the API id, the API hash'])
  expect(events).toEqual(['telegram-settings'])
})

it('cannot open it while locked', async () => {
  await changeTelegramSettings(parts, { apiId: 4711, apiHash })
  const routes = createRoutes(test.library)
  const before = routes.app().apiHash
  // A copy: whoever wipes theirs takes nothing from the next.
  before.open().fill(0)
  expect(routes.app().apiHash.openText()).toBe(apiHash)
  test.library.protection.lock()
  expect(() => routes.app()).toThrow('protection.locked')
})

it('forgets the hash with the API id that it belongs to, and nothing else changes what is not named', async () => {
  await changeTelegramSettings(parts, { apiId: 4711, apiHash, testNetwork: true })
  expect(await changeTelegramSettings(parts, { explained: true, apiId: undefined })).toMatchObject({
    apiId: 4711,
    hasApiHash: true,
    testNetwork: true,
    explained: true,
  })
  expect(await changeTelegramSettings(parts, { apiId: 4711 })).toMatchObject({ hasApiHash: true })
  expect(await changeTelegramSettings(parts, { apiId: 4712 })).toMatchObject({ apiId: 4712, hasApiHash: false })
  await changeTelegramSettings(parts, { apiId: 4713, apiHash })
  expect(await changeTelegramSettings(parts, { apiHash: null })).toMatchObject({ apiId: 4713, hasApiHash: false })
})

it('goes out through the proxy of a source, else the one for all, else directly', async () => {
  const { proxies } = await addTelegramProxy(parts, office)
  const [first] = proxies
  const { proxies: both } = await addTelegramProxy(parts, { ...office, name: 'Home', kind: 'http', secret: null })
  const second = both[1]
  if (!first || !second) throw new Error('no proxies')
  const routes = createRoutes(test.library)
  expect(routes.wayOut('vault')).toEqual({ kind: 'direct' })
  await changeTelegramSettings(parts, { proxyId: first.id, sourceProxies: { vault: second.id, memory: null } })
  expect(routes.wayOut('other')).toMatchObject({ kind: 'socks5', name: 'Office', host: 'proxy.example', port: 1080 })
  const opened = routes.wayOut(null)
  expect(opened.kind === 'socks5' && opened.password?.openText()).toBe(office.secret)
  expect(routes.wayOut('vault')).toMatchObject({ kind: 'http', name: 'Home', password: null })
  expect(['other', 'vault', 'memory'].map((id) => routes.wayOutName(id))).toEqual(['Office', 'Home', 'direct'])
  expect(first).toEqual({
    id: first.id,
    name: 'Office',
    kind: 'socks5',
    host: 'proxy.example',
    port: 1080,
    user: 'me',
    hasSecret: true,
  })
  const kept = textOf([proxies, test.library.settings.get('telegram'), audited()])
  expect(leaksOf(Buffer.from(office.secret ?? ''), kept)).toEqual([])
})

it('keeps a proxy that something goes through: without it, that would go out directly', async () => {
  const [proxy] = (await addTelegramProxy(parts, office)).proxies
  const id = proxy?.id ?? ''
  await changeTelegramSettings(parts, { proxyId: id })
  expect(() => removeTelegramProxy(parts, id)).toThrow('request.invalid')
  await changeTelegramSettings(parts, { proxyId: null, sourceProxies: { vault: id } })
  expect(() => removeTelegramProxy(parts, id)).toThrow('request.invalid')
  // Of a source that is no longer there.
  await changeTelegramSettings(parts, { sourceProxies: { gone: id } })
  expect(removeTelegramProxy(parts, id)).toMatchObject({ proxies: [], sourceProxies: {} })
  expect(audited()[0]).toBe('Removed the proxy “Office”')
})

it('never goes around a proxy that got lost', async () => {
  await changeTelegramSettings(parts, { apiId: 4711, apiHash })
  const kept = test.library.settings.get('telegram') as object
  test.library.settings.set('telegram', { ...kept, proxyId: 'lost' })
  expect(() => createRoutes(test.library).wayOut('vault')).toThrow('telegram.unreachable')
})

it.each([
  ['no host', { host: 'proxy example' }],
  ['an address', { host: 'http://proxy' }],
  ['no name', { name: '  ' }],
  ['the name of no proxy', { name: 'Direct' }],
  ['an MTProxy without its secret', { kind: 'mtproxy', secret: null }],
  ['an MTProxy with a short one', { kind: 'mtproxy', secret: 'abcdef' }],
] as const)('refuses a proxy with %s', async (_, change) => {
  await expect(addTelegramProxy(parts, { ...office, ...change })).rejects.toMatchObject({ code: 'request.invalid' })
})

it('refuses two proxies of one name', async () => {
  await addTelegramProxy(parts, office)
  await expect(addTelegramProxy(parts, office)).rejects.toMatchObject({ details: { field: 'name' } })
})

it.each([
  ['an unknown proxy', { proxyId: 'none' }, 'proxyId'],
  ['an unknown proxy of a source', { sourceProxies: { vault: 'none' } }, 'proxyId'],
  ['a host name', { dcOverrides: [{ dcId: 2, host: 'localhost', port: 443 }] }, 'dcOverrides'],
  ['one data centre twice', { dcOverrides: [2, 2].map((dcId) => ({ dcId, host: '::1', port: 443 })) }, 'dcOverrides'],
  [
    'what is no key',
    { serverKeys: ['-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----'] },
    'serverKeys',
  ],
] as const)('refuses %s, and keeps what was there', async (_, change, field) => {
  const wrong = { ...change, testNetwork: true } as Parameters<typeof changeTelegramSettings>[1]
  await expect(changeTelegramSettings(parts, wrong)).rejects.toMatchObject({
    code: 'request.invalid',
    details: { field },
  })
  expect(readTelegramSettings(parts).testNetwork).toBe(false)
})

it('calls Telegram by its own addresses, or a server of the person by theirs alone', async () => {
  const routes = createRoutes(test.library)
  expect(routes.endpoint(2, false)).toEqual({ id: 2, host: '149.154.167.41', port: 443, test: false })
  expect([...routes.endpoints(false).keys()]).toEqual([1, 2, 3, 4, 5])
  expect([...routes.endpoints(true).keys()]).toEqual([1, 2, 3])
  expect([routes.endpoint(4, true), routes.endpoint(203, false)]).toEqual([null, null])
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'pkcs1', format: 'pem' })
  await changeTelegramSettings(parts, {
    dcOverrides: [{ dcId: 2, host: '::1', port: 8443 }],
    serverKeys: [String(pem)],
  })
  expect(routes.endpoint(2, true)).toEqual({ id: 2, host: '::1', port: 8443, test: true })
  expect(routes.endpoint(1, false)).toBeNull()
  expect([...routes.endpoints(false).keys()]).toEqual([2])
  expect(routes.publicKeys()).toEqual([pem])
})

it('takes settings that nobody understands for none', () => {
  test.library.settings.set('telegram', { apiId: 'four', proxies: 7 })
  expect(readTelegramSettings(parts)).toMatchObject({ apiId: null, proxies: [] })
})
