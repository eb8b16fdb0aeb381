import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Ref } from '../src/shared/contract/common.ts'
import { newKey, openTelegramApp, type TelegramApp } from './support/telegram/telegram-app.ts'

// The Devices list, from files to a Telegram of our own.

const DAY_SECONDS = 24 * 3600

let app: TelegramApp
let accounts = 1000
let folders = 0

beforeAll(async () => {
  app = await openTelegramApp({ strictSingle: true })
}, 60_000)
afterAll(() => app.close())

/** An account with so many logins, each a session in a file; the first was made at `createdAt`. */
async function account(count: number, more: { isBot?: boolean; createdAt?: number } = {}) {
  accounts += 1
  folders += 1
  const id = accounts
  app.telegram.addAccount({ id, isBot: more.isBot ?? false, firstName: 'Ada', username: `ada_${id}` })
  const logins = Array.from({ length: count }, (_, index) => {
    const authKey = newKey()
    const createdAt = index === 0 ? more.createdAt : undefined
    const device = { deviceModel: `Model ${index}`, country: 'Iceland' }
    return { authKey, ...app.telegram.addLogin({ authKey, accountId: id, device, ...(createdAt && { createdAt }) }) }
  })
  const refs = await app.addSessions(
    `folder-${folders}`,
    logins.map(({ authKey }, index) => ({ name: `session-${index}`, authKey })),
  )
  return logins.map((login, index) => ({ ...login, ref: refs.get(`session-${index}`) as Ref }))
}

describe('devices', () => {
  it('lists the logins of the account with the asking one marked', async () => {
    const [first, second] = await account(2)
    if (!first || !second) throw new Error('no logins')
    const { devices, mayEndFrom, ttlDays, login } = await app.client.telegram.devices({ ref: first.ref })
    expect(devices).toHaveLength(2)
    expect(devices.find(({ current }) => current)).toMatchObject({ hash: '0' })
    expect(devices.find(({ current }) => !current)).toMatchObject({
      hash: String(second.hash),
      deviceModel: 'Model 1',
      country: 'Iceland',
    })
    expect(mayEndFrom).toBeNull()
    expect(ttlDays).toBeGreaterThan(0)
    expect(login.status).toBe('alive')
    // It was asked with its own key, and that says that it lives.
    expect((await app.client.sessions.get({ ref: first.ref })).row.login?.latest.status).toBe('alive')
    expect(app.telegram.stats.handshakes).toBe(0)
  })

  it('ends another login, whose session then shows as ended', async () => {
    const [first, second] = await account(2)
    if (!first || !second) throw new Error('no logins')
    const { devices } = await app.client.telegram.endDevice({
      ref: first.ref,
      hash: String(second.hash),
      confirmed: true,
    })
    expect(devices.map(({ current }) => current)).toEqual([true])
    expect(app.telegram.stateOf(second.keyId)).toBe('revoked')
    expect((await app.check([second.ref])).items).toMatchObject([{ login: { status: 'revoked' } }])
    const { entries } = await app.client.audit.list({ ref: first.ref, offset: 0, limit: 5 })
    expect(entries[0]).toMatchObject({ action: 'device-ended' })
  })

  it('does not end the asking login by its row', async () => {
    const [first] = await account(1)
    if (!first) throw new Error('no login')
    const ending = app.client.telegram.endDevice({ ref: first.ref, hash: '0', confirmed: true })
    await expect(ending).rejects.toMatchObject({ code: 'request.invalid' })
    expect(app.telegram.stateOf(first.keyId)).toBe('ok')
  })

  it('says from when a young login may end others', async () => {
    const createdAt = Math.floor(Date.now() / 1000) - 3600
    const [first, second] = await account(2, { createdAt })
    if (!first || !second) throw new Error('no logins')
    const { mayEndFrom } = await app.client.telegram.devices({ ref: first.ref })
    expect(mayEndFrom).toBe(createdAt + DAY_SECONDS)
    const ending = app.client.telegram.endDevice({ ref: first.ref, hash: String(second.hash), confirmed: true })
    await expect(ending).rejects.toMatchObject({ code: 'telegram.too-fresh', data: { until: createdAt + DAY_SECONDS } })
    expect(app.telegram.stateOf(second.keyId)).toBe('ok')
    expect((await app.client.sessions.get({ ref: first.ref })).row.login?.latest.status).toBe('alive')
  })

  it('ends all others once the word is typed, and names the sessions that die beforehand', async () => {
    const [first, second, third] = await account(3)
    const [stranger] = await account(1)
    if (!first || !second || !third || !stranger) throw new Error('no logins')
    // A string says nothing of its account: only who was asked is known to belong to it.
    await app.check([first.ref, second.ref, stranger.ref])
    const plan = await app.client.telegram.planEndOthers({ ref: first.ref })
    expect(plan.word).toBe(`ada_${accounts - 1}`)
    expect(plan.sessions.map(({ ref }) => ref)).toEqual([second.ref])

    const wrong = app.client.telegram.endOthers({ ref: first.ref, typed: 'ada' })
    await expect(wrong).rejects.toMatchObject({ code: 'request.confirmation' })
    expect(app.telegram.stateOf(second.keyId)).toBe('ok')

    const { devices } = await app.client.telegram.endOthers({ ref: first.ref, typed: plan.word })
    expect(devices.map(({ current }) => current)).toEqual([true])
    expect([second, third, stranger].map(({ keyId }) => app.telegram.stateOf(keyId))).toEqual([
      'revoked',
      'revoked',
      'ok',
    ])
  })

  it('offers nothing of it to bots, known or found out', async () => {
    const [bot] = await account(1, { isBot: true })
    if (!bot) throw new Error('no login')
    const before = app.telegram.calls.length
    await expect(app.client.telegram.devices({ ref: bot.ref })).rejects.toMatchObject({ code: 'request.unsupported' })
    expect(app.telegram.calls.length - before).toBe(1)
    // A refusal to a living login says that it lives.
    expect((await app.client.sessions.get({ ref: bot.ref })).row.login?.latest.status).toBe('alive')
    await app.check([bot.ref], { includeRecent: true })
    const known = app.telegram.calls.length
    await expect(app.client.telegram.devices({ ref: bot.ref })).rejects.toMatchObject({ code: 'request.unsupported' })
    expect(app.telegram.calls.length).toBe(known)
  })

  it('says how the asking login ended, and to wait where Telegram asks for it', async () => {
    const [first, second] = await account(2)
    if (!first || !second) throw new Error('no logins')
    app.telegram.setState(first.keyId, 'revoked')
    await expect(app.client.telegram.devices({ ref: first.ref })).rejects.toMatchObject({
      code: 'telegram.unauthorized',
      data: { status: 'revoked' },
    })
    app.telegram.script({ keyId: second.keyId }, { error: { code: 420, text: 'FLOOD_WAIT_77' } })
    await expect(app.client.telegram.devices({ ref: second.ref })).rejects.toMatchObject({
      code: 'telegram.wait',
      data: { seconds: 77 },
    })
  })
})
