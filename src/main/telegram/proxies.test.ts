import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:net'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type LocalNetwork, localNetwork, unstopped } from '../../../test/support/local-telegram.ts'
import {
  type Forwarder,
  startHttpForwarder,
  startSocksForwarder,
} from '../../../test/support/telegram-server/forwarders.ts'
import { Secret } from '../domain/secret.ts'
import type { WayOut } from './gateway.ts'
import { createLocalGateway } from './local-gateway.ts'

const gateway = createLocalGateway({ version: '1.2.3' })
const impatient = createLocalGateway({ version: '1.2.3', budgetMs: 400 })
const PASSWORD = 'pröxy-päss:word'

let network: LocalNetwork
const opened: { close(): unknown }[] = []
function kept<T extends { close(): unknown }>(thing: T): T {
  opened.push(thing)
  return thing
}

beforeEach(async () => {
  network = await localNetwork({ dcIds: [2, 4] })
})
afterEach(async () => {
  for (const thing of opened.splice(0)) await thing.close()
  await network.telegram.close()
})

const proxies = [
  ['socks5', startSocksForwarder],
  ['http', startHttpForwarder],
] as const

function through(kind: 'socks5' | 'http', { host, port }: Pick<Forwarder, 'host' | 'port'>, login = false): WayOut {
  const password = login ? Secret.fromText(PASSWORD) : null
  return { kind, id: 'p1', name: 'Home proxy', host, port, user: login ? 'anna' : '', password }
}

describe.each(proxies)('a %s proxy', (kind, start) => {
  test('carries a check; the data centre is not contacted without it', async () => {
    const proxy = kept(await start())
    const login = network.login({ wayOut: through(kind, proxy) })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive', value: { id: 42n } })
    expect(proxy.connections()).toBe(1)
    expect(network.telegram.stats).toMatchObject({ connections: 1, handshakes: 0 })
    expect(await gateway.check({ ...network.stranger(), wayOut: login.wayOut }, unstopped)).toMatchObject({
      status: 'key-unknown',
    })
    expect(network.telegram.stats.handshakes).toBe(0)
  })

  test('is given its user and password', async () => {
    const proxy = kept(await start({ user: 'anna', password: PASSWORD }))
    const login = network.login({ wayOut: through(kind, proxy, true) })
    expect(await gateway.check(login, unstopped)).toMatchObject({ status: 'alive' })
  })

  test('that refuses them is named, and nothing is contacted without it', async () => {
    const proxy = kept(await start({ user: 'anna', password: 'another' }))
    for (const withLogin of [true, false]) {
      const login = network.login({ wayOut: through(kind, proxy, withLogin) })
      const answer = await gateway.check(login, unstopped)
      expect(answer).toMatchObject({ status: 'network', maybeDone: false })
      expect(answer.evidence).toMatch(/^the proxy (refuses the|wants a) user (or|and) password \(proxy Home proxy\)$/)
      expect(answer.evidence).not.toContain(PASSWORD)
    }
    expect(network.telegram.stats.connections).toBe(0)
  })

  test('that is down is named', async () => {
    const proxy = await start()
    await proxy.close()
    const answer = await gateway.check(network.login({ wayOut: through(kind, proxy) }), unstopped)
    expect(answer).toMatchObject({
      status: 'network',
      evidence: `connection refused by 127.0.0.1:${proxy.port} (proxy Home proxy)`,
      maybeDone: false,
    })
    expect(network.telegram.stats.connections).toBe(0)
  })

  test('that leads nowhere says so', async () => {
    const proxy = kept(await start())
    const login = network.login({ wayOut: through(kind, proxy) })
    const dead = await localNetwork()
    const { port } = dead.endpoint()
    await dead.telegram.close()
    const answer = await gateway.check({ ...login, endpoint: { ...login.endpoint, port } }, unstopped)
    expect(answer).toMatchObject({ status: 'network', maybeDone: false })
    expect(answer.evidence).toMatch(/^the proxy (could not connect|closed the connection).*\(proxy Home proxy\)$/)
  })

  test('that says nothing costs no more than the budget, and its connection ends', async () => {
    const silent = await silentServer()
    const answer = await impatient.check(network.login({ wayOut: through(kind, silent) }), unstopped)
    expect(answer).toMatchObject({ status: 'network', evidence: 'no answer in 0.4 s (proxy Home proxy)' })
    await expect.poll(silent.open).toBe(0)
  })

  test('that is something else is not trusted', async () => {
    const odd = await silentServer(Buffer.from('SSH-2.0-OpenSSH_9.2\r\n\r\n'))
    const answer = await gateway.check(network.login({ wayOut: through(kind, odd) }), unstopped)
    expect(answer.evidence).toMatch(/^the proxy does not speak (SOCKS5|HTTP) \(proxy Home proxy\)$/)
  })

  test('reaches an IPv6 address', async () => {
    const proxy = kept(await start())
    const login = network.login({ wayOut: through(kind, proxy) })
    // Our data centres listen on IPv4 alone: what counts is that the proxy understood.
    const answer = await gateway.check({ ...login, endpoint: { ...login.endpoint, host: '::1' } }, unstopped)
    expect(answer).toMatchObject({ status: 'network' })
    expect(answer.evidence).toMatch(/^the proxy (could not connect|closed the connection)/)
  })
})

describe('an MTProxy', () => {
  const secret = randomBytes(16)
  const proxy = (text: string): WayOut => {
    const { host, port } = network.endpoint()
    return { kind: 'mtproxy', id: 'p2', name: 'Cellar', host, port, secret: Secret.fromText(text) }
  }

  beforeEach(async () => {
    await network.telegram.close()
    network = await localNetwork({ dcIds: [2, 4], proxySecret: secret })
  })

  test.each([
    ['plain', secret.toString('hex'), 'obfuscated intermediate'],
    ['plain, in base64', ` ${secret.toString('base64')}\n`, 'obfuscated intermediate'],
    ['padded', `dd${secret.toString('hex')}`, 'obfuscated padded'],
  ])('with a secret that is %s leads to the data centre of the login', async (_name, text, framing) => {
    const login = network.login({ dcId: 4, wayOut: proxy(text) })
    // Of the data centre's address nothing is used.
    const elsewhere = { ...login, endpoint: { ...login.endpoint, host: '192.0.2.1', port: 9 } }
    expect(await gateway.check(elsewhere, unstopped)).toMatchObject({ status: 'alive' })
    expect(network.telegram.calls).toMatchObject([{ dcId: 4 }])
    expect([...network.telegram.stats.framings.keys()]).toEqual([framing])
    const stranger = { ...network.stranger(), wayOut: login.wayOut }
    expect(await gateway.check(stranger, unstopped)).toMatchObject({ status: 'key-unknown' })
    expect(network.telegram.stats.handshakes).toBe(0)
  })

  test('with a secret that is none is not contacted', async () => {
    for (const text of ['', 'no secret', 'abcd', `99${secret.toString('hex')}`]) {
      expect(await gateway.check(network.login({ wayOut: proxy(text) }), unstopped)).toMatchObject({
        status: 'network',
        evidence: 'its secret is not one of an MTProxy (proxy Cellar)',
      })
    }
    expect(network.telegram.stats.connections).toBe(0)
  })

  test('with the wrong secret gives no answer', async () => {
    const wrong = proxy(randomBytes(16).toString('hex'))
    const answer = await impatient.check(network.login({ wayOut: wrong }), unstopped)
    expect(answer).toMatchObject({ status: 'network', value: null })
    expect(answer.evidence).toMatch(/\(proxy Cellar\)$/)
  })
})

/** Takes connections and says at most one thing. */
async function silentServer(greeting?: Buffer): Promise<{ host: string; port: number; open(): number }> {
  let open = 0
  const server: Server = createServer((socket) => {
    open += 1
    socket.on('error', () => {})
    socket.on('close', () => {
      open -= 1
    })
    socket.on('data', () => {
      if (greeting) socket.write(greeting)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  kept(server)
  const address = server.address()
  return {
    host: '127.0.0.1',
    port: address !== null && typeof address === 'object' ? address.port : 0,
    open: () => open,
  }
}
