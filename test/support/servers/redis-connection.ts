import { redisBackend } from '../../../src/main/backends/redis/backend.ts'
import type { ConnectOptions, StoreConnection, StoreLocation } from '../../../src/main/backends/store.ts'
import { Secret } from '../../../src/main/domain/secret.ts'

export type RedisConnection = Extract<StoreConnection, { medium: 'keyvalue' }>

/** Where a server of the tests is, as a source would have it. */
export function redisLocation(
  servers: readonly { readonly port: number }[],
  more: Partial<StoreLocation> = {},
): StoreLocation {
  return {
    kind: 'redis',
    hosts: servers.map(({ port }) => `127.0.0.1:${port}`),
    database: '',
    user: '',
    tls: { mode: 'off', ca: '' },
    topology: { kind: 'single' },
    prefix: '',
    ...more,
  }
}

/** Connected through the app's own backend. */
export async function connectRedis(
  location: StoreLocation,
  password: string | null = null,
  options: Partial<ConnectOptions> = {},
): Promise<RedisConnection> {
  const connection = await redisBackend.connect(
    location,
    { password: password === null ? null : Secret.fromText(password) },
    { signal: new AbortController().signal, connectTimeoutMs: 5000, commandTimeoutMs: 5000, ...options },
  )
  if (connection.medium !== 'keyvalue') throw new Error('Redis has keys and values')
  return connection
}

export async function scanned(connection: RedisConnection, pattern: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of connection.reader.scan(pattern)) keys.push(...page)
  return keys.toSorted()
}
