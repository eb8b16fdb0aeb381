import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { NodeCryptoProvider } from '@mtcute/node/utils.js'
import { Connection } from './connection.ts'
import { type Core, nowSeconds } from './core.ts'
import { openLoginToken } from './methods/login-token.ts'
import { rsaKey } from './rsa-key.ts'
import { createScript } from './script.ts'
import { verifierOf } from './srp.ts'
import { addLogin, createWorld, digitsOf, standingLogins } from './state.ts'
import type { LocalTelegram, LoginHandle, TelegramOptions } from './telegram.ts'

export type { Behaviour, ScriptMatch } from './script.ts'
export type {
  Account,
  Device,
  InitFields,
  Knobs,
  LocalTelegram,
  LoginHandle,
  LoginState,
  NewLogin,
  SeenCall,
  Stats,
  TelegramOptions,
} from './telegram.ts'

const HOST = '127.0.0.1'
const DEFAULT_DC_ID = 2
const DAY_SECONDS = 86_400
const LOGIN_TOKEN_SECONDS = 30

/** Starts data centres of our own on loopback: no account of Telegram's is touched. End it with `close`. */
export async function startTelegram(options: TelegramOptions = {}): Promise<LocalTelegram> {
  const { dcIds = [DEFAULT_DC_ID], proxySecret } = options
  const crypto = new NodeCryptoProvider()
  await crypto.initialize()
  const endpoints = new Map<number, { host: string; port: number }>()
  const core: Core = {
    world: createWorld(),
    script: createScript(),
    knobs: {
      clockOffsetSeconds: options.clockOffsetSeconds ?? 0,
      tmpSessions: options.tmpSessions ?? null,
      allowHandshake: options.allowHandshake ?? false,
      strictSingle: options.strictSingle ?? false,
      ageLimitSeconds: DAY_SECONDS,
      loginTokenSeconds: LOGIN_TOKEN_SECONDS,
      futureAuthToken: null,
      application: null,
      testMode: options.testMode ?? false,
    },
    stats: {
      connections: 0,
      open: 0,
      mostOpen: 0,
      handshakes: 0,
      unknownKeys: 0,
      badPackets: 0,
      wrongSalts: 0,
      framings: new Map(),
    },
    calls: [],
    problems: [],
    connections: new Set(),
    endpoints,
    proxySecret: proxySecret ?? null,
    crypto,
    rsaKey: rsaKey(),
  }
  const listeners: Server[] = []
  for (const dcId of dcIds) {
    const listener = listenerFor(core, dcId)
    listener.listen(0, HOST)
    await once(listener, 'listening')
    endpoints.set(dcId, { host: HOST, port: (listener.address() as AddressInfo).port })
    listeners.push(listener)
  }
  return handleOn(core, dcIds[0] ?? DEFAULT_DC_ID, async () => {
    const closed = listeners.map((listener) => once(listener, 'close'))
    for (const listener of listeners) listener.close()
    for (const connection of core.connections) connection.cut()
    await Promise.all(closed)
  })
}

function listenerFor(core: Core, dcId: number): Server {
  const { stats, connections } = core
  return createServer({ noDelay: true }, (socket) => {
    stats.connections += 1
    stats.open += 1
    stats.mostOpen = Math.max(stats.mostOpen, stats.open)
    const connection = new Connection(core, socket, stats.connections, dcId)
    connections.add(connection)
    socket.on('data', (chunk) => connection.feed(chunk))
    // The client's side of a cut: its end is what counts.
    socket.on('error', () => {})
    socket.on('close', () => {
      stats.open -= 1
      connections.delete(connection)
    })
  })
}

function handleOn(core: Core, firstDcId: number, close: () => Promise<void>): LocalTelegram {
  const { world, script, knobs, stats, calls, problems, endpoints } = core
  return {
    publicKeyPem: core.rsaKey.publicPem,
    endpoints,
    stats,
    calls,
    problems,
    knobs,
    close,
    addAccount({ phone, ...account }) {
      world.accounts.set(account.id, { ...account, ...(phone !== undefined && { phone: digitsOf(phone) }) })
    },
    addBotToken: (token, accountId) => void world.botTokens.set(token, accountId),
    expireBotToken: (token) => void world.botTokens.set(token, null),
    setPassword: async (accountId, password) => void world.passwords.set(accountId, await verifierOf(password)),
    setLoginCode: (phone, code) => void world.loginCodes.set(digitsOf(phone), code),
    addLogin: (login) => handleOf(addLogin(world, { dcId: firstDcId, ...login }, nowSeconds(core))),
    setState(keyId, state) {
      const login = world.logins.get(keyId)
      if (login === undefined) throw new Error(`there is no login ${keyId}`)
      login.state = state
    },
    stateOf: (keyId) => world.logins.get(keyId)?.state ?? null,
    loginsOf: (accountId) => standingLogins(world, accountId).map(handleOf),
    script: (match, ...behaviours) => script.add(match, behaviours),
    acceptQr(accountId) {
      const token = openLoginToken(core)
      const login = token && world.logins.get(token.keyId)
      if (!token || !login) throw new Error('there is no open login token')
      token.acceptedBy = accountId
      const update = { _: 'updateShort', update: { _: 'updateLoginToken' }, date: nowSeconds(core) }
      for (const connection of core.connections) connection.push(login, update)
    },
  }
}

/** Without the key. */
function handleOf({ keyId, hash }: LoginHandle): LoginHandle {
  return { keyId, hash }
}
