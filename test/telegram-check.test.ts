import { afterEach, expect, it } from 'vitest'
import { newKey, openTelegramApp, type TelegramApp } from './support/telegram/telegram-app.ts'

const opened: TelegramApp[] = []
async function open(...input: Parameters<typeof openTelegramApp>): Promise<TelegramApp> {
  const app = await openTelegramApp(...input)
  opened.push(app)
  return app
}
afterEach(async () => {
  for (const app of opened.splice(0)) await app.close()
})

it('asks about one session: one connection, one call, no key made, and the account shown', async () => {
  const { telegram, client, addSessions, check } = await open()
  telegram.addAccount({ id: 777, isBot: false, firstName: 'Ada', lastName: 'L', username: 'ada', phone: '+44 7700' })
  const authKey = newKey()
  const { keyId } = telegram.addLogin({ authKey, accountId: 777 })
  const refs = await addSessions('bots', [{ name: 'shop', authKey }])
  const before = telegram.stats.connections
  const { items, progress } = await check([...refs.values()])
  expect(items).toMatchObject([
    {
      name: 'shop',
      outcome: 'checked',
      login: { status: 'alive', wayOut: 'direct', dcId: 2, test: false, account: { id: '777', name: 'Ada L' } },
    },
  ])
  expect(progress).toMatchObject({ state: 'done', done: 1, total: 1 })
  expect(telegram.stats.connections - before).toBe(1)
  expect(telegram.calls.map(({ keyId: by, method }) => [by, method])).toEqual([[keyId, 'users.getUsers']])
  expect(telegram.stats.handshakes).toBe(0)
  expect(await client.telegram.contacts()).toEqual([])
})
