import { type ConnectionOptions, checkServerIdentity } from 'node:tls'
import type { Cluster, Redis, RedisOptions } from 'ioredis'
import { AppError, isAppError } from '../../domain/errors.ts'
import type { ConnectOptions, StoreLocation, StoreSecrets } from '../store.ts'
import { redisError } from './errors.ts'
import { type Address, clusterLink, type NodeLink, nodeLink, type RedisLink, textOf } from './link.ts'

export const DEFAULT_PORT = 6379

export interface Target {
  readonly location: StoreLocation
  readonly secrets: StoreSecrets
  readonly options: ConnectOptions
}

/** One attempt, no queue that outlives the connection: whoever wants another asks for it. */
function baseOptions({ location, options }: Target): Omit<RedisOptions, 'replyMapping'> {
  return {
    lazyConnect: true,
    connectTimeout: options.connectTimeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    autoResubscribe: false,
    autoResendUnfulfilledCommands: false,
    enableReadyCheck: false,
    disableClientInfo: true,
    keepAlive: 10_000,
    protocol: 2,
    ...(location.tls.mode === 'off' ? {} : { tls: tlsOptions(location) }),
  }
}

function tlsOptions(location: StoreLocation): ConnectionOptions {
  const names = location.hosts.map((host) => addressOf(host).host)
  return {
    rejectUnauthorized: location.tls.mode === 'verify',
    ...(location.tls.ca === '' ? {} : { ca: location.tls.ca }),
    // Sentinels and clusters tell addresses of their servers, while certificates are for the names a person typed.
    checkServerIdentity: (host, certificate) => {
      const errors = [host, ...names].map((name) => checkServerIdentity(name, certificate))
      return errors.some((error) => error === undefined) ? undefined : errors[0]
    },
  }
}

/**
 * A connection that answers, signed in and on its database.
 * @throws AppError source.unreachable, source.login-failed, source.not-found
 */
export async function openLink(target: Target): Promise<{ readonly link: RedisLink; readonly server: string }> {
  const { location } = target
  if (location.topology.kind === 'cluster') return openCluster(target)
  const link = await openNode(target, location.hosts.map(addressOf))
  const info = await serverInfo(link, location)
  if (info.get('redis_mode') === 'cluster') {
    link.end()
    return openCluster(target)
  }
  if (info.get('redis_mode') === 'sentinel') {
    link.end()
    throw new AppError('source.unreachable', {
      reason: 'it is a Sentinel; say so in the source, with the name of the master',
    })
  }
  return { link, server: serverName(info) }
}

/** A connection to one server: the first of the addresses, or the master that sentinels at these addresses tell. */
export async function openNode(target: Target, addresses: readonly Address[]): Promise<NodeLink> {
  return nodeLink(await openClient(target, addresses), target.options.commandTimeoutMs)
}

/** Connections to each server that owns keys, for listening alone. */
export async function openListeners(target: Target, link: RedisLink): Promise<readonly Redis[]> {
  const places = link.addresses()?.map((address) => [address]) ?? [target.location.hosts.map(addressOf)]
  const opened = await Promise.allSettled(places.map((place) => openClient(target, place)))
  const clients = opened.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []))
  const failed = opened.find((result) => result.status === 'rejected')
  if (failed === undefined) return clients
  for (const client of clients) client.disconnect()
  throw redisError(failed.reason)
}

async function openClient(target: Target, addresses: readonly Address[]): Promise<Redis> {
  const { location, secrets } = target
  if (location.topology.kind !== 'sentinel') {
    return signedIn(target, addresses[0] ?? { host: 'localhost', port: DEFAULT_PORT })
  }
  const sentinels: Partial<RedisOptions> = {
    sentinels: [...addresses],
    name: location.topology.name,
    sentinelRetryStrategy: () => null,
    sentinelCommandTimeout: target.options.commandTimeoutMs,
    ...(location.tls.mode === 'off' ? {} : { enableTLSForSentinelMode: true, sentinelTLS: tlsOptions(location) }),
  }
  try {
    return await signedIn(target, sentinels)
  } catch (error) {
    // Sentinels can want a login of their own; mostly it is that of the server.
    if (!isAppError(error, 'source.login-failed') || !secrets.password) throw error
    const login = {
      sentinelPassword: secrets.password.openText(),
      ...(location.user === '' ? {} : { sentinelUsername: location.user }),
    }
    return signedIn(target, { ...sentinels, ...login })
  }
}

async function signedIn(target: Target, where: Partial<RedisOptions>): Promise<Redis> {
  const { Redis } = await import('ioredis')
  const options: Omit<RedisOptions, 'replyMapping'> = { ...baseOptions(target), ...where }
  const client = new Redis(options)
  await connected(client, target)
  try {
    await signIn(nodeLink(client, target.options.commandTimeoutMs), target)
    return client
  } catch (error) {
    client.disconnect()
    throw withTlsHint(redisError(error), target.location)
  }
}

async function signIn(link: NodeLink, { location, secrets }: Target): Promise<void> {
  if (secrets.password !== null) {
    const user = location.user === '' ? [] : [location.user]
    await link.send(['AUTH', ...user, secrets.password.open()]).catch((error: unknown) => {
      // The server wants none: a password too many does no harm.
      if (!/no password is set|without any password configured/.test(String(error))) throw error
    })
  }
  const database = databaseOf(location)
  if (database > 0) {
    await link.send(['SELECT', database]).catch((error: unknown) => {
      if (/out of range|invalid DB/i.test(String(error))) throw new AppError('source.not-found', {})
      throw error
    })
  }
}

async function openCluster(target: Target): Promise<{ readonly link: RedisLink; readonly server: string }> {
  const { location, secrets, options } = target
  const { Cluster } = await import('ioredis')
  const { retryStrategy: _none, connectTimeout, lazyConnect: _lazy, ...nodeOptions } = baseOptions(target)
  const redisOptions = {
    ...nodeOptions,
    commandTimeout: options.commandTimeoutMs,
    ...(connectTimeout === undefined ? {} : { connectTimeout }),
    ...(secrets.password === null ? {} : { password: secrets.password.openText() }),
    ...(location.user === '' ? {} : { username: location.user }),
  }
  const cluster = new Cluster(location.hosts.map(addressOf), {
    lazyConnect: true,
    clusterRetryStrategy: () => null,
    slotsRefreshTimeout: options.connectTimeoutMs,
    maxRedirections: 6,
    // Names stay names: certificates are for them.
    dnsLookup: (name, answer) => answer(null, name),
    redisOptions,
  })
  await connected(cluster, target)
  const link = clusterLink(cluster, options.commandTimeoutMs)
  const [first] = link.masters()
  return {
    link,
    server: first === undefined ? 'Redis Cluster' : `${serverName(await serverInfo(first, location))} Cluster`,
  }
}

/** Waits until it is connected, in the time there is. */
async function connected(client: Redis | Cluster, { location, options }: Target): Promise<void> {
  let last: unknown = null
  // Without a listener the driver prints its errors, with what was in the command.
  client.on('error', (error: unknown) => {
    last = error
  })
  const { signal } = options
  const abort = (): void => client.disconnect()
  signal.addEventListener('abort', abort, { once: true })
  // The driver's own limit holds for each attempt; a sentinel or a cluster makes several.
  const limit = setTimeout(() => {
    last ??= Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
    client.disconnect()
  }, options.connectTimeoutMs)
  try {
    signal.throwIfAborted()
    await client.connect()
  } catch (error) {
    client.disconnect()
    signal.throwIfAborted()
    throw withTlsHint(redisError(last ?? error), location)
  } finally {
    clearTimeout(limit)
    signal.removeEventListener('abort', abort)
  }
}

/** A server that speaks TLS and one that does not only cut each other off, or wait. */
function withTlsHint(error: AppError, location: StoreLocation): AppError {
  if (!isAppError(error, 'source.unreachable')) return error
  const reason = error.details.reason ?? ''
  if (!/was cut|in time|failed/.test(reason)) return error
  const hint = location.tls.mode === 'off' ? 'it may want TLS' : 'it may not speak TLS'
  return new AppError('source.unreachable', { reason: `${reason}; ${hint}` }, { cause: error.cause })
}

async function serverInfo(link: RedisLink, location: StoreLocation): Promise<ReadonlyMap<string, string>> {
  try {
    const lines = textOf(await link.send(['INFO', 'server'])).split(/\r?\n/)
    return new Map(lines.flatMap((line) => (line.includes(':') ? [pairOf(line)] : [])))
  } catch (error) {
    const known = redisError(error)
    // A user can be allowed the sessions and not this.
    if (known.code === 'source.denied') return new Map()
    link.end()
    throw withTlsHint(known, location)
  }
}

function pairOf(line: string): [string, string] {
  const at = line.indexOf(':')
  return [line.slice(0, at), line.slice(at + 1)]
}

/** "Redis 7.0.15", or one of the servers that speak its protocol. */
function serverName(info: ReadonlyMap<string, string>): string {
  for (const [key, name] of [
    ['valkey_version', 'Valkey'],
    ['dragonfly_version', 'Dragonfly'],
    ['redis_version', 'Redis'],
  ] as const) {
    const version = info.get(key)
    if (version) return `${name} ${version}`
  }
  return 'Redis'
}

export function databaseOf(location: StoreLocation): number {
  if (location.database === '') return 0
  if (!/^\d{1,6}$/.test(location.database)) {
    throw new AppError('request.invalid', { field: 'database', reason: 'a database of Redis is a number' })
  }
  return Number(location.database)
}

/** `host:port`, `[::1]:6379` or a host alone. */
export function addressOf(text: string): Address {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text.trim()) ?? []
  const host = bracketed ?? plain ?? text.trim()
  return { host: host === '' ? 'localhost' : host, port: port === undefined ? DEFAULT_PORT : Number(port) }
}
