import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { everything, openTestApp, type TestApp } from '../../../test/support/app/open-test-app.ts'
import { openTestLibrary } from '../../../test/support/app/open-test-library.ts'
import type { LoginResult } from '../domain/login.ts'
import { openAppDatabase } from '../sources/app-database.ts'
import type { LibraryEvent } from '../sources/interfaces.ts'
import { openLoginStore } from '../sources/login-store.ts'

const log = { info: () => undefined, warn: () => undefined, error: () => undefined }
const revoked: LoginResult = {
  status: 'revoked',
  atMs: 1_790_000_000_000,
  wayOut: 'Home proxy',
  dcId: 2,
  test: false,
  evidence: '401 SESSION_REVOKED',
  untilMs: null,
  newDcId: null,
  account: null,
}
const unreachable: LoginResult = {
  ...revoked,
  atMs: 1_790_000_060_000,
  status: 'network',
  evidence: 'no answer in 15 s',
}
const account = { id: 2n ** 62n + 1n, isBot: true, name: 'Shop', username: 'shop_bot', phone: null }
const alive: LoginResult = { ...revoked, status: 'alive', evidence: '', account }

let deck: TestApp
let sourceId: string
const list = async (change = {}) => (await deck.client.sessions.list({ ...everything, ...change })).rows

beforeAll(async () => {
  deck = await openTestApp()
  sourceId = await deck.addSource(
    deck.place(
      'bots',
      'telethon/schema8.session',
      'telethon/fresh.session',
      'pyrogram/files/v3-bot.session',
      'pyrogram/files/kurigram-v7.session',
    ),
  )
  await deck.addSource(deck.place('backup', 'telethon/schema8-resaved.session'))
  const rows = await list()
  const keyIdOf = (name: string) => rows.find((row) => row.name === name)?.keyId ?? ''
  // Beside the running program, as another one on the same data folder would.
  const database = openAppDatabase(join(deck.root, 'data'), log, 0)
  const logins = openLoginStore(database, () => undefined)
  logins.add(keyIdOf('schema8'), revoked)
  logins.add(keyIdOf('schema8'), unreachable)
  logins.add(keyIdOf('v3-bot'), alive)
  database.close()
  await deck.client.sessions.annotate({
    refs: [{ sourceId, key: 'fresh.session' }],
    note: 'so that lists are asked anew',
  })
})
afterAll(() => deck.close())

it('rows show what Telegram said, the same for each copy', async () => {
  const logins = Object.fromEntries((await list()).map(({ name, login }) => [name, login]))
  expect(logins).toEqual({
    fresh: null,
    'kurigram-v7': null,
    schema8: { latest: unreachable, final: revoked },
    'schema8-resaved': { latest: unreachable, final: revoked },
    'v3-bot': { latest: { ...alive, account: { ...account, id: '4611686018427387905' } }, final: null },
  })
})

it('lists filter by it, and sort', async () => {
  const names = async (logins: string[]) => (await list({ filters: { logins } })).map(({ name }) => name)
  expect(await names(['revoked'])).toEqual(['schema8', 'schema8-resaved'])
  expect(await names(['network'])).toEqual([])
  expect(await names(['unchecked', 'alive'])).toEqual(['kurigram-v7', 'v3-bot'])
  const sorted = await list({ sort: { column: 'login', direction: 'asc' } })
  expect(sorted.map(({ name }) => name)).toEqual(['v3-bot', 'schema8', 'schema8-resaved', 'fresh', 'kurigram-v7'])
})

it('counts tell how many there are of each, in words', async () => {
  const { logins, attention } = await deck.client.sessions.counts()
  expect(logins).toEqual([
    { value: 'alive', label: 'Signed in', count: 1 },
    { value: 'revoked', label: 'Ended from another device', count: 2 },
    { value: 'unchecked', label: 'Never checked', count: 1 },
  ])
  // The two dead ones, and the one without a key.
  expect(attention).toBe(3)
  expect((await list({ view: { kind: 'attention' } })).map(({ name }) => name)).toEqual([
    'fresh',
    'schema8',
    'schema8-resaved',
  ])
})

it('the detail shows it, and so does the preview of an import', async () => {
  const { row } = await deck.client.sessions.get({ ref: { sourceId, key: 'schema8.session' } })
  expect(row.login).toMatchObject({ final: { status: 'revoked' } })
  const path = deck.place('incoming', 'telethon/schema8.session')
  const staged = await deck.client.imports.stagePaths({ paths: [join(path, 'schema8.session')] })
  expect(staged.items[0]?.preview?.login).toMatchObject({ latest: { status: 'network' }, final: { status: 'revoked' } })
})

it('a new result is told of, many at once are told of together', async () => {
  const test = await openTestLibrary()
  try {
    const events: LibraryEvent[] = []
    await test.library.idle()
    const before = test.library.catalog.revision()
    test.library.subscribe((event) => events.push(event))
    for (let index = 0; index < 200; index += 1) test.library.logins.add(`key-${index}`, revoked)
    await expect.poll(() => events.filter(({ type }) => type === 'sessions').length).toBeGreaterThan(0)
    const told = events.filter((event) => event.type === 'sessions')
    expect(told.length).toBeLessThan(20)
    expect(told.at(-1)?.revision).toBe(before + 200)
  } finally {
    await test.close()
  }
})
