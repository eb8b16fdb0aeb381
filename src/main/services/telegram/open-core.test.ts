import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { openTestLibrary, type TestLibrary } from '../../../../test/support/app/open-test-library.ts'
import type { AppEvent } from '../../../shared/contract/app.ts'
import type { LoginStatus } from '../../../shared/login-statuses.ts'
import type { LoginAccount } from '../../domain/login.ts'
import type { Secret } from '../../domain/secret.ts'
import { createKeyLocks, type KeyLocks } from '../../sources/key-locks.ts'
import type { Ref } from '../../sources/interfaces.ts'
import type { Gateway, GatewayAnswer, LoginAccess } from '../../telegram/gateway.ts'
import type { EventHub } from '../event-hub.ts'
import { createContacts } from './contacts.ts'
import { createTelegramCore } from './open-core.ts'
import { createRoutes } from './routes.ts'
import type { TelegramCore } from './telegram-core.ts'
import { addTelegramProxy, changeTelegramSettings } from './telegram-settings.ts'

const never = new AbortController().signal
const options = { includeInUse: true }
const ada: LoginAccount = { id: 777n, isBot: false, name: 'Ada', username: 'ada', phone: null }

let test: TestLibrary
let locks: KeyLocks
let telegram: TelegramCore
let contacts: string[][]
let ref: Ref
let key: Buffer

beforeEach(async () => {
  test = await openTestLibrary()
  const { library, root } = test
  contacts = []
  const hub = {
    publish: (event: AppEvent) => {
      if (event.type === 'network')
        contacts.push(event.contacts.map((one) => `${one.wayOut} ${one.address} ${one.count}`))
    },
  } as EventHub
  await changeTelegramSettings({ library, hub }, { apiId: 4711, apiHash: '00'.repeat(16) })
  const clock = { now: () => Date.now() }
  locks = createKeyLocks(join(root, 'data'), clock)
  telegram = createTelegramCore({
    library,
    gateway: {} as Gateway,
    routes: createRoutes(library),
    logins: library.logins,
    locks,
    contacts: createContacts(hub),
    clock,
  })
  key = randomBytes(256)
  mkdirSync(join(root, 'bots'))
  const bytes = Buffer.concat([Buffer.of(2, 149, 154, 167, 51, 1, 187), key])
  const text = `1${bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_')}`
  writeFileSync(join(root, 'bots', 'shop.txt'), text)
  const { id } = await library.add(join(root, 'bots'), null)
  await library.idle()
  ref = { sourceId: id, key: 'shop.txt' }
})
afterEach(async () => {
  locks.close()
  await test.close()
})

function answer<T>(status: LoginStatus, value: T | null = null, evidence = 'x'): GatewayAnswer<T> {
  return { status, value, evidence, waitSeconds: null, newDcId: null, maybeDone: false }
}

/** The secrets of a call, as they are after it. */
function secretsOf({ authKey, app, wayOut }: LoginAccess): Secret[] {
  const password = wayOut.kind === 'socks5' ? wayOut.password : null
  return [authKey, app.apiHash, ...(password ? [password] : [])]
}

it('hands over the key, the address and the app, shows the contact while it lasts, and wipes what it handed over', async () => {
  const { library } = test
  const proxy = { name: 'Office', kind: 'socks5', host: '::1', port: 1, user: 'me', secret: 'a password' } as const
  const hub = { publish: () => undefined } as unknown as EventHub
  const { proxies } = await addTelegramProxy({ library, hub }, proxy)
  await changeTelegramSettings({ library, hub }, { proxyId: proxies[0]?.id ?? null })
  let given: LoginAccess | null = null
  const asked = await telegram.withLogin(ref, options, never, async (_, login) => {
    given = login
    expect(Buffer.from(login.authKey.open()).equals(key)).toBe(true)
    expect(login.app.apiHash.openText()).toBe('00'.repeat(16))
    expect(login).toMatchObject({
      endpoint: { id: 2, host: '149.154.167.41', port: 443, test: false },
      app: { apiId: 4711 },
    })
    expect(contacts.at(-1)).toEqual(['Office 149.154.167.41:443 1'])
    return answer('alive', true)
  })
  expect(asked).toMatchObject({
    kind: 'answered',
    result: { status: 'alive', wayOut: 'Office', dcId: 2, account: null },
  })
  expect(contacts.at(-1)).toEqual([])
  const secrets = given === null ? [] : secretsOf(given)
  expect(secrets).toHaveLength(3)
  for (const secret of secrets) expect(secret.open().every((byte) => byte === 0)).toBe(true)
})

it('keeps what was said under the key, and the account through answers that name nobody', async () => {
  const told = await telegram.withLogin(ref, options, never, async () => answer('alive', ada), {
    accountOf: (value) => value,
  })
  const keyId = told.kind === 'answered' ? told.keyId : ''
  expect(test.library.logins.get(keyId)?.latest).toMatchObject({ status: 'alive', account: ada })
  await telegram.withLogin(ref, options, never, async () => answer('revoked'))
  expect(test.library.logins.get(keyId)?.latest).toMatchObject({ status: 'revoked', account: ada })
})

it('keeps what the caller reads out of an answer', async () => {
  const told = await telegram.withLogin(ref, options, never, async () => answer<true>('alive', true), {
    statusOf: ({ value, status }) => (value === true ? 'logged-out' : status),
  })
  expect(told).toMatchObject({ result: { status: 'logged-out' }, answer: { status: 'alive' } })
})

it('keeps nothing of a call that was stopped, but what came in before it was', async () => {
  const stop = new AbortController()
  const stopped = await telegram.withLogin(ref, options, stop.signal, async () => {
    stop.abort()
    return answer('network', null, 'stopped')
  })
  const keyId = stopped.kind === 'answered' ? stopped.keyId : ''
  expect(keyId).not.toBe('')
  expect(test.library.logins.get(keyId)).toBeNull()
  const late = new AbortController()
  await telegram.withLogin(ref, options, late.signal, async () => {
    late.abort()
    return answer('revoked')
  })
  expect(test.library.logins.get(keyId)?.latest.status).toBe('revoked')
})

it('lets go of the key and the contact also when a call breaks', async () => {
  let given: LoginAccess | null = null
  const broken = telegram.withLogin(ref, options, never, async (_, login) => {
    given = login
    throw new Error('broken')
  })
  await expect(broken).rejects.toThrow('broken')
  expect(contacts.at(-1)).toEqual([])
  const secrets = given === null ? [] : secretsOf(given)
  expect(secrets.every((secret) => secret.open().every((byte) => byte === 0))).toBe(true)
  expect(await telegram.withLogin(ref, options, never, async () => answer('alive'))).toMatchObject({ kind: 'answered' })
})

it('waits for whoever talks with the same key', async () => {
  const order: string[] = []
  const first = Promise.withResolvers<void>()
  const one = telegram.withLogin(ref, options, never, async () => {
    order.push('one starts')
    await first.promise
    order.push('one ends')
    return answer('alive')
  })
  const two = telegram.withLogin(ref, options, never, async () => {
    order.push('two starts')
    return answer('alive')
  })
  setTimeout(() => first.resolve(), 100)
  await Promise.all([one, two])
  expect(order.toSorted((a, b) => a.localeCompare(b))).toEqual(['one ends', 'one starts', 'two starts'])
  expect(order.indexOf('one ends') - order.indexOf('one starts')).toBe(1)
})

it('asks nobody without an API id, or for a session that is gone', async () => {
  const { library } = test
  const call = async () => {
    throw new Error('asked')
  }
  await expect(telegram.withLogin({ ...ref, key: 'gone.txt' }, options, never, call)).rejects.toMatchObject({
    code: 'session.not-found',
  })
  const hub = { publish: () => undefined } as unknown as EventHub
  await changeTelegramSettings({ library, hub }, { apiHash: null })
  await expect(telegram.withLogin(ref, options, never, call)).rejects.toMatchObject({ code: 'telegram.no-app' })
})
