import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { startTelegram } from '../../../test/support/telegram-server/start.ts'
import { Secret } from '../domain/secret.ts'
import { createGateway } from './worker-gateway.ts'

test('a check in the thread: one connection, one question, no key made', async () => {
  const telegram = await startTelegram({ dcIds: [2] })
  const gateway = createGateway({ code: null, version: '1.2.3' })
  try {
    telegram.addAccount({ id: 42, isBot: false, firstName: 'Ada', lastName: 'Lovelace', username: 'ada', phone: '999' })
    const authKey = randomBytes(256)
    telegram.addLogin({ dcId: 2, authKey, accountId: 42 })
    const place = telegram.endpoints.get(2) ?? { host: '', port: 0 }
    const answer = await gateway.check(
      {
        authKey: new Secret(authKey),
        app: { apiId: 1, apiHash: Secret.fromText('hash') },
        wayOut: { kind: 'direct' },
        endpoint: { id: 2, ...place, test: false },
      },
      new AbortController().signal,
    )
    expect(answer).toMatchObject({
      status: 'alive',
      value: { id: 42n, isBot: false, name: 'Ada Lovelace', username: 'ada', phone: '999' },
    })
    expect(telegram.calls.map(({ method }) => method)).toEqual(['users.getUsers'])
    expect(telegram.stats).toMatchObject({ connections: 1, handshakes: 0 })
  } finally {
    await gateway.close()
    await telegram.close()
  }
})
