import { setTimeout as wait } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type LocalNetwork, localNetwork } from '../../../test/support/local-telegram.ts'
import type { Verdict } from './classify.ts'
import { type Client, createClient } from './client.ts'
import type { LoginAccess } from './gateway.ts'
import { type Guard, guardTransport } from './guard-transport.ts'
import { createSockets, type Sockets } from './sockets.ts'
import { transportFor } from './transports.ts'

// The library left to its own devices, with nothing but the guard around it: no errors are taken from it here.

let network: LocalNetwork
let client: Client
let sockets: Sockets
let guard: Guard
let verdicts: Verdict[]

beforeEach(async () => {
  network = await localNetwork({ dcIds: [2, 4], allowHandshake: true })
  verdicts = []
  sockets = createSockets()
})
afterEach(async () => {
  await sockets.close()
  await client.destroy()
  await network.telegram.close()
})

/** Asks who the login is, behind the guard of data centre 2. The answer is of no interest. */
function ask(login: LoginAccess): void {
  guard = guardTransport(transportFor(login.wayOut, sockets), 2, (verdict) => verdicts.push(verdict))
  client = createClient({
    endpoint: login.endpoint,
    apiId: login.app.apiId,
    version: '1.2.3',
    transport: guard.transport,
    authKey: new Uint8Array(login.authKey.open()),
    withUpdates: false,
    takesError: () => false,
  })
  client.mt
    .connect()
    .then(() => client.mt.call({ _: 'users.getUsers', id: [{ _: 'inputUserSelf' }] }))
    .catch(() => {})
}

async function verdict(): Promise<Verdict | undefined> {
  await expect.poll(() => verdicts.length, { timeout: 10_000 }).toBe(1)
  // Whatever the library does next, it is not heard again.
  await wait(200)
  expect(verdicts).toHaveLength(1)
  return verdicts[0]
}

test('no other data centre is contacted, though the library follows', async () => {
  network.telegram.script({ method: 'users.getUsers' }, { error: { code: 303, text: 'USER_MIGRATE_4' } })
  ask(network.login())
  expect(await verdict()).toMatchObject({ status: 'wrong-dc', newDcId: 4 })
  expect(network.telegram.stats).toMatchObject({ connections: 1, handshakes: 0 })
})

test('no key is made, though the library asks for a temporary one', async () => {
  ask(network.login({ state: 'temporary' }))
  expect(await verdict()).toMatchObject({ status: 'key-unknown', evidence: 'the client wanted to make a new key' })
  expect(network.telegram.stats.handshakes).toBe(0)
})

test('the second 404 is the verdict, before the library can make a new key', async () => {
  ask(network.stranger())
  expect(await verdict()).toMatchObject({ status: 'key-unknown', evidence: 'transport error 404, twice' })
  expect(network.telegram.stats).toMatchObject({ connections: 2, handshakes: 0 })
})

test('four connections and no fifth', async () => {
  network.telegram.script({}, 'drop', 'drop', 'drop', 'drop', 'drop')
  ask(network.login())
  expect(await verdict()).toMatchObject({ status: 'network', evidence: 'the connection was cut 4 times' })
  expect(network.telegram.stats.connections).toBe(4)
})

test('once stopped, nothing passes', async () => {
  ask(network.login())
  guard.stop()
  await wait(200)
  expect(network.telegram.stats.connections).toBe(0)
  expect(verdicts).toEqual([])
  expect(guard.hasSent()).toBe(false)
})

test('knows whether something went out', async () => {
  network.telegram.script({}, 'hang')
  ask(network.login())
  await expect.poll(() => network.telegram.calls.length).toBe(1)
  expect(guard.hasSent()).toBe(true)
  expect(verdicts).toEqual([])
})
