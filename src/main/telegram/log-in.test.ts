import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { API_HASH, type LocalNetwork, localNetwork, unstopped } from '../../../test/support/local-telegram.ts'
import { Secret } from '../domain/secret.ts'
import type { LoginPrompts, NewLogin, NewLoginAnswer } from './gateway.ts'
import { createLocalGateway } from './local-gateway.ts'

let network: LocalNetwork
const gateway = createLocalGateway({ version: '1.2.3', budgetMs: 10_000 })

beforeEach(async () => {
  network = await localNetwork({ dcIds: [2, 4], allowHandshake: true })
})
afterEach(() => network.telegram.close())

/** Nothing is asked but what is given. */
function prompts(given: Partial<LoginPrompts> = {}): LoginPrompts {
  const unexpected = (name: string) => () => {
    throw new Error(`${name} was not expected`)
  }
  return {
    showQr: unexpected('showQr'),
    scanned: unexpected('scanned'),
    askCode: unexpected('askCode'),
    askPassword: unexpected('askPassword'),
    ...given,
  }
}

/** Answers a question with one text after the other, and remembers the questions. */
function answering<Q>(...texts: string[]) {
  return vi.fn((_question: Q) => Promise.resolve(Secret.fromText(texts.shift() ?? '')))
}

function made(answer: NewLoginAnswer): NewLogin {
  if (answer.kind !== 'made') throw new Error(JSON.stringify(answer))
  return answer.login
}

/** The key that was made is a login: it answers a check, and no further key is made for that. */
async function expectAlive(login: NewLogin, accountId: bigint): Promise<void> {
  const { handshakes } = network.telegram.stats
  const access = { ...network.route(), endpoint: login.endpoint, authKey: login.authKey }
  expect(await gateway.check(access, unstopped)).toMatchObject({ status: 'alive', value: { id: accountId } })
  expect(network.telegram.stats.handshakes).toBe(handshakes)
}

describe('with a bot token', () => {
  const bot = (token: string) => network.newLogin({ kind: 'bot', token: Secret.fromText(token) })

  test('makes a key and a login', async () => {
    network.telegram.addBotToken('43:token', 43)
    const login = made(await gateway.logIn(bot(' 43:token\n'), prompts(), unstopped))
    expect(login.account).toEqual({ id: 43n, isBot: true, name: 'Botty', username: 'botty_bot', phone: null })
    expect(login.authKey.byteLength).toBe(256)
    expect(login.endpoint).toEqual(network.endpoint(2))
    await expectAlive(login, 43n)
  })

  test('says of a wrong token and of an old one what they are', async () => {
    network.telegram.addBotToken('43:old', 43)
    network.telegram.expireBotToken('43:old')
    expect(await gateway.logIn(bot('43:wrong'), prompts(), unstopped)).toEqual({
      kind: 'refused',
      refusal: { text: 'ACCESS_TOKEN_INVALID', message: expect.stringContaining('does not know this bot token') },
    })
    expect(await gateway.logIn(bot('43:old'), prompts(), unstopped)).toMatchObject({
      kind: 'refused',
      refusal: { text: 'ACCESS_TOKEN_EXPIRED' },
    })
  })

  test('goes to where the bot lives, at the address of the request', async () => {
    network.telegram.addAccount({ id: 44, isBot: true, firstName: 'Far', dcId: 4 })
    network.telegram.addBotToken('44:token', 44)
    const login = made(await gateway.logIn(bot('44:token'), prompts(), unstopped))
    expect(login.endpoint).toEqual(network.endpoint(4))
    await expectAlive(login, 44n)
  })

  test('goes nowhere that the request does not name', async () => {
    network.telegram.addAccount({ id: 44, isBot: true, firstName: 'Far', dcId: 4 })
    network.telegram.addBotToken('44:token', 44)
    const answer = await gateway.logIn({ ...bot('44:token'), endpoints: new Map() }, prompts(), unstopped)
    expect(answer).toMatchObject({ kind: 'failed', status: 'wrong-dc', evidence: '303 USER_MIGRATE_4' })
    expect(network.telegram.calls.filter(({ dcId }) => dcId === 4)).toEqual([])
  })

  test('tells an API id that is refused from a token that is', async () => {
    network.telegram.knobs.application = { apiId: 99, apiHash: API_HASH }
    network.telegram.addBotToken('43:token', 43)
    expect(await gateway.logIn(bot('43:token'), prompts(), unstopped)).toEqual({
      kind: 'failed',
      status: 'app-rejected',
      evidence: '400 API_ID_INVALID',
    })
  })

  test('passes a wait on', async () => {
    network.telegram.script({ method: 'auth.importBotAuthorization' }, { error: { code: 420, text: 'FLOOD_WAIT_37' } })
    expect(await gateway.logIn(bot('43:token'), prompts(), unstopped)).toEqual({
      kind: 'failed',
      status: 'rate-limited',
      evidence: '420 FLOOD_WAIT_37',
    })
  })
})

describe('with a phone number', () => {
  const phone = (number = '+1 (555) 0042') => network.newLogin({ kind: 'phone', phone: number })

  test('asks for the code, and again when it is wrong', async () => {
    const askCode = answering<Parameters<LoginPrompts['askCode']>[0]>('00000', ' 12345 ')
    const login = made(await gateway.logIn(phone(), prompts({ askCode }), unstopped))
    expect(askCode.mock.calls.map(([question]) => question)).toEqual([
      { where: 'in the Telegram app', length: 5, refusal: null },
      {
        where: 'in the Telegram app',
        length: 5,
        refusal: { text: 'PHONE_CODE_INVALID', message: 'This is not the code that Telegram sent.' },
      },
    ])
    expect(login.account).toMatchObject({ id: 42n, phone: '15550042' })
    await expectAlive(login, 42n)
  })

  test('asks for the password of two-step verification, and again when it is wrong', async () => {
    await network.telegram.setPassword(42, 'correct horse')
    const askPassword = answering<Parameters<LoginPrompts['askPassword']>[0]>('wrong', 'correct horse')
    const given = prompts({ askCode: answering('12345'), askPassword })
    const login = made(await gateway.logIn(phone(), given, unstopped))
    expect(askPassword.mock.calls.map(([{ refusal }]) => refusal)).toEqual([
      null,
      { text: 'PASSWORD_HASH_INVALID', message: 'This is not the password of the account.' },
    ])
    await expectAlive(login, 42n)
  })

  test.each([
    ['sendCode', 406, 'PHONE_NUMBER_INVALID'],
    ['sendCode', 400, 'PHONE_NUMBER_BANNED'],
    ['sendCode', 400, 'PHONE_NUMBER_FLOOD'],
    ['signIn', 400, 'PHONE_NUMBER_UNOCCUPIED'],
    ['signIn', 400, 'PHONE_CODE_EXPIRED'],
    ['sendCode', 406, 'PHONE_PASSWORD_FLOOD'],
  ])('auth.%s answered with %i %s ends it with a sentence', async (method, code, text) => {
    network.telegram.script({ method: `auth.${method}` }, { error: { code, text } })
    const answer = await gateway.logIn(phone(), prompts({ askCode: answering('12345') }), unstopped)
    expect(answer).toEqual({ kind: 'refused', refusal: { text, message: expect.stringMatching(/^[A-Z].*\.$/) } })
  })

  test('does not offer to make an account', async () => {
    const answer = { _: 'auth.authorizationSignUpRequired' }
    network.telegram.script({ method: 'auth.signIn' }, { answer })
    expect(await gateway.logIn(phone(), prompts({ askCode: answering('12345') }), unstopped)).toMatchObject({
      kind: 'refused',
      refusal: { text: 'PHONE_NUMBER_UNOCCUPIED' },
    })
  })

  test('goes to where the number belongs', async () => {
    network.telegram.addAccount({ id: 45, isBot: false, firstName: 'Far', phone: '15550045', dcId: 4 })
    const login = made(await gateway.logIn(phone('15550045'), prompts({ askCode: answering('12345') }), unstopped))
    expect(login.endpoint).toEqual(network.endpoint(4))
    await expectAlive(login, 45n)
  })

  test('ends when the person gives up, or is not there any more', async () => {
    const gaveUp = prompts({ askCode: () => Promise.reject(new Error('closed')) })
    const stopped = { kind: 'failed', status: 'network', evidence: 'stopped' }
    expect(await gateway.logIn(phone(), gaveUp, unstopped)).toEqual(stopped)
    const controller = new AbortController()
    const silent = prompts({
      askCode: () => {
        controller.abort()
        return new Promise(() => {})
      },
    })
    expect(await gateway.logIn(phone(), silent, controller.signal)).toEqual(stopped)
    expect(await gateway.logIn(phone(), prompts(), controller.signal)).toEqual(stopped)
    await expect.poll(() => network.telegram.stats.open).toBe(0)
  })
})

describe('with a QR code', () => {
  const qr = () => network.newLogin({ kind: 'qr' })

  test('shows a link until somebody confirms it', async () => {
    const shown: string[] = []
    const scanned = vi.fn()
    const given = prompts({
      scanned,
      showQr: (link, expiresAtMs) => {
        shown.push(link.openText())
        expect(expiresAtMs - Date.now()).toBeGreaterThan(20_000)
        network.telegram.acceptQr(42)
      },
    })
    const login = made(await gateway.logIn(qr(), given, unstopped))
    expect(shown).toEqual([expect.stringMatching(/^tg:\/\/login\?token=[\w-]+$/)])
    expect(scanned).toHaveBeenCalledOnce()
    await expectAlive(login, 42n)
  })

  test('shows a new link when the old one expires', async () => {
    network.telegram.knobs.loginTokenSeconds = 1
    const shown = new Set<string>()
    const given = prompts({
      scanned: () => {},
      showQr: (link) => {
        shown.add(link.openText())
        if (shown.size === 2) network.telegram.acceptQr(42)
      },
    })
    await expectAlive(made(await gateway.logIn(qr(), given, unstopped)), 42n)
    expect(shown.size).toBe(2)
  })

  test('is not confused by a server whose clock is an hour off', async () => {
    network.telegram.knobs.clockOffsetSeconds = -3600
    const given = prompts({
      scanned: () => {},
      showQr: (_link, expiresAtMs) => {
        expect(expiresAtMs - Date.now()).toBeGreaterThan(20_000)
        network.telegram.acceptQr(42)
      },
    })
    await expectAlive(made(await gateway.logIn(qr(), given, unstopped)), 42n)
  })

  test('asks for the password, and goes to where the account lives', async () => {
    network.telegram.addAccount({ id: 46, isBot: false, firstName: 'Far', dcId: 4 })
    await network.telegram.setPassword(46, 'pass')
    const given = prompts({
      scanned: () => {},
      showQr: () => network.telegram.acceptQr(46),
      askPassword: answering('pass'),
    })
    const login = made(await gateway.logIn(qr(), given, unstopped))
    expect(login.endpoint).toEqual(network.endpoint(4))
    await expectAlive(login, 46n)
  })

  test('ends at once when it is stopped while it waits', async () => {
    const controller = new AbortController()
    const given = prompts({ showQr: () => controller.abort() })
    expect(await gateway.logIn(qr(), given, controller.signal)).toMatchObject({
      status: 'network',
      evidence: 'stopped',
    })
  })
})
