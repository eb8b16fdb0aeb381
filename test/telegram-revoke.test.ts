import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createLocalGateway } from '../src/main/telegram/local-gateway.ts'
import type { Ref } from '../src/shared/contract/common.ts'
import type { ResultItem } from '../src/shared/contract/telegram.ts'
import type { Behaviour } from './support/telegram-server/script.ts'
import { collectResults, newKey, openTelegramApp, type TelegramApp } from './support/telegram/telegram-app.ts'

// Logging out, from files to a Telegram of our own.

let app: TelegramApp
let folders = 0

beforeAll(async () => {
  app = await openTelegramApp(
    { strictSingle: true },
    // Lost answers are waited for to the end.
    { gateway: createLocalGateway({ version: '0.0.0', budgetMs: 4000 }) },
  )
  app.telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada', username: 'ada', phone: '44770' })
  app.telegram.addAccount({ id: 778, isBot: true, firstName: 'Shop', username: 'shop_bot' })
}, 60_000)
afterAll(() => app.close())

function login(accountId = 777) {
  const authKey = newKey()
  return { authKey, ...app.telegram.addLogin({ authKey, accountId }) }
}

async function add(...keys: Uint8Array[]): Promise<{ refs: Ref[]; folder: string }> {
  folders += 1
  const folder = `folder-${folders}`
  const refs = await app.addSessions(
    folder,
    keys.map((authKey, index) => ({ name: `shop-${index}`, authKey })),
  )
  return { refs: keys.map((_, index) => refs.get(`shop-${index}`)).filter((ref) => ref !== undefined), folder }
}

async function revoke(refs: readonly Ref[], more: { thenDelete?: boolean } = {}) {
  const { jobId } = await app.client.telegram.revoke({ refs: [...refs], confirmed: true, ...more })
  return collectResults(await app.client.telegram.results({ jobId }))
}

async function statusOf(ref: Ref) {
  return (await app.client.sessions.get({ ref })).row.login?.latest.status
}

/** The client asks again and again for what it got no answer to. */
const always = (behaviour: Behaviour): Behaviour[] => Array.from({ length: 200 }, () => behaviour)

const callsOf = (keyId: string) => app.telegram.calls.filter((call) => call.keyId === keyId).map(({ method }) => method)

describe('log out', () => {
  it.each([777, 778])(
    'ends the login of account %i with one call, and tells every copy of its key',
    async (account) => {
      const { authKey, keyId } = login(account)
      const sibling = login(account)
      const one = await add(authKey, sibling.authKey)
      const other = await add(authKey)
      const [ref, twin] = [one.refs[0], other.refs[0]]
      if (!ref || !twin || !one.refs[1]) throw new Error('no sessions')

      const [plan] = await app.client.telegram.planRevoke({ refs: [ref] })
      expect(plan).toMatchObject({
        name: 'shop-0',
        refused: null,
        inUseBy: [],
        copies: [{ ref: twin, name: 'shop-0' }],
      })

      const { items, progress } = await revoke([ref])
      expect(items).toMatchObject([
        { outcome: 'logged-out', copies: 1, trashId: null, login: { status: 'logged-out' } },
      ])
      expect(progress).toMatchObject({ state: 'done', done: 1 })
      expect(app.telegram.stateOf(keyId)).toBe('unregistered')
      expect(callsOf(keyId)).toEqual(['auth.logOut'])
      expect(await statusOf(ref)).toBe('logged-out')
      expect(await statusOf(twin)).toBe('logged-out')
      // Another login of the account lives on, and the file is where it was.
      expect(app.telegram.stateOf(sibling.keyId)).toBe('ok')
      expect((await app.check([one.refs[1]])).items).toMatchObject([{ login: { status: 'alive' } }])
      expect(existsSync(join(app.deck.root, one.folder, 'shop-0.txt'))).toBe(true)
      const { entries } = await app.client.audit.list({ ref, offset: 0, limit: 5 })
      expect(entries[0]).toMatchObject({
        action: 'revoked',
        text: 'Logged out “shop-0” at Telegram (answered auth.logOut)',
      })
      expect(app.telegram.stats.handshakes).toBe(0)
    },
  )

  it('says of a login that had ended that it had, and asks nobody where that is known', async () => {
    const { authKey, keyId } = login()
    const { refs } = await add(authKey)
    app.telegram.setState(keyId, 'revoked')
    expect((await revoke(refs)).items).toMatchObject([{ outcome: 'already', login: { status: 'revoked' } }])
    expect((await revoke(refs)).items).toMatchObject([{ outcome: 'already', login: { status: 'revoked' } }])
    expect(callsOf(keyId)).toEqual(['auth.logOut'])
  })

  it.each(['banned', 'forgotten'] as const)('deletes nothing of a login that may live again: %s', async (state) => {
    const { authKey, keyId } = login()
    const { refs, folder } = await add(authKey)
    app.telegram.setState(keyId, state)
    const { items } = await revoke(refs, { thenDelete: true })
    expect(items).toMatchObject([{ outcome: 'failed', trashId: null }])
    expect(items[0]?.reason).not.toBe('')
    expect(existsSync(join(app.deck.root, folder, 'shop-0.txt'))).toBe(true)
  })

  it('settles a lost answer with one check: done', async () => {
    const { authKey, keyId } = login()
    const { refs } = await add(authKey)
    app.telegram.script({ keyId, method: 'auth.logOut' }, 'do-then-drop', ...always('hang'))
    const { items } = await revoke(refs)
    expect(items[0]?.outcome).toMatch(/^(logged-out|already)$/)
    expect(items).toMatchObject([{ login: { status: 'logged-out' } }])
    expect(app.telegram.stateOf(keyId)).toBe('unregistered')
  }, 60_000)

  it('says of an answer that stays lost that it is in doubt, and deletes nothing', async () => {
    const { authKey, keyId } = login()
    const { refs, folder } = await add(authKey)
    app.telegram.script({ keyId, method: 'auth.logOut' }, ...always('hang'))
    app.telegram.script({ keyId, method: 'users.getUsers' }, ...always('hang'))
    const { items } = await revoke(refs, { thenDelete: true })
    expect(items).toMatchObject([{ outcome: 'in-doubt', trashId: null }])
    expect(items[0]?.reason).toContain('The answer to the log-out was lost')
    expect(existsSync(join(app.deck.root, folder, 'shop-0.txt'))).toBe(true)
  }, 90_000)

  it('offers it again when the lost log-out was never done', async () => {
    const { authKey, keyId } = login()
    const { refs } = await add(authKey)
    app.telegram.script({ keyId, method: 'auth.logOut' }, ...always('hang'))
    const { items } = await revoke(refs)
    expect(items).toMatchObject([{ outcome: 'failed', login: { status: 'alive' } }])
    expect(items[0]?.reason).toContain('still lives')
    expect(await statusOf(refs[0] as Ref)).toBe('alive')
  }, 60_000)

  it('deletes after Telegram confirmed, also the chosen copies, when the person chose to', async () => {
    const ended = login()
    const failing = login()
    const one = await add(ended.authKey, ended.authKey, failing.authKey)
    app.telegram.script(
      { keyId: failing.keyId, method: 'auth.logOut' },
      { error: { code: 420, text: 'FLOOD_WAIT_900' } },
    )
    const { items } = await revoke(one.refs, { thenDelete: true })
    const byName = new Map(items.map((item): [string, ResultItem] => [item.name, item]))
    expect(byName.get('shop-0')).toMatchObject({ outcome: 'logged-out', reason: '' })
    expect(byName.get('shop-1')).toMatchObject({ outcome: 'logged-out', reason: '' })
    expect(byName.get('shop-0')?.trashId).toBeTypeOf('string')
    expect(byName.get('shop-1')?.trashId).toBeTypeOf('string')
    expect(byName.get('shop-2')).toMatchObject({ outcome: 'failed', trashId: null, login: { status: 'rate-limited' } })
    expect(callsOf(ended.keyId)).toEqual(['auth.logOut'])
    const there = (name: string): boolean => existsSync(join(app.deck.root, one.folder, `${name}.txt`))
    expect([there('shop-0'), there('shop-1'), there('shop-2')]).toEqual([false, false, true])
  })

  it('refuses a session that Telegram said is at the wrong data centre', async () => {
    const { authKey, keyId } = login()
    const { refs } = await add(authKey)
    app.telegram.script({ keyId }, { error: { code: 303, text: 'USER_MIGRATE_4' } })
    await app.check(refs)
    const [plan] = await app.client.telegram.planRevoke({ refs })
    expect(plan?.refused).toContain('another data centre')
    expect((await revoke(refs)).items).toMatchObject([{ outcome: 'failed', login: null }])
    expect(callsOf(keyId)).toEqual(['users.getUsers'])
  })

  it('drops the token that a log-out may answer', async () => {
    const token = randomBytes(24)
    app.telegram.knobs.futureAuthToken = token
    const { authKey } = login()
    const { refs } = await add(authKey)
    const result = await revoke(refs)
    app.telegram.knobs.futureAuthToken = null
    expect(result.items).toMatchObject([{ outcome: 'logged-out' }])
    const told = JSON.stringify([
      result,
      app.deck.logged,
      await app.client.audit.list({ ref: null, offset: 0, limit: 50 }),
    ])
    for (const encoding of ['hex', 'base64', 'base64url'] as const) expect(told).not.toContain(token.toString(encoding))
  })
})
