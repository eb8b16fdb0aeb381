import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { API_HASH, type LocalNetwork, localNetwork, unstopped } from '../../../test/support/local-telegram.ts'
import { Secret } from '../domain/secret.ts'
import { startNodeProcess } from '../shell/node-process.ts'
import type { Gateway, LoginPrompts, WayOut } from './gateway.ts'
import { createGateway, type GatewayOptions } from './process-gateway.ts'
import type { StartProcess } from './start-process.ts'

/** The processes that were started, each with a way to end it as a fault would. */
const processes: { readonly exited: Promise<void>; readonly fail: () => void }[] = []

/** The real one, but known to the test. */
const startProcess: StartProcess = (...given) => {
  const process = startNodeProcess(...given)
  processes.push({ exited: new Promise((resolve) => process.onExit(resolve)), fail: process.kill })
  return process
}

let network: LocalNetwork
/** Starting a process takes a while: those tests that do not end theirs share it. */
const gateway = createGateway({ code: null, version: '1.2.3', startProcess })
const impatient = createGateway({ code: null, version: '1.2.3', startProcess, budgetMs: 1_000 })
const opened: Gateway[] = []

function open(more: Partial<GatewayOptions> = {}): Gateway {
  const created = createGateway({ code: null, version: '1.2.3', startProcess, ...more })
  opened.push(created)
  return created
}

beforeEach(async () => {
  processes.length = 0
  network = await localNetwork({ dcIds: [2], allowHandshake: true })
})
afterEach(async () => {
  for (const created of opened.splice(0)) await created.close()
  await network.telegram.close()
})
afterAll(async () => {
  await gateway.close()
  await impatient.close()
})

/** The process has started, and its calls have come to the server. */
async function calls(count: number): Promise<void> {
  await expect.poll(() => network.telegram.calls.length, { timeout: 20_000 }).toBe(count)
}

const prompts = (given: Partial<LoginPrompts>): LoginPrompts => ({
  showQr: () => {},
  scanned: () => {},
  askCode: () => Promise.reject(new Error('not expected')),
  askPassword: () => Promise.reject(new Error('not expected')),
  ...given,
})

describe('the process', () => {
  test('starts with the first call, serves many at a time, and ends with the gateway', async () => {
    const own = open()
    expect(processes).toHaveLength(0)
    const logins = Array.from({ length: 20 }, (_, index) => network.login({ state: index % 2 ? 'ok' : 'revoked' }))
    const answers = await Promise.all(logins.map((login) => own.check(login, unstopped)))
    expect(answers.map(({ status }) => status)).toEqual(logins.map((_, index) => (index % 2 ? 'alive' : 'revoked')))
    expect(answers[1]?.value).toMatchObject({ id: 42n })
    expect(network.telegram.stats.mostOpen).toBeGreaterThan(1)
    expect(processes).toHaveLength(1)

    network.telegram.script({}, 'hang')
    const call = own.logOut(network.login(), unstopped)
    await calls(21)
    await own.close()
    await processes[0]?.exited
    expect(await call).toMatchObject({ status: 'network', evidence: 'stopped', maybeDone: true })
    await expect.poll(() => network.telegram.stats.open).toBe(0)
    expect(await own.check(network.login(), unstopped)).toMatchObject({ evidence: 'stopped', maybeDone: false })
    expect(processes).toHaveLength(1)
  })

  test('ends when idle, but under no call, and starts again', async () => {
    const brief = open({ idleMs: 100 })
    await brief.check(network.login(), unstopped)
    network.telegram.script({}, { delayMs: 400 })
    expect(await brief.check(network.login(), unstopped)).toMatchObject({ status: 'alive' })
    expect(processes).toHaveLength(1)
    await processes[0]?.exited
    expect(await brief.check(network.login(), unstopped)).toMatchObject({ status: 'alive' })
    expect(processes).toHaveLength(2)
  })

  test('that fails leaves nobody waiting, and the next call has a new one', async () => {
    const own = open()
    network.telegram.script({}, 'hang', 'hang')
    const pending = [network.login(), network.login()].map((login) => own.logOut(login, unstopped))
    await calls(2)
    processes[0]?.fail()
    for (const answer of await Promise.all(pending)) {
      expect(answer).toMatchObject({
        status: 'network',
        evidence: 'the process that talks to Telegram failed',
        maybeDone: true,
      })
    }
    expect(await own.check(network.login(), unstopped)).toMatchObject({ status: 'alive' })
    expect(processes).toHaveLength(2)
  })

  test('that cannot be started is no call without an answer either', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'session-deck-'))
    writeFileSync(join(folder, 'telegram-process.js'), 'throw new Error("broken")')
    const broken = open({ code: folder })
    expect(await broken.check(network.login(), unstopped)).toMatchObject({ status: 'network', value: null })
    rmSync(folder, { recursive: true })
  })

  test('stops one call and not the others', async () => {
    const controller = new AbortController()
    const [stopped, other] = [network.login(), network.login()]
    network.telegram.script({ keyId: stopped.keyId }, 'hang')
    network.telegram.script({ keyId: other.keyId }, { delayMs: 400 })
    const answers = [gateway.check(stopped, controller.signal), gateway.check(other, unstopped)] as const
    await calls(2)
    controller.abort()
    expect(await answers[0]).toMatchObject({ status: 'network', evidence: 'stopped' })
    expect(await answers[1]).toMatchObject({ status: 'alive' })
    expect(await gateway.check(other, controller.signal)).toMatchObject({ evidence: 'stopped', maybeDone: false })
  })

  test('keeps to its budget', async () => {
    network.telegram.script({}, 'hang')
    expect(await impatient.check(network.login(), unstopped)).toMatchObject({ evidence: 'no answer in 1 s' })
  })

  test('rejects a key that is none', async () => {
    const login = { ...network.stranger(), authKey: new Secret(new Uint8Array(255)) }
    await expect(gateway.check(login, unstopped)).rejects.toThrow('256 bytes')
  })
})

describe('across processes', () => {
  test('go all calls about devices', async () => {
    const [login, other] = [network.login(), network.login()]
    const { value } = await gateway.devices(login, unstopped)
    expect(new Set(value?.devices.map(({ hash }) => hash))).toEqual(new Set([0n, other.hash]))
    expect(await gateway.endDevice(login, other.hash, unstopped)).toMatchObject({ value: true })
    expect(await gateway.check(other, unstopped)).toMatchObject({ status: 'revoked' })
    expect(await gateway.endOtherDevices(login, unstopped)).toMatchObject({ value: true })
    expect(await gateway.logOut(login, unstopped)).toMatchObject({ value: true })
  })

  test('go the questions of a login and their answers', async () => {
    await network.telegram.setPassword(42, 'correct horse')
    const codes = ['00000', '12345']
    const passwords = ['wrong', 'correct horse']
    const refusals: (string | undefined)[] = []
    const given = prompts({
      askCode: ({ refusal }) => {
        refusals.push(refusal?.text)
        return Promise.resolve(Secret.fromText(codes.shift() ?? ''))
      },
      askPassword: ({ refusal }) => {
        refusals.push(refusal?.text)
        return Promise.resolve(Secret.fromText(passwords.shift() ?? ''))
      },
    })
    const answer = await gateway.logIn(network.newLogin({ kind: 'phone', phone: '15550042' }), given, unstopped)
    expect(answer).toMatchObject({ kind: 'made', login: { account: { id: 42n } } })
    expect(refusals).toEqual([undefined, 'PHONE_CODE_INVALID', undefined, 'PASSWORD_HASH_INVALID'])
    if (answer.kind !== 'made') return
    const access = { ...network.route(), authKey: answer.login.authKey }
    expect(await gateway.check(access, unstopped)).toMatchObject({ status: 'alive' })
  })

  test('goes the link of a QR code, and that it was scanned', async () => {
    const scanned = vi.fn()
    const given = prompts({
      scanned,
      showQr: (link) => {
        expect(link.openText()).toMatch(/^tg:\/\/login\?token=/)
        network.telegram.acceptQr(42)
      },
    })
    const answer = await gateway.logIn(network.newLogin({ kind: 'qr' }), given, unstopped)
    expect(answer).toMatchObject({ kind: 'made', login: { account: { id: 42n } } })
    expect(scanned).toHaveBeenCalledOnce()
  })

  test('goes that the person gave up', async () => {
    const method = { kind: 'phone', phone: '15550042' } as const
    const answer = await gateway.logIn(network.newLogin(method), prompts({}), unstopped)
    expect(answer).toEqual({ kind: 'failed', status: 'network', evidence: 'stopped' })
  })
})

test('a server whose public key is not known is not trusted with anything', async () => {
  const request = network.newLogin({ kind: 'bot', token: Secret.fromText('43:token') })
  const answer = await impatient.logIn({ ...request, publicKeys: [] }, prompts({}), unstopped)
  expect(answer).toMatchObject({ kind: 'failed', status: 'network' })
  expect(network.telegram.calls).toEqual([])
})

test('no answer, error or message of any conversation tells a secret', async () => {
  const password = 'secret-of-the-proxy'
  const dead: WayOut = {
    kind: 'socks5',
    id: 'p',
    name: 'Dead',
    host: '127.0.0.1',
    port: 9,
    user: 'anna',
    password: Secret.fromText(password),
  }
  const login = network.login()
  const told: unknown[] = [
    await gateway.check(login, unstopped),
    await gateway.check({ ...login, wayOut: dead }, unstopped),
    await gateway.check(network.login({ state: 'revoked' }), unstopped),
    await gateway.devices(login, unstopped),
    await gateway.check({ ...login, authKey: new Secret(login.authKey.open().subarray(1)) }, unstopped).catch(String),
  ]
  network.telegram.script({}, 'hang')
  told.push(await impatient.check(login, unstopped))
  const token = '43:token-of-the-bot'
  const method = { kind: 'bot', token: Secret.fromText(token) } as const
  told.push(await gateway.logIn(network.newLogin(method), prompts({}), unstopped))
  expect(told.at(-1)).toMatchObject({ kind: 'refused' })
  network.telegram.script({ method: 'auth.importBotAuthorization' }, { error: { code: 400, text: 'SOMETHING_NEW' } })
  told.push(await gateway.logIn(network.newLogin(method), prompts({}), unstopped))
  const text = JSON.stringify(told, (_name, value: unknown) => (typeof value === 'bigint' ? `${value}` : value))
  const key = Buffer.from(login.authKey.open())
  const secrets = [password, token, API_HASH, key.toString('hex'), key.toString('base64'), key.toString('latin1')]
  secrets.push(key.subarray(88, 120).toString('hex'), createHash('sha256').update(key).digest('hex'))
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([])
})

test('what is asked keeps its secrets: what crosses is a copy', async () => {
  const login = network.login()
  const before = Buffer.from(login.authKey.open())
  await gateway.check(login, unstopped)
  expect(before.equals(login.authKey.open())).toBe(true)
  expect(login.app.apiHash.openText()).toBe(API_HASH)
})
