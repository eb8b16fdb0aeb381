import { randomBytes } from 'node:crypto'
import { Long, type tl } from '@mtcute/core'
import { HttpProxyTcpTransport, MtProxyTcpTransport, SocksProxyTcpTransport } from '@mtcute/node'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { clientWith, refusalOf } from './support/telegram-client.ts'
import { type Forwarder, startHttpForwarder, startSocksForwarder } from './support/telegram-server/forwarders.ts'
import {
  type LocalTelegram,
  type LoginHandle,
  type LoginState,
  type NewLogin,
  startTelegram,
  type TelegramOptions,
} from './support/telegram-server/start.ts'

const ADA = { id: 1001, isBot: false, firstName: 'Ada', lastName: 'L', username: 'ada', phone: '+999 66 21234' }
const ROBO = { id: 5001, isBot: true, firstName: 'Robo' }

const getUsers: tl.users.RawGetUsersRequest = { _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }
const getAuthorizations: tl.account.RawGetAuthorizationsRequest = { _: 'account.getAuthorizations' }
const logOut: tl.auth.RawLogOutRequest = { _: 'auth.logOut' }

async function started(options: TelegramOptions = {}): Promise<LocalTelegram> {
  const telegram = await startTelegram(options)
  onTestFinished(() => telegram.close())
  telegram.addAccount(ADA)
  telegram.addAccount(ROBO)
  return telegram
}

function loggedIn(
  telegram: LocalTelegram,
  accountId = ADA.id,
  login: Partial<NewLogin> = {},
): LoginHandle & { readonly authKey: Uint8Array } {
  const authKey = randomBytes(256)
  return { authKey, ...telegram.addLogin({ authKey, accountId, ...login }) }
}

const secondsAgo = (seconds: number): number => Math.floor(Date.now() / 1000) - seconds

describe('a call', () => {
  test('is answered over one connection, after one wrong salt', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    expect(keyId).toBe(keyIdOf(new Secret(authKey)))
    const client = await clientWith(telegram, authKey)
    const [user] = await client.call(getUsers)
    expect(user).toMatchObject({
      id: 1001,
      self: true,
      bot: false,
      firstName: 'Ada',
      lastName: 'L',
      phone: '9996621234',
    })
    const [call, ...more] = telegram.calls
    expect(call).toMatchObject({ keyId, method: 'users.getUsers', layer: 227, dcId: 2, connection: 1 })
    expect(call!.init).toMatchObject({ apiId: 1, deviceModel: 'Desk', appVersion: '3.1' })
    expect(more).toEqual([])
    expect(telegram.stats).toMatchObject({ connections: 1, open: 1, mostOpen: 1, handshakes: 0, wrongSalts: 1 })
    await client.destroy()
    await expect.poll(() => telegram.stats.open).toBe(0)
    expect(telegram.problems).toEqual([])
  })

  test.each<[LoginState, string]>([
    ['ok', 'no refusal'],
    ['unregistered', '401 AUTH_KEY_UNREGISTERED'],
    ['revoked', '401 SESSION_REVOKED'],
    ['expired', '401 SESSION_EXPIRED'],
    ['duplicated', '406 AUTH_KEY_DUPLICATED'],
    ['deactivated', '401 USER_DEACTIVATED'],
    ['banned', '401 USER_DEACTIVATED_BAN'],
    ['frozen', '420 FROZEN_METHOD_INVALID'],
    ['key-invalid', '401 AUTH_KEY_INVALID'],
    ['password-pending', '401 SESSION_PASSWORD_NEEDED'],
  ])('by a login that is %s: %s', async (state, refusal) => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram, ADA.id, { state })
    const client = await clientWith(telegram, authKey)
    expect(await refusalOf(client.call(getUsers))).toBe(refusal)
    telegram.setState(keyId, 'ok')
    expect(await client.call(getUsers)).toHaveLength(1)
  })

  test('is refused by a name that nobody has', async () => {
    const telegram = await started()
    const client = await clientWith(telegram, loggedIn(telegram).authKey)
    const stranger: tl.RawInputUser = { _: 'inputUser', userId: 77, accessHash: Long.ONE }
    expect(await refusalOf(client.call({ _: 'users.getUsers', id: [stranger] }))).toBe('400 USER_ID_INVALID')
    expect(await refusalOf(client.call({ _: 'messages.getAllDrafts' }))).toBe('400 METHOD_INVALID')
    expect(await client.call({ _: 'users.getFullUser', id: { _: 'inputUserSelf' } })).toMatchObject({
      users: [{ id: 1001 }],
    })
  })

  test.each([3600, -3600])('with the server’s clock %s seconds ahead', async (clockOffsetSeconds) => {
    const telegram = await started({ clockOffsetSeconds })
    const client = await clientWith(telegram, loggedIn(telegram).authKey)
    expect(await client.call(getUsers)).toHaveLength(1)
  })

  test('the configuration leads to loopback alone', async () => {
    const telegram = await started({ dcIds: [2, 4], tmpSessions: 3, testMode: true })
    const client = await clientWith(telegram, loggedIn(telegram, ADA.id, { dcId: 4 }).authKey, { dcId: 4 })
    const config = await client.call({ _: 'help.getConfig' })
    expect(config).toMatchObject({ thisDc: 4, tmpSessions: 3, testMode: true })
    const places = config.dcOptions.map(({ id, ipAddress, port }) => [id, { host: ipAddress, port }])
    expect(new Map(places as [number, { host: string; port: number }][])).toEqual(telegram.endpoints)
    telegram.knobs.tmpSessions = null
    expect((await client.call({ _: 'help.getConfig' })).tmpSessions).toBeUndefined()
  })

  test('over two connections with one key kills it, where that is minded', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    const [first, second] = [await clientWith(telegram, authKey), await clientWith(telegram, authKey)]
    await first.call(getUsers)
    await second.call(getUsers)
    telegram.knobs.strictSingle = true
    expect(await refusalOf(second.call(getUsers))).toBe('406 AUTH_KEY_DUPLICATED')
    await second.destroy()
    expect(await refusalOf(first.call(getUsers))).toBe('406 AUTH_KEY_DUPLICATED')
    expect(telegram.stateOf(keyId)).toBe('duplicated')
  })

  test('one connection after the other is no matter', async () => {
    const telegram = await started({ strictSingle: true })
    const { authKey } = loggedIn(telegram)
    for (let round = 0; round < 2; round += 1) {
      const client = await clientWith(telegram, authKey)
      expect(await client.call(getUsers)).toHaveLength(1)
      await client.destroy()
      await expect.poll(() => telegram.stats.open).toBe(0)
    }
  })
})

describe('scripts', () => {
  test('errors come in turn, for the key and the method they are meant for', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    const other = await clientWith(telegram, loggedIn(telegram).authKey)
    const client = await clientWith(telegram, authKey)
    const flood = { error: { code: 420, text: 'FLOOD_WAIT_37' } }
    const migrate = { error: { code: 500, text: 'RPC_CALL_FAIL' } }
    telegram.script({ keyId, method: 'users.getUsers' }, flood, migrate)
    expect(await refusalOf(client.call({ _: 'updates.getState' }))).toBe('no refusal')
    expect(await refusalOf(other.call(getUsers))).toBe('no refusal')
    expect(await refusalOf(client.call(getUsers))).toBe('420 FLOOD_WAIT_37')
    expect(await refusalOf(client.call(getUsers))).toBe('500 RPC_CALL_FAIL')
    expect(await refusalOf(client.call(getUsers))).toBe('no refusal')
    telegram.script({}, flood)
    telegram.script({ keyId: '*', method: '*' }, migrate)
    expect(await refusalOf(other.call(getUsers))).toBe('420 FLOOD_WAIT_37')
    expect(await refusalOf(other.call(getUsers))).toBe('500 RPC_CALL_FAIL')
    expect(await refusalOf(other.call(getUsers))).toBe('no refusal')
  })

  test('compressed, in a container, late, and in words of the test’s own', async () => {
    const telegram = await started()
    const client = await clientWith(telegram, loggedIn(telegram).authKey)
    const eve: tl.RawUser = { _: 'user', id: 9, accessHash: Long.ONE, firstName: 'Eve' }
    const nobody = Buffer.from('15c4b51c00000000', 'hex')
    telegram.script({}, 'gzip', 'container', { delayMs: 50 }, { answer: [eve] }, { answerBytes: nobody })
    for (const id of [1001, 1001, 1001, 9]) expect(await client.call(getUsers)).toMatchObject([{ id }])
    expect(await client.call(getUsers)).toEqual([])
  })

  test('a cut connection is made anew by the client, and pings are never scripted', async () => {
    const telegram = await started()
    const client = await clientWith(telegram, loggedIn(telegram).authKey)
    telegram.script({}, 'drop', { transportError: 404 })
    expect(await client.call(getUsers)).toHaveLength(1)
    expect(telegram.stats.connections).toBe(3)
    expect(telegram.calls.map(({ connection }) => connection)).toEqual([1, 2, 3])
  })

  test('no answer at all', async () => {
    const telegram = await started()
    const client = await clientWith(telegram, loggedIn(telegram).authKey)
    telegram.script({ method: 'users.getUsers' }, 'hang')
    let isAnswered = false
    client.call(getUsers).then(
      () => (isAnswered = true),
      () => {},
    )
    await expect.poll(() => telegram.calls.length).toBe(1)
    await client.call({ _: 'updates.getState' })
    expect(isAnswered).toBe(false)
  })

  test('done, then dropped: the log-out holds though its answer is lost', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    telegram.script({ method: 'auth.logOut' }, 'do-then-drop')
    const client = await clientWith(telegram, authKey)
    client.call(logOut).catch(() => {})
    await expect.poll(() => telegram.stateOf(keyId)).toBe('unregistered')
    const check = await clientWith(telegram, authKey)
    expect(await refusalOf(check.call(getUsers))).toBe('401 AUTH_KEY_UNREGISTERED')
  })
})

describe('log-out', () => {
  test('ends this login alone, and says so', async () => {
    const telegram = await started()
    const { authKey, keyId } = loggedIn(telegram)
    const twin = loggedIn(telegram)
    const client = await clientWith(telegram, authKey)
    expect(await client.call(logOut)).toEqual({ _: 'auth.loggedOut' })
    expect(await refusalOf(client.call(logOut))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(telegram.stateOf(keyId)).toBe('unregistered')
    expect(telegram.loginsOf(ADA.id)).toEqual([{ keyId: twin.keyId, hash: twin.hash }])
  })

  test('may give a token for the next login', async () => {
    const telegram = await started()
    telegram.knobs.futureAuthToken = randomBytes(20)
    const client = await clientWith(telegram, loggedIn(telegram, ROBO.id).authKey)
    const { futureAuthToken } = await client.call(logOut)
    expect(Buffer.from(futureAuthToken!)).toEqual(telegram.knobs.futureAuthToken)
  })
})

describe('devices', () => {
  const resetOne = (hash: bigint): tl.account.RawResetAuthorizationRequest => ({
    _: 'account.resetAuthorization',
    hash: Long.fromString(String(hash)),
  })

  test('all standing logins of the account, the asking one without a handle', async () => {
    const telegram = await started()
    const device = { deviceModel: 'Phone', appName: 'Chat', country: 'Chile', officialApp: true, ip: '203.0.113.7' }
    const other = loggedIn(telegram, ADA.id, { createdAt: 1_700_000_000, activeAt: 1_700_000_100, device })
    const pending = loggedIn(telegram, ADA.id, { state: 'password-pending' })
    loggedIn(telegram, ADA.id, { state: 'revoked' })
    loggedIn(telegram, ROBO.id)
    const client = await clientWith(telegram, loggedIn(telegram).authKey, { deviceModel: 'Desk 9' })
    const { authorizationTtlDays, authorizations } = await client.call(getAuthorizations)
    expect(authorizationTtlDays).toBe(180)
    expect(authorizations.map(({ hash }) => String(hash))).toEqual([String(other.hash), String(pending.hash), '0'])
    const [phone, unfinished, current] = authorizations
    expect(phone).toMatchObject({ ...device, current: false, dateCreated: 1_700_000_000, dateActive: 1_700_000_100 })
    expect(unfinished).toMatchObject({ passwordPending: true, current: false })
    expect(current).toMatchObject({
      current: true,
      deviceModel: 'Desk 9',
      systemVersion: '9',
      appVersion: '3.1',
      apiId: 1,
    })
    expect(await client.call({ _: 'account.setAuthorizationTTL', authorizationTtlDays: 30 })).toBe(true)
    expect(await client.call(getAuthorizations)).toMatchObject({ authorizationTtlDays: 30 })
    const tooLong: tl.account.RawSetAuthorizationTTLRequest = {
      _: 'account.setAuthorizationTTL',
      authorizationTtlDays: 367,
    }
    expect(await refusalOf(client.call(tooLong))).toBe('400 TTL_DAYS_INVALID')
  })

  test('one is ended, then all others', async () => {
    const telegram = await started()
    const logins = Array.from({ length: 4 }, () => loggedIn(telegram))
    const stranger = loggedIn(telegram, ROBO.id)
    const client = await clientWith(telegram, logins[0]!.authKey)
    expect(await client.call(resetOne(logins[1]!.hash))).toBe(true)
    expect(await refusalOf(client.call(resetOne(logins[1]!.hash)))).toBe('400 HASH_INVALID')
    expect(await refusalOf(client.call(resetOne(stranger.hash)))).toBe('400 HASH_INVALID')
    const states = (): unknown => [...logins, stranger].map(({ keyId }) => telegram.stateOf(keyId))
    expect(states()).toEqual(['ok', 'revoked', 'ok', 'ok', 'ok'])
    expect(await client.call({ _: 'auth.resetAuthorizations' })).toBe(true)
    expect(states()).toEqual(['ok', 'revoked', 'revoked', 'revoked', 'ok'])
  })

  test('a login of less than a day ends nobody', async () => {
    const telegram = await started()
    const other = loggedIn(telegram)
    const young = await clientWith(telegram, loggedIn(telegram, ADA.id, { createdAt: secondsAgo(86_000) }).authKey)
    const refusal = '406 FRESH_RESET_AUTHORISATION_FORBIDDEN'
    expect(await refusalOf(young.call(resetOne(other.hash)))).toBe(refusal)
    expect(await refusalOf(young.call({ _: 'auth.resetAuthorizations' }))).toBe(refusal)
    telegram.knobs.ageLimitSeconds = 80_000
    expect(await young.call(resetOne(other.hash))).toBe(true)
  })

  test('are nothing that bots are told of', async () => {
    const telegram = await started()
    const client = await clientWith(telegram, loggedIn(telegram, ROBO.id).authKey)
    expect(await client.call(getUsers)).toMatchObject([{ id: 5001, bot: true }])
    expect(await refusalOf(client.call(getAuthorizations))).toBe('400 BOT_METHOD_INVALID')
    expect(await refusalOf(client.call({ _: 'auth.resetAuthorizations' }))).toBe('400 BOT_METHOD_INVALID')
  })
})

describe('ways out', () => {
  async function forwarded(start: Promise<Forwarder>): Promise<Forwarder> {
    const forwarder = await start
    onTestFinished(() => forwarder.close())
    return forwarder
  }
  const account = { user: 'ann', password: 'p:w' }
  const wrong = { user: 'ann', password: 'other' }

  test.each([
    ['SOCKS5', startSocksForwarder, SocksProxyTcpTransport],
    ['HTTP', startHttpForwarder, HttpProxyTcpTransport],
  ] as const)('%s, with a password and without', async (_, start, Transport) => {
    const telegram = await started()
    const { authKey } = loggedIn(telegram)
    const [free, locked] = [await forwarded(start()), await forwarded(start(account))]
    const through = ({ host, port }: Forwarder, who = {}) =>
      clientWith(telegram, authKey, { transport: new Transport({ host, port, ...who }) })
    expect(await (await through(free)).call(getUsers)).toHaveLength(1)
    expect(await (await through(locked, account)).call(getUsers)).toHaveLength(1)
    expect([free.connections(), locked.connections(), telegram.stats.connections]).toEqual([1, 1, 2])
    const refused = await through(locked, wrong)
    refused.call(getUsers).catch(() => {})
    await expect.poll(() => locked.connections()).toBeGreaterThan(1)
    await refused.destroy()
    expect(telegram.stats.connections).toBe(2)
  })

  test.each(['', 'dd'])('MTProxy with a secret of the form “%s”', async (form) => {
    const proxySecret = randomBytes(16)
    const telegram = await started({ proxySecret })
    const { host, port } = telegram.endpoints.get(2)!
    const transport = new MtProxyTcpTransport({ host, port, secret: form + proxySecret.toString('hex') })
    const client = await clientWith(telegram, loggedIn(telegram).authKey, { transport })
    expect(await client.call(getUsers)).toHaveLength(1)
    expect([...telegram.stats.framings]).toEqual([[form === '' ? 'obfuscated intermediate' : 'obfuscated padded', 1]])
  })
})
