import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalNetwork, localNetwork, unstopped } from '../../../test/support/local-telegram.ts'
import type { LoginState } from '../../../test/support/telegram-server/start.ts'
import type { LoginStatus } from '../../shared/login-statuses.ts'
import { isFinalStatus } from '../../shared/login-statuses.ts'
import { Secret } from '../domain/secret.ts'
import { createLocalGateway } from './local-gateway.ts'

let network: LocalNetwork
const gateway = createLocalGateway({ version: '1.2.3' })
/** For what gets no answer. */
const impatient = createLocalGateway({ version: '1.2.3', budgetMs: 700 })

beforeEach(async () => {
  network = await localNetwork({ dcIds: [2, 4] })
})
afterEach(() => network.telegram.close())

const methods = (): string[] => network.telegram.calls.map(({ method }) => method)

describe('a living login', () => {
  test('takes one connection and one question, and no key is made', async () => {
    const login = network.login()
    expect(await gateway.check(login, unstopped)).toEqual({
      status: 'alive',
      evidence: 'answered users.getUsers',
      value: { id: 42n, isBot: false, name: 'Ada Lovelace', username: 'ada', phone: '15550042' },
      waitSeconds: null,
      newDcId: null,
      maybeDone: false,
    })
    expect(methods()).toEqual(['users.getUsers'])
    expect(network.telegram.stats).toMatchObject({ connections: 1, handshakes: 0, unknownKeys: 0, badPackets: 0 })
    expect([...network.telegram.stats.framings.keys()]).toEqual(['intermediate'])
    await expect.poll(() => network.telegram.stats.open).toBe(0)
  })

  test("sees our own name and nobody else's", async () => {
    await gateway.check(network.login(), unstopped)
    expect(network.telegram.calls[0]?.init).toMatchObject({
      apiId: 17,
      deviceModel: 'Session Deck',
      appVersion: '1.2.3',
      langPack: '',
    })
  })

  test('of a bot is one of a bot', async () => {
    const login = network.login({ accountId: 43 })
    expect(await gateway.check(login, unstopped)).toMatchObject({ value: { id: 43n, isBot: true, phone: null } })
  })

  test('is asked at the data centre that it belongs to', async () => {
    expect(await gateway.check(network.login({ dcId: 4 }), unstopped)).toMatchObject({ status: 'alive' })
    expect(network.telegram.calls.map(({ dcId }) => dcId)).toEqual([4])
  })

  test.each(['gzip', 'container'] as const)('may be answered in a %s', async (form) => {
    network.telegram.script({}, form)
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'alive', value: { id: 42n } })
  })

  test('leaves the key as it was', async () => {
    const login = network.login()
    const before = Buffer.from(login.authKey.open())
    await gateway.check(login, unstopped)
    expect(before.equals(login.authKey.open())).toBe(true)
  })
})

describe('a login that is no longer one', () => {
  test.each<[LoginState, LoginStatus, string]>([
    ['unregistered', 'logged-out', '401 AUTH_KEY_UNREGISTERED'],
    ['revoked', 'revoked', '401 SESSION_REVOKED'],
    ['expired', 'expired', '401 SESSION_EXPIRED'],
    ['duplicated', 'duplicated', '406 AUTH_KEY_DUPLICATED'],
    ['deactivated', 'account-deleted', '401 USER_DEACTIVATED'],
    ['banned', 'account-banned', '401 USER_DEACTIVATED_BAN'],
    ['key-invalid', 'key-invalid', '401 AUTH_KEY_INVALID'],
    ['temporary', 'temporary-key', '401 AUTH_KEY_PERM_EMPTY'],
    ['password-pending', 'password-pending', '401 SESSION_PASSWORD_NEEDED'],
    ['frozen', 'frozen', '420 FROZEN_METHOD_INVALID'],
  ])('%s is %s', async (state, status, evidence) => {
    expect(await gateway.check(network.login({ state }), unstopped)).toMatchObject({
      status,
      evidence,
      value: null,
      maybeDone: false,
    })
    expect(methods()).toEqual(['users.getUsers'])
    expect(network.telegram.stats).toMatchObject({ connections: 1, handshakes: 0 })
  })

  test('forgotten is told by the second 404, over a second connection', async () => {
    const login = network.login({ state: 'forgotten' })
    const before = Buffer.from(login.authKey.open())
    expect(await gateway.check(login, unstopped)).toMatchObject({
      status: 'key-unknown',
      evidence: 'transport error 404, twice',
      maybeDone: false,
    })
    expect(network.telegram.stats).toMatchObject({ connections: 2, handshakes: 0 })
    expect(before.equals(login.authKey.open())).toBe(true)
  })

  test('an unknown key is not replaced by a new one', async () => {
    network.telegram.knobs.allowHandshake = true
    const login = network.stranger()
    const before = Buffer.from(login.authKey.open())
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'key-unknown' })
    expect(network.telegram.stats).toMatchObject({ connections: 2, handshakes: 0 })
    expect(before.equals(login.authKey.open())).toBe(true)
  })

  test('one 404 alone means nothing', async () => {
    const login = network.login()
    network.telegram.script({ keyId: login.keyId }, { transportError: 404 })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
    expect(network.telegram.stats).toMatchObject({ connections: 2, handshakes: 0 })
  })
})

describe('an answer about something else', () => {
  const scripted = (code: number, text: string) => network.telegram.script({}, { error: { code, text } })

  test('a wait is told, not slept on', async () => {
    scripted(420, 'FLOOD_WAIT_37')
    expect(await impatient.check(network.login(), unstopped)).toMatchObject({ status: 'rate-limited', waitSeconds: 37 })
    expect(methods()).toEqual(['users.getUsers'])
  })

  test('a wait for those who do not pay, too', async () => {
    scripted(420, 'FLOOD_PREMIUM_WAIT_9')
    expect(await impatient.check(network.login(), unstopped)).toMatchObject({ status: 'rate-limited', waitSeconds: 9 })
  })

  test('too many connections', async () => {
    network.telegram.script({}, { transportError: 429 })
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({
      status: 'rate-limited',
      evidence: 'transport error 429',
      waitSeconds: null,
    })
    expect(network.telegram.stats.connections).toBe(1)
  })

  test('a redirection is not followed', async () => {
    scripted(303, 'USER_MIGRATE_4')
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'wrong-dc', newDcId: 4 })
    await wait(50)
    expect(network.telegram.calls).toMatchObject([{ method: 'users.getUsers', dcId: 2 }])
    expect(network.telegram.stats).toMatchObject({ connections: 1, handshakes: 0 })
  })

  test('a data centre that is none', async () => {
    network.telegram.script({}, { transportError: 444 })
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'wrong-dc', newDcId: null })
  })

  test.each([
    [400, 'API_ID_INVALID', 'app-rejected'],
    [406, 'UPDATE_APP_TO_LOGIN', 'app-outdated'],
    [500, 'RPC_CALL_FAIL', 'server-error'],
    [-503, 'Timeout', 'server-error'],
    [400, 'SOMETHING_NEW', 'unknown'],
  ])('%i %s is %s, and asked once', async (code, text, status) => {
    scripted(code, text)
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status, evidence: `${code} ${text}` })
    expect(methods()).toEqual(['users.getUsers'])
  })

  test('an empty list of users', async () => {
    network.telegram.script({}, { answerBytes: Buffer.from('15c4b51c00000000', 'hex') })
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'unknown', value: null })
  })
})

describe('a bad line', () => {
  test('cut once', async () => {
    network.telegram.script({}, 'drop')
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'alive' })
  })

  test('cut again and again', async () => {
    network.telegram.script({}, 'drop', 'drop', 'drop', 'drop', 'drop', 'drop', 'drop', 'drop')
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({
      status: 'network',
      evidence: 'the connection was cut 4 times',
      maybeDone: true,
    })
    expect(network.telegram.stats).toMatchObject({ connections: 4, handshakes: 0 })
  })

  test('no answer', async () => {
    network.telegram.script({}, 'hang')
    expect(await impatient.check(network.login(), unstopped)).toMatchObject({
      status: 'network',
      evidence: 'no answer in 0.7 s',
      maybeDone: true,
    })
    await expect.poll(() => network.telegram.stats.open).toBe(0)
  })

  test('nobody there', async () => {
    const login = network.login()
    const elsewhere = await localNetwork()
    const { port } = elsewhere.endpoint()
    await elsewhere.telegram.close()
    const answer = await gateway.check({ ...login, endpoint: { ...login.endpoint, port } }, unstopped)
    expect(answer).toMatchObject({
      status: 'network',
      evidence: `connection refused by 127.0.0.1:${port}`,
      maybeDone: false,
    })
  })

  test('stopped while it waits, and before it began', async () => {
    const controller = new AbortController()
    network.telegram.script({}, 'hang')
    const answer = gateway.check(network.login(), controller.signal)
    await expect.poll(methods).toEqual(['users.getUsers'])
    controller.abort()
    expect(await answer).toMatchObject({ status: 'network', evidence: 'stopped', maybeDone: true })
    expect(await gateway.check(network.login(), controller.signal)).toMatchObject({
      evidence: 'stopped',
      maybeDone: false,
    })
    expect(network.telegram.stats.connections).toBe(1)
    await expect.poll(() => network.telegram.stats.open).toBe(0)
  })
})

describe('an odd server', () => {
  test.each([3_600, -3_600])('whose clock is %i s off', async (offset) => {
    network.telegram.knobs.clockOffsetSeconds = offset
    expect(await gateway.check(network.login(), unstopped)).toMatchObject({ status: 'alive' })
    expect(network.telegram.stats.handshakes).toBe(0)
  })

  test('that wants three connections with temporary keys', async () => {
    network.telegram.knobs.tmpSessions = 3
    network.telegram.knobs.allowHandshake = true
    const login = network.login()
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
    expect(await gateway.devices(login, unstopped)).toMatchObject({ status: 'alive' })
    expect(network.telegram.stats).toMatchObject({ connections: 2, mostOpen: 1, handshakes: 0 })
  })
})

test('a second call with a key finds the first connection closed', async () => {
  network.telegram.knobs.strictSingle = true
  const login = network.login()
  for (let round = 0; round < 5; round += 1) {
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
  }
  expect(network.telegram.stats.mostOpen).toBe(1)
})

test('one key over two connections at once is killed: the local server means it', async () => {
  network.telegram.knobs.strictSingle = true
  const login = network.login()
  network.telegram.script({}, { delayMs: 100 }, { delayMs: 100 })
  const answers = await Promise.all([gateway.check(login, unstopped), gateway.check(login, unstopped)])
  expect(answers.map(({ status }) => status)).toContain('duplicated')
  expect(isFinalStatus('duplicated')).toBe(true)
})

test.each([
  ['of 255 bytes', new Uint8Array(255).fill(7)],
  ['of zeros', new Uint8Array(256)],
])('a key %s is refused before anything is contacted', async (_name, bytes) => {
  const login = { ...network.stranger(), authKey: new Secret(bytes) }
  await expect(gateway.check(login, unstopped)).rejects.toThrow('256 bytes')
  expect(network.telegram.stats.connections).toBe(0)
})
