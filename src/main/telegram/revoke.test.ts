import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalNetwork, localNetwork, unstopped } from '../../../test/support/local-telegram.ts'
import { isFreshReset } from './classify.ts'
import { createLocalGateway } from './local-gateway.ts'

let network: LocalNetwork
const gateway = createLocalGateway({ version: '1.2.3' })
const impatient = createLocalGateway({ version: '1.2.3', budgetMs: 2_500 })

beforeEach(async () => {
  network = await localNetwork()
})
afterEach(() => network.telegram.close())

describe('logging out', () => {
  test('ends this login and leaves its twin, once', async () => {
    const [login, twin] = [network.login(), network.login()]
    expect(await gateway.logOut(login, unstopped)).toMatchObject({ status: 'alive', value: true, maybeDone: false })
    expect(network.telegram.stateOf(login.keyId)).toBe('unregistered')
    expect(await gateway.check(twin, unstopped)).toMatchObject({ status: 'alive' })
    expect(await gateway.logOut(login, unstopped)).toMatchObject({
      status: 'logged-out',
      evidence: '401 AUTH_KEY_UNREGISTERED',
      value: null,
    })
    const methods = network.telegram.calls.map(({ method }) => method)
    expect(methods).toEqual(['auth.logOut', 'users.getUsers', 'auth.logOut'])
    expect(network.telegram.stats).toMatchObject({ connections: 3, handshakes: 0 })
  })

  test('works for a bot', async () => {
    const login = network.login({ accountId: 43 })
    expect(await gateway.logOut(login, unstopped)).toMatchObject({ status: 'alive', value: true })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'logged-out' })
  })

  test('drops the token for a later login', async () => {
    const token = Buffer.from('future-auth-token-of-the-server')
    network.telegram.knobs.futureAuthToken = token
    const answer = await gateway.logOut(network.login(), unstopped)
    expect(answer.value).toBe(true)
    expect(JSON.stringify(answer)).not.toContain(token.toString())
    expect(JSON.stringify(answer)).not.toContain(token.toString('base64'))
  })

  test('whose answer is lost may have been done, and a check tells', async () => {
    const login = network.login()
    network.telegram.script({ method: 'auth.logOut' }, 'do-then-drop')
    expect(await impatient.logOut(login, unstopped)).toMatchObject({ status: 'network', value: null, maybeDone: true })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'logged-out' })
  })

  test('cut off before it was done is done after all', async () => {
    const login = network.login()
    network.telegram.script({ method: 'auth.logOut' }, 'drop')
    expect(await gateway.logOut(login, unstopped)).toMatchObject({ status: 'alive', value: true })
    expect(network.telegram.stateOf(login.keyId)).toBe('unregistered')
  })

  test('without an answer, or with one that says nothing, is in doubt', async () => {
    const login = network.login()
    // It asks again after a while.
    network.telegram.script({ method: 'auth.logOut' }, 'hang', 'hang', 'hang', 'hang')
    expect(await impatient.logOut(login, unstopped)).toMatchObject({ status: 'network', maybeDone: true })
    const another = network.login()
    network.telegram.script({ keyId: another.keyId }, { error: { code: 500, text: 'RPC_CALL_FAIL' } })
    expect(await gateway.logOut(another, unstopped)).toMatchObject({ status: 'server-error', maybeDone: true })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
  })
})

describe('devices', () => {
  test('lists the logins of the account, the asking one marked', async () => {
    const [login, other] = [network.login(), network.login({ createdAt: 1_700_000_000 })]
    network.login({ accountId: 43 })
    // It shows under the name of whoever used it last.
    await gateway.check(other, unstopped)
    const answer = await gateway.devices(login, unstopped)
    expect(answer.status).toBe('alive')
    expect(answer.value?.ttlDays).toBeGreaterThan(0)
    expect(answer.value?.devices).toHaveLength(2)
    expect(answer.value?.devices).toContainEqual(expect.objectContaining({ hash: 0n, current: true }))
    expect(answer.value?.devices).toContainEqual(
      expect.objectContaining({
        hash: other.hash,
        current: false,
        createdAt: 1_700_000_000,
        deviceModel: 'Session Deck',
        appVersion: '1.2.3',
        apiId: 17,
        officialApp: false,
        passwordPending: false,
      }),
    )
  })

  test('are not for bots', async () => {
    const login = network.login({ accountId: 43 })
    expect(await gateway.devices(login, unstopped)).toMatchObject({
      status: 'unknown',
      evidence: '400 BOT_METHOD_INVALID',
      value: null,
    })
  })

  test('one of them can be ended', async () => {
    const [login, other, third] = [network.login(), network.login(), network.login()]
    expect(await gateway.endDevice(login, other.hash, unstopped)).toMatchObject({ status: 'alive', value: true })
    expect(await gateway.check(other, unstopped)).toMatchObject({ status: 'revoked' })
    expect(await gateway.check(third, unstopped)).toMatchObject({ status: 'alive' })
    expect(await gateway.endDevice(login, other.hash, unstopped)).toMatchObject({
      status: 'unknown',
      evidence: '400 HASH_INVALID',
    })
  })

  test('all others can be ended', async () => {
    const [login, other, third] = [network.login(), network.login(), network.login()]
    expect(await gateway.endOtherDevices(login, unstopped)).toMatchObject({ status: 'alive', value: true })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
    for (const ended of [other, third]) {
      expect(await gateway.check(ended, unstopped)).toMatchObject({ status: 'revoked' })
    }
  })

  test('a login younger than a day ends none, and the answer tells why', async () => {
    const fresh = network.login({ createdAt: Math.floor(Date.now() / 1000) - 60 })
    const other = network.login()
    for (const answer of [
      await gateway.endDevice(fresh, other.hash, unstopped),
      await gateway.endOtherDevices(fresh, unstopped),
    ]) {
      expect(answer).toMatchObject({ status: 'unknown', value: null })
      expect(isFreshReset(answer.evidence)).toBe(true)
    }
    expect(await gateway.check(other, unstopped)).toMatchObject({ status: 'alive' })
  })
})
