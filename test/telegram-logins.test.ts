import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BotLoginEvent, LoginEvent } from '../src/shared/contract/telegram.ts'
import { openTelegramApp, type TelegramApp } from './support/telegram/telegram-app.ts'

// New logins, from a token, a code or a scan to a session in its place.

let app: TelegramApp
const vault = { destination: { kind: 'source', sourceId: 'vault' }, target: null, values: {} } as const

beforeAll(async () => {
  app = await openTelegramApp({ allowHandshake: true })
}, 60_000)
afterAll(() => app.close())

const newToken = (id: number): string => `${id}:${randomBytes(26).toString('base64url')}`

/** Answers each event as it comes; gives them all. */
async function logIn(
  input: Parameters<TelegramApp['client']['telegram']['logIn']>[0],
  answer: (event: LoginEvent) => string | undefined | void,
): Promise<LoginEvent[]> {
  const events: LoginEvent[] = []
  let loginId = ''
  for await (const event of await app.client.telegram.logIn(input)) {
    events.push(event)
    if (event.type === 'started') loginId = event.loginId
    const text = answer(event)
    if (text !== undefined) await app.client.telegram.answerLogin({ loginId, answer: text })
  }
  return events
}

describe('bots', () => {
  it('makes a login of each token of a list, with a result for each line', async () => {
    for (const id of [5001, 5002]) app.telegram.addAccount({ id, isBot: true, firstName: 'Bot', username: `bot_${id}` })
    const [one, two, unknown, expired] = [newToken(5001), newToken(5002), newToken(5003), newToken(5004)]
    app.telegram.addBotToken(one, 5001)
    app.telegram.addBotToken(two, 5002)
    app.telegram.expireBotToken(expired)
    const tokens = `${one}\n\nTOKEN="${two}"\n${unknown}\nno token\n${one}\n${expired}`
    const events: BotLoginEvent[] = []
    for await (const event of await app.client.telegram.logInBots({ tokens, ...vault })) events.push(event)
    expect(events).toMatchObject([
      { line: 1, bot: '5001', error: null, saved: { account: { id: '5001', username: 'bot_5001', isBot: true } } },
      { line: 3, bot: '5002', error: null, saved: { account: { username: 'bot_5002' }, elsewhere: null } },
      {
        line: 4,
        bot: '5003',
        saved: null,
        error: { message: expect.stringContaining('does not know this bot token') },
      },
      { line: 5, bot: '', saved: null, error: { message: 'There is no bot token in this line.' } },
      { line: 6, saved: null, error: { message: expect.stringContaining('line 1') } },
      { line: 7, bot: '5004', saved: null, error: { message: expect.stringContaining('replaced by a newer one') } },
      { type: 'done', made: 2, failed: 4 },
    ])
    const told = JSON.stringify([
      events,
      app.deck.logged,
      await app.client.audit.list({ ref: null, offset: 0, limit: 50 }),
    ])
    for (const token of [one, two, unknown, expired]) expect(told).not.toContain(token.slice(5))

    const saved = events.flatMap((event) => (event.type === 'item' && event.saved?.ref ? [event.saved.ref] : []))
    const { row, dataCenters, apiId } = await app.client.sessions.get({ ref: saved[0] as (typeof saved)[0] })
    expect(row).toMatchObject({ name: 'bot_5001', account: { id: '5001', isBot: true }, dcId: 2, status: 'ok' })
    expect(dataCenters).toMatchObject([{ id: 2, hasKey: true, home: true }])
    expect(apiId).toBe(4711)
    // The key is Telegram's: it answers to it.
    expect((await app.check(saved)).items).toMatchObject([
      { login: { status: 'alive' } },
      { login: { status: 'alive' } },
    ])
  })

  it('stops at what would come of the next token, too', async () => {
    const tokens = [newToken(5011), newToken(5012), newToken(5013)]
    app.telegram.script({ method: 'auth.importBotAuthorization' }, { error: { code: 420, text: 'FLOOD_WAIT_600' } })
    const calls = app.telegram.calls.length
    const events: BotLoginEvent[] = []
    for await (const event of await app.client.telegram.logInBots({ tokens: tokens.join('\n'), ...vault })) {
      events.push(event)
    }
    expect(events.filter(({ type }) => type === 'item')).toHaveLength(3)
    expect(events.at(-1)).toEqual({ type: 'done', made: 0, failed: 3 })
    const made = app.telegram.calls.slice(calls).filter(({ method }) => method === 'auth.importBotAuthorization')
    expect(made).toHaveLength(1)
  })

  it('writes into a folder in the format chosen, and into the vault what the folder refuses', async () => {
    app.telegram.addAccount({ id: 5021, isBot: true, firstName: 'Bot', username: 'bot_5021' })
    const token = newToken(5021)
    app.telegram.addBotToken(token, 5021)
    const folder = join(app.deck.root, 'bots')
    mkdirSync(folder)
    const into = (target: { formatId: string; variant: string }, values: Record<string, string> = {}) =>
      collect(
        app.client.telegram.logInBots({ tokens: token, destination: { kind: 'folder', path: folder }, target, values }),
      )
    expect(await into({ formatId: 'telethon.sqlite', variant: '' })).toMatchObject([
      { saved: { path: join(folder, 'bot_5021.session'), elsewhere: null } },
      { type: 'done' },
    ])
    expect(readdirSync(folder)).toEqual(['bot_5021.session'])
    const refused = await into({ formatId: 'telethon.sqlite', variant: '' }, { 'user-id': 'no number' })
    expect(refused).toMatchObject([{ saved: { path: null, ref: { sourceId: 'vault' } } }, { type: 'done', made: 1 }])
    expect(refused[0]).toMatchObject({ saved: { elsewhere: expect.stringContaining('It is in the vault') } })
  })
})

async function collect(events: Promise<AsyncIterable<BotLoginEvent>>): Promise<BotLoginEvent[]> {
  const all: BotLoginEvent[] = []
  for await (const event of await events) all.push(event)
  return all
}

describe('people', () => {
  it('signs in by phone, code and password, each asked again when it was wrong', async () => {
    app.telegram.addAccount({ id: 6001, isBot: false, firstName: 'Ada', phone: '44770001' })
    app.telegram.setLoginCode('44770001', '24680')
    await app.telegram.setPassword(6001, 'open sesame')
    const codes = ['11111', '24680']
    const passwords = ['wrong', 'open sesame']
    const events = await logIn({ method: { kind: 'phone', phone: '+44 770 001' }, ...vault }, (event) =>
      event.type === 'code' ? codes.shift() : event.type === 'password' ? passwords.shift() : undefined,
    )
    expect(events.map(({ type }) => type)).toEqual(['started', 'code', 'code', 'password', 'password', 'made'])
    expect(events[1]).toMatchObject({ refused: null, length: 5 })
    expect(events[2]).toMatchObject({ refused: 'This is not the code that Telegram sent.' })
    expect(events[4]).toMatchObject({ refused: 'This is not the password of the account.' })
    expect(events.at(-1)).toMatchObject({
      saved: { account: { id: '6001', isBot: false, name: 'Ada' }, elsewhere: null },
    })
    const told = JSON.stringify([events, app.deck.logged])
    for (const secret of ['24680', 'open sesame']) expect(told).not.toContain(secret)
  })

  it('says why a number cannot sign in', async () => {
    const events = await logIn({ method: { kind: 'phone', phone: '+99 000 000' }, ...vault }, ({ type }) =>
      type === 'code' ? '12345' : undefined,
    )
    expect(events.at(-1)).toMatchObject({ type: 'failed', error: { message: expect.stringMatching(/phone number/) } })
  })

  it('signs in by QR code', async () => {
    app.telegram.addAccount({ id: 6002, isBot: false, firstName: 'Bea', username: 'bea' })
    const events = await logIn({ method: { kind: 'qr' }, ...vault }, (event) => {
      if (event.type === 'qr') app.telegram.acceptQr(6002)
    })
    expect(events.find(({ type }) => type === 'qr')).toMatchObject({
      link: expect.stringMatching(/^tg:\/\/login\?token=/),
    })
    expect(events.at(-1)).toMatchObject({ type: 'made', saved: { account: { username: 'bea' } } })
  })

  it('ends the login when the window goes away', async () => {
    const open = app.telegram.stats.open
    const stream = await app.client.telegram.logIn({ method: { kind: 'qr' }, ...vault })
    for await (const event of stream) if (event.type === 'qr') break
    await expect.poll(() => app.telegram.stats.open, { timeout: 10_000 }).toBe(open)
    await expect.poll(async () => app.client.jobs.list()).toEqual([])
    expect(await app.client.telegram.contacts()).toEqual([])
  })

  it('refuses before it contacts anybody: no place, no format, no API id, an answer that nobody asked for', async () => {
    const before = app.telegram.stats.connections
    const { logIn: call, answerLogin, changeSettings } = app.client.telegram
    const method = { kind: 'qr' } as const
    const nowhere = { ...vault, destination: { kind: 'source', sourceId: 'gone' } } as const
    await expect(call({ method, ...nowhere })).rejects.toMatchObject({ code: 'source.not-found' })
    const folder = { ...vault, destination: { kind: 'folder', path: join(app.deck.root, 'x') } } as const
    await expect(call({ method, ...folder })).rejects.toMatchObject({ code: 'request.invalid' })
    await expect(answerLogin({ loginId: 'none', answer: '1' })).rejects.toMatchObject({ code: 'request.expired' })
    await changeSettings({ apiId: null })
    await expect(call({ method, ...vault })).rejects.toMatchObject({ code: 'telegram.no-app' })
    await changeSettings({ apiId: 4711 })
    expect(app.telegram.stats.connections).toBe(before)
  })
})
