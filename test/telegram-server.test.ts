import { randomBytes } from 'node:crypto'
import type { tl } from '@mtcute/core'
import { BaseTelegramClient, MemoryStorage, TcpTransport } from '@mtcute/node'
import { describe, expect, onTestFinished, test } from 'vitest'
import { keyIdOf } from '../src/main/domain/key-id.ts'
import { Secret } from '../src/main/domain/secret.ts'
import { type LocalTelegram, startTelegram, type TelegramOptions } from './support/telegram-server/start.ts'

const ADA = { id: 1001, isBot: false, firstName: 'Ada', username: 'ada', phone: '+999 66 21234' }
const ROBO = { id: 5001, isBot: true, firstName: 'Robo' }
const SELF: tl.users.RawGetUsersRequest = { _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }

async function started(options: TelegramOptions = {}): Promise<LocalTelegram> {
  const telegram = await startTelegram(options)
  onTestFinished(() => telegram.close())
  telegram.addAccount(ADA)
  telegram.addAccount(ROBO)
  return telegram
}

async function clientOf(telegram: LocalTelegram, authKey: Uint8Array, dcId = 2): Promise<BaseTelegramClient> {
  const { host, port } = telegram.endpoints.get(dcId)!
  const dc = { id: dcId, ipAddress: host, port }
  const dcs = { main: dc, media: dc }
  const client = new BaseTelegramClient({
    apiId: 1,
    apiHash: 'hash',
    storage: new MemoryStorage(),
    transport: new TcpTransport(),
    defaultDcs: dcs,
    disableUpdates: true,
    updates: false,
    logLevel: 0,
    initConnectionOptions: { deviceModel: 'Desk', systemVersion: '9', appVersion: '3.1' },
    network: { middlewares: [], usePfs: false, connectionCount: () => 1 },
  })
  client.onError.add(() => {})
  onTestFinished(() => client.destroy())
  await client.importSession({ authKey, primaryDcs: dcs }, true)
  return client
}

describe('one call', () => {
  test('is answered over one connection', async () => {
    const telegram = await started()
    const authKey = randomBytes(256)
    const { keyId } = telegram.addLogin({ authKey, accountId: ADA.id })
    expect(keyId).toBe(keyIdOf(new Secret(authKey)))
    const client = await clientOf(telegram, authKey)
    expect(await client.call(SELF)).toMatchObject([{ id: 1001, firstName: 'Ada', phone: '9996621234' }])
    expect(telegram.calls).toMatchObject([
      { keyId, method: 'users.getUsers', layer: 227, init: { deviceModel: 'Desk' } },
    ])
    expect(telegram.stats).toMatchObject({ connections: 1, open: 1, mostOpen: 1, handshakes: 0, wrongSalts: 1 })
    await client.destroy()
    await expect.poll(() => telegram.stats.open).toBe(0)
  })
})
