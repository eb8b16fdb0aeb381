import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { Secret } from '../src/main/domain/secret.ts'
import { createLocalGateway } from '../src/main/telegram/local-gateway.ts'
import type { LoginStatus } from '../src/shared/login-statuses.ts'
import { everything, waitFor } from './support/app/open-test-app.ts'
import { keyIdText, newKey, openTelegramApp, type TelegramApp } from './support/telegram/telegram-app.ts'
import { startSocksForwarder } from './support/telegram-server/forwarders.ts'
import type { LoginState } from './support/telegram-server/start.ts'
import { treeState } from './support/tree-state.ts'

// The whole program, from files to a Telegram of our own over real connections.

let app: TelegramApp
let folders = 0
let before: { readonly calls: number; readonly connections: number; readonly handshakes: number }

beforeAll(async () => {
  app = await openTelegramApp({ dcIds: [2, 4], strictSingle: true })
  app.telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada', lastName: 'L', username: 'ada', phone: '44770' })
  app.telegram.addAccount({ id: 778, isBot: true, firstName: 'Shop', username: 'shop_bot' })
}, 60_000)
afterAll(() => app.close())
beforeEach(() => {
  const { calls, stats } = app.telegram
  before = { calls: calls.length, connections: stats.connections, handshakes: stats.handshakes }
})

/** A session file in a folder of its own that is a source. */
async function addOne(authKey: Uint8Array, dcId = 2) {
  folders += 1
  const refs = await app.addSessions(`folder-${folders}`, [{ name: 'shop', authKey, dcId }])
  const [ref] = refs.values()
  if (!ref) throw new Error('no session')
  return ref
}

function login(state?: LoginState, dcId = 2) {
  const authKey = newKey()
  const { keyId } = app.telegram.addLogin({ authKey, accountId: 777, dcId, ...(state && { state }) })
  return { authKey, keyId }
}

const calls = () => app.telegram.calls.slice(before.calls)
const connections = () => app.telegram.stats.connections - before.connections
const handshakes = () => app.telegram.stats.handshakes - before.handshakes

async function rowOf(ref: { sourceId: string; key: string }) {
  return (await app.client.sessions.get({ ref })).row
}

it('asks about one session: one connection, one call, no key made, and the account shown', async () => {
  const { authKey, keyId } = login()
  const ref = await addOne(authKey)
  const { items, progress } = await app.check([ref])
  expect(items).toMatchObject([
    {
      name: 'shop',
      outcome: 'checked',
      reason: '',
      login: {
        status: 'alive',
        wayOut: 'direct',
        dcId: 2,
        test: false,
        account: { id: '777', name: 'Ada L', username: 'ada', isBot: false },
      },
    },
  ])
  expect(progress).toMatchObject({ state: 'done', done: 1, total: 1, asks: false })
  expect(connections()).toBe(1)
  expect(calls().map((call) => [call.keyId, call.method, call.init?.apiId])).toEqual([[keyId, 'users.getUsers', 4711]])
  expect(handshakes()).toBe(0)
  expect(await app.client.telegram.contacts()).toEqual([])
  expect((await rowOf(ref)).login?.latest).toMatchObject({ status: 'alive' })
  const { entries } = await app.client.audit.list({ ref, offset: 0, limit: 10 })
  expect(entries[0]).toMatchObject({ action: 'checked', text: 'Asked Telegram about “shop”' })
})

describe('what Telegram says becomes the status, without a key being made', () => {
  const states: readonly (readonly [LoginState, LoginStatus])[] = [
    ['unregistered', 'logged-out'],
    ['revoked', 'revoked'],
    ['expired', 'expired'],
    ['duplicated', 'duplicated'],
    ['deactivated', 'account-deleted'],
    ['banned', 'account-banned'],
    ['key-invalid', 'key-invalid'],
    ['temporary', 'temporary-key'],
    ['password-pending', 'password-pending'],
    ['frozen', 'frozen'],
    ['forgotten', 'key-unknown'],
  ]
  it.each(states)('%s: %s', async (state, status) => {
    const { authKey } = login(state)
    const ref = await addOne(authKey)
    const { items } = await app.check([ref])
    expect(items).toMatchObject([{ outcome: 'checked', login: { status, dcId: 2 } }])
    expect((await rowOf(ref)).login?.latest.status).toBe(status)
    expect(handshakes()).toBe(0)
  })
})

it('asks where the session is, and nowhere else when Telegram names another data centre', async () => {
  const { authKey, keyId } = login()
  app.telegram.script({ keyId }, { error: { code: 303, text: 'USER_MIGRATE_4' } })
  const { items } = await app.check([await addOne(authKey)])
  expect(items).toMatchObject([{ login: { status: 'wrong-dc', newDcId: 4, dcId: 2 } }])
  expect(calls().map(({ dcId }) => dcId)).toEqual([2])
})

it('leaves an unknown key as it is: in the file, and in what it keeps itself', async () => {
  const authKey = newKey()
  const ref = await addOne(authKey)
  const text = readFileSync(join(app.deck.root, `folder-${folders}`, 'shop.txt'), 'utf8')
  const staged = await app.client.imports.stageText({ text })
  const items = staged.items.map(({ id }) => ({ id, name: 'kept' }))
  const destination = { kind: 'source', sourceId: 'vault' } as const
  for await (const _ of await app.client.imports.commit({
    ticket: staged.ticket,
    items,
    destination,
    target: null,
    values: {},
  }));
  const [kept] = (await app.client.sessions.list({ ...everything, view: { kind: 'source', sourceId: 'vault' } })).rows
  if (!kept) throw new Error('nothing in the vault')
  const told = async (): Promise<string> =>
    JSON.stringify(
      await app.client.secrets.reveal({
        ref: kept.ref,
        target: { formatId: 'telethon.string', variant: '' },
        values: {},
        confirmed: true,
        purpose: 'show',
      }),
    )
  const [files, secret] = [treeState(join(app.deck.root, `folder-${folders}`)), await told()]
  expect(secret).toContain(text.trim())
  for (const one of [ref, kept.ref]) {
    const checked = await app.check([one], { includeRecent: true })
    expect(checked.items).toMatchObject([{ login: { status: 'key-unknown' } }])
  }
  expect(handshakes()).toBe(0)
  expect(treeState(join(app.deck.root, `folder-${folders}`))).toEqual(files)
  expect(await told()).toBe(secret)
}, 60_000)

describe('another data centre', () => {
  it('is asked where the session points does not know the key', async () => {
    const authKey = newKey()
    app.telegram.addLogin({ authKey, accountId: 777, dcId: 4 })
    const ref = await addOne(authKey, 2)
    const elsewhere = { dcId: 4, test: false }
    expect((await app.check([ref])).items).toMatchObject([{ login: { status: 'key-unknown', dcId: 2 } }])
    const { items } = await app.check([ref], { elsewhere, includeRecent: true })
    expect(items).toMatchObject([{ login: { status: 'alive', dcId: 4 } }])
  })
  it('is not asked about a session that says where it is: a living login would pass for a dead one', async () => {
    const { authKey } = login()
    const { items } = await app.check([await addOne(authKey)], { elsewhere: { dcId: 4, test: false } })
    expect(items).toMatchObject([{ login: { status: 'alive', dcId: 2 } }])
  })
  it('without an address is none', async () => {
    const ref = await addOne(newKey(), 3)
    const plan = await app.client.telegram.planCheck({ refs: [ref] })
    expect(plan).toMatchObject({ total: 1, ready: 0, skipped: [{ reason: 'no-dc', count: 1 }] })
    expect((await app.check([ref])).items).toMatchObject([{ outcome: 'skipped', skipped: 'no-dc', login: null }])
    expect(connections()).toBe(0)
  })
})

describe('a wait', () => {
  it('of minutes is told with its end', async () => {
    const { authKey, keyId } = login()
    app.telegram.script({ keyId }, { error: { code: 420, text: 'FLOOD_WAIT_400' } })
    const startedMs = Date.now()
    const { items } = await app.check([await addOne(authKey)])
    expect(items).toMatchObject([
      { login: { status: 'rate-limited', evidence: expect.stringContaining('FLOOD_WAIT') } },
    ])
    const untilMs = items[0]?.login?.untilMs ?? 0
    expect(untilMs).toBeGreaterThanOrEqual(startedMs + 400_000)
    expect(untilMs).toBeLessThanOrEqual(Date.now() + 400_000)
  })
  it('of seconds shows at once, and the job waits for it without holding the session', async () => {
    const { authKey, keyId } = login()
    app.telegram.script({ keyId }, { error: { code: 420, text: 'FLOOD_WAIT_37' } })
    const ref = await addOne(authKey)
    const { jobId } = await app.client.telegram.check({ refs: [ref] })
    await waitFor(async () => (await rowOf(ref)).login?.latest.status === 'rate-limited')
    await waitFor(async () => (await app.client.telegram.contacts()).length === 0)
    const [job] = (await app.client.jobs.list()).filter(({ id }) => id === jobId)
    expect(job).toMatchObject({ state: 'running', done: 0, note: expect.stringMatching(/^Waits until \d\d:\d\d$/) })
    await app.client.jobs.cancel({ id: jobId })
  })
})

describe('what is left out', () => {
  it('a key asked about less than ten minutes ago, by whatever session; also that only if the person says so', async () => {
    const { authKey } = login()
    const [ref, twin] = [await addOne(authKey), await addOne(authKey)]
    await app.check([ref])
    expect((await app.check([twin])).items).toMatchObject([{ outcome: 'skipped', skipped: 'recent', copies: 1 }])
    expect(calls()).toHaveLength(1)
    expect((await app.check([twin], { includeRecent: true })).items).toMatchObject([{ outcome: 'checked' }])
  })
  it('not what nobody answered to', async () => {
    const { authKey, keyId } = login()
    app.telegram.script(
      { keyId },
      { error: { code: -503, text: 'Timeout' } },
      { error: { code: 500, text: 'RPC_CALL_FAIL' } },
    )
    const ref = await addOne(authKey)
    const { items } = await app.check([ref])
    expect(items).toMatchObject([{ login: { status: 'server-error' } }])
    expect(calls()).toHaveLength(2)
  })
  it('a second session with the same key: it shows the same result', async () => {
    const { authKey, keyId } = login()
    const refs = [await addOne(authKey), await addOne(authKey), await addOne(authKey)]
    const { items, progress } = await app.check(refs)
    expect(items.map(({ outcome, skipped }) => `${outcome} ${skipped}`).toSorted((a, b) => a.localeCompare(b))).toEqual(
      ['checked null', 'skipped same-key', 'skipped same-key'],
    )
    for (const { login: result } of items) expect(result).toMatchObject({ status: 'alive' })
    expect(progress).toMatchObject({ done: 3, total: 3 })
    expect(calls().map((call) => call.keyId)).toEqual([keyId])
  })
  it('a session without a key, and one that is gone', async () => {
    const ref = await addOne(newKey())
    const gone = { sourceId: ref.sourceId, key: 'gone.txt' }
    const plan = await app.client.telegram.planCheck({ refs: [gone, gone] })
    expect(plan).toMatchObject({ total: 1, skipped: [{ reason: 'unreadable', count: 1 }] })
    expect((await app.check([gone])).items).toMatchObject([{ outcome: 'skipped', skipped: 'unreadable' }])
  })
  it.runIf(process.platform === 'linux')('one that a program has open, or another file with its key', async () => {
    const { authKey } = login()
    const [open, copy] = [await addOne(authKey), await addOne(authKey)]
    const file = join(app.deck.root, `folder-${folders - 1}`, 'shop.txt')
    const hold = `require('node:fs').openSync(process.argv[1]); console.log('open'); setInterval(() => {}, 1000)`
    const program = spawn(process.execPath, ['-e', hold, file], { stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      await once(program.stdout, 'data')
      // One look at the system serves every question within two seconds.
      await waitFor(async () => (await app.client.sessions.get({ ref: open })).inUseBy.length > 0)
      for (const ref of [open, copy]) {
        const { items } = await app.check([ref])
        expect(items).toMatchObject([{ outcome: 'skipped', skipped: 'in-use' }])
      }
      expect(connections()).toBe(0)
      expect((await app.check([copy], { includeInUse: true })).items).toMatchObject([{ login: { status: 'alive' } }])
    } finally {
      program.kill()
      await once(program, 'exit')
    }
  })
})

describe('one key in two places', () => {
  const slowly = { delayMs: 300 }
  it('is asked about by one job after the other', async () => {
    const { authKey, keyId } = login()
    app.telegram.script({ keyId }, slowly, slowly)
    const refs = [await addOne(authKey), await addOne(authKey)]
    const checked = await Promise.all(refs.map((ref) => app.check([ref], { includeRecent: true })))
    expect(checked.map(({ items }) => items[0]?.login?.status)).toEqual(['alive', 'alive'])
    expect(app.telegram.stateOf(keyId)).toBe('ok')
  })
  it('dies without the lock', async () => {
    const { authKey, keyId } = login()
    app.telegram.script({ keyId }, slowly, slowly)
    const endpoint = { id: 2, test: false, ...(app.telegram.endpoints.get(2) ?? { host: '', port: 0 }) }
    const gateway = createLocalGateway({ version: '0.0.0' })
    const ask = () =>
      gateway.check(
        {
          authKey: new Secret(Uint8Array.from(authKey)),
          endpoint,
          app: { apiId: 1, apiHash: Secret.fromText('00'.repeat(16)) },
          wayOut: { kind: 'direct' },
        },
        new AbortController().signal,
      )
    const answers = await Promise.all([ask(), ask()])
    expect(answers.map(({ status }) => status)).toContain('duplicated')
    expect(app.telegram.stateOf(keyId)).toBe('duplicated')
  })
})

describe('a proxy', () => {
  it('of one source is the way for it alone, and is named in the result', async () => {
    const forwarder = await startSocksForwarder({ user: 'me', password: 'a password' })
    const [proxied, direct] = [login(), login()]
    const [refs, other] = [await addOne(proxied.authKey), await addOne(direct.authKey)]
    try {
      const { proxies } = await app.client.telegram.addProxy({
        name: 'Office',
        kind: 'socks5',
        host: forwarder.host,
        port: forwarder.port,
        user: 'me',
        secret: 'a password',
      })
      const [{ id } = { id: '' }] = proxies
      await app.client.telegram.changeSettings({ sourceProxies: { [refs.sourceId]: id } })
      const plan = await app.client.telegram.planCheck({ refs: [refs, other] })
      expect(plan.waysOut).toEqual(['Office', 'direct'])
      const { items } = await app.check([refs, other])
      expect(items.find(({ ref }) => ref.sourceId === refs.sourceId)?.login).toMatchObject({
        status: 'alive',
        wayOut: 'Office',
      })
      expect(items.find(({ ref }) => ref.sourceId === other.sourceId)?.login).toMatchObject({ wayOut: 'direct' })
      expect(forwarder.connections()).toBe(1)
      await expect(app.client.telegram.removeProxy({ id })).rejects.toMatchObject({ code: 'request.invalid' })
    } finally {
      await forwarder.close()
    }
    // Closed now: nothing goes around it.
    const again = connections()
    const { authKey } = login()
    const ref = await addOne(authKey)
    const { sourceProxies } = await app.client.telegram.settings()
    const [proxyId = null] = Object.values(sourceProxies)
    await app.client.telegram.changeSettings({ sourceProxies: { [ref.sourceId]: proxyId } })
    const { items } = await app.check([ref])
    expect(items).toMatchObject([{ outcome: 'checked', login: { status: 'network', wayOut: 'Office' } }])
    expect(connections()).toBe(again)
  })
})

it('starts nothing without an API id', async () => {
  const { authKey } = login()
  const ref = await addOne(authKey)
  await app.client.telegram.changeSettings({ apiId: 4712 })
  try {
    const plan = await app.client.telegram.planCheck({ refs: [ref] })
    expect(plan).toMatchObject({ ready: 1, needsApp: true, seconds: { least: 1, most: 17 } })
    await expect(app.client.telegram.check({ refs: [ref] })).rejects.toMatchObject({ code: 'telegram.no-app' })
    expect((await app.client.jobs.list()).filter(({ kind }) => kind === 'check')).toEqual([])
  } finally {
    await app.client.telegram.changeSettings({ apiId: 4711, apiHash: '0123456789abcdef0123456789abcdef' })
  }
})

it('knows nothing of a job that never was', async () => {
  await expect(app.client.telegram.results({ jobId: 'job-none' })).rejects.toMatchObject({ code: 'request.expired' })
})

it('never has the key id in two spellings', async () => {
  const { authKey, keyId } = login()
  const ref = await addOne(authKey)
  expect([keyIdText(authKey), (await rowOf(ref)).keyId]).toEqual([keyId, keyId])
})
