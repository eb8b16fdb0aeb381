import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { APP, newKey, openTelegramApp, type TelegramApp, telethonString } from './support/telegram/telegram-app.ts'

// Which API id a session is asked under.

const FURTHER = { apiId: 7001, apiHash: 'fedcba9876543210fedcba9876543210' }
let app: TelegramApp

beforeAll(async () => {
  app = await openTelegramApp()
  app.telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada', username: 'ada' })
}, 60_000)
afterAll(() => app.close())

/** A Pyrogram file, which stores an API id. */
async function addPyrogram(apiId: number) {
  const authKey = newKey()
  const { keyId } = app.telegram.addLogin({ authKey, accountId: 777 })
  const path = join(app.deck.root, `pyrogram-${apiId}`)
  mkdirSync(path)
  const { client } = app
  const { ticket, items } = await client.imports.stageText({ text: telethonString({ authKey }) })
  const commit = await client.imports.commit({
    ticket,
    items: items.map(({ id }) => ({ id, name: 'shop' })),
    destination: { kind: 'folder', path },
    target: { formatId: 'pyrogram.sqlite', variant: '' },
    values: { 'user-id': '777', 'is-bot': 'no', 'api-id': String(apiId) },
  })
  for await (const event of commit) if (event.type === 'item') expect(event.error).toBeNull()
  const sourceId = await app.deck.addSource(path)
  return { keyId, ref: { sourceId, key: 'shop.session' } }
}

const apiIdsFor = (keyId: string) =>
  app.telegram.calls.filter((call) => call.keyId === keyId).map(({ init }) => init?.apiId)

it('asks under the API id that a session stores where its hash is kept, else under the general one', async () => {
  const own = await addPyrogram(FURTHER.apiId)
  const foreign = await addPyrogram(7002)
  expect(await app.client.telegram.addApp(FURTHER)).toMatchObject({ apiId: APP.apiId, moreApiIds: [FURTHER.apiId] })
  const { items } = await app.check([own.ref, foreign.ref])
  expect(items.map(({ login }) => login?.status)).toEqual(['alive', 'alive'])
  expect(apiIdsFor(own.keyId)).toEqual([FURTHER.apiId])
  expect(apiIdsFor(foreign.keyId)).toEqual([APP.apiId])

  expect((await app.client.telegram.removeApp({ apiId: FURTHER.apiId })).moreApiIds).toEqual([])
  await app.check([own.ref], { includeRecent: true })
  expect(apiIdsFor(own.keyId)).toEqual([FURTHER.apiId, APP.apiId])
})

it('refuses the general API id as a further one', async () => {
  await expect(app.client.telegram.addApp({ ...FURTHER, apiId: APP.apiId })).rejects.toMatchObject({
    code: 'request.invalid',
    data: { field: 'apiId' },
  })
})
