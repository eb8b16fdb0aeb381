import { Long, type tl } from '@mtcute/core'
import { addPublicKey, NodeCryptoProvider, readStringSession } from '@mtcute/node/utils.js'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { Secret } from '../../src/main/domain/secret.ts'
import type { LoginAccess } from '../../src/main/telegram/gateway.ts'
import { createLocalGateway } from '../../src/main/telegram/local-gateway.ts'
import { unstopped } from '../support/local-telegram.ts'
import { clientWith, clientWithoutKey, refusalOf } from '../support/telegram-client.ts'
import { type GotdServer, gotdServer } from './support/gotd-server.ts'
import { attempt } from './support/run.ts'

/** Another server than our own, by people who wrote neither it nor the client. */

const ADA: tl.RawUser = { _: 'user', id: 1001, self: true, accessHash: Long.ONE, firstName: 'Ada', phone: '9996621234' }
const getUsers: tl.users.RawGetUsersRequest = { _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }

const { value: start, reason } = await attempt(gotdServer)

/** Makes a key with the server, which takes none that it did not make. */
async function newKey(server: GotdServer, dcId = 2): Promise<Uint8Array> {
  const client = clientWithoutKey(server, { dcId })
  await client.call({ _: 'help.getConfig' })
  const { authKey } = readStringSession(await client.exportSession())
  await client.destroy()
  return authKey
}

describe.skipIf(start === null)(`gotd’s server${start === null ? ` (skipped: ${reason})` : ''}`, () => {
  let server: GotdServer
  beforeEach(async () => {
    server = await start!(ADA)
    onTestFinished(() => server.close())
    const crypto = new NodeCryptoProvider()
    await crypto.initialize()
    for (const key of server.publicKeys) addPublicKey(crypto, key)
  })

  test('answers a client that takes a key with it', async () => {
    const client = await clientWith(server, await newKey(server))
    expect(await client.call(getUsers)).toMatchObject([{ id: 1001, firstName: 'Ada', phone: '9996621234' }])
    const { authorizations } = await client.call({ _: 'account.getAuthorizations' })
    expect(authorizations).toMatchObject([
      { current: true, deviceModel: 'This one' },
      { current: false, deviceModel: 'Gopher' },
    ])
  })

  test('ends one login and no other', async () => {
    const [ours, twin] = [await newKey(server), await newKey(server)]
    const client = await clientWith(server, ours)
    expect(await client.call({ _: 'auth.logOut' })).toMatchObject({ _: 'auth.loggedOut' })
    expect(await refusalOf(client.call(getUsers))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(await refusalOf(client.call({ _: 'auth.logOut' }))).toBe('401 AUTH_KEY_UNREGISTERED')
    expect(await refusalOf((await clientWith(server, twin)).call(getUsers))).toBe('no refusal')
  })

  describe('and the app’s gateway', () => {
    const gateway = createLocalGateway({ version: '0.0.0' })
    const accessTo = (authKey: Uint8Array, dcId = 2): LoginAccess => ({
      endpoint: { id: dcId, ...server.endpoints.get(dcId)!, test: false },
      app: { apiId: 1, apiHash: Secret.fromText('hash') },
      wayOut: { kind: 'direct' },
      authKey: new Secret(Uint8Array.from(authKey)),
    })

    test('checks, lists devices, logs out', async () => {
      const authKey = await newKey(server)
      const account = { id: 1001n, isBot: false, name: 'Ada' }
      expect(await gateway.check(accessTo(authKey), unstopped)).toMatchObject({ status: 'alive', value: account })
      const { value } = await gateway.devices(accessTo(authKey), unstopped)
      expect(value).toMatchObject({
        ttlDays: 180,
        devices: [
          { hash: 0n, current: true },
          { hash: 77n, current: false },
        ],
      })
      expect(await gateway.logOut(accessTo(authKey), unstopped)).toMatchObject({ status: 'alive', value: true })
      expect(await gateway.check(accessTo(authKey), unstopped)).toMatchObject({ status: 'logged-out', value: null })
    })

    test('finds a key unknown to all data centres but its own', async () => {
      const authKey = await newKey(server, 4)
      expect(await gateway.check(accessTo(authKey, 4), unstopped)).toMatchObject({ status: 'alive' })
      expect(await gateway.check(accessTo(authKey, 2), unstopped)).toMatchObject({ status: 'key-unknown' })
    })
  })
})
