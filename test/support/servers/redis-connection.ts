import type { ConnectOptions, StoreLocation } from '../../../src/main/backends/store.ts'
import { type ConnectionOf, connectStore, storeLocation } from './connect-store.ts'

export type RedisConnection = ConnectionOf<'keyvalue'>

/** Where a server of the tests is, as a source would have it. */
export function redisLocation(
  servers: readonly { readonly port: number }[],
  more: Partial<StoreLocation> = {},
): StoreLocation {
  const ports = servers.map(({ port }) => port)
  return { ...storeLocation('redis', ports), ...more }
}

/** Connected through the app's own backend. */
export function connectRedis(
  location: StoreLocation,
  password: string | null = null,
  options: Partial<ConnectOptions> = {},
): Promise<RedisConnection> {
  return connectStore('keyvalue', location, password, { commandTimeoutMs: 5000, ...options })
}

export async function scanned(connection: RedisConnection, pattern: string): Promise<string[]> {
  const keys: string[] = []
  for await (const page of connection.reader.scan(pattern)) keys.push(...page)
  return keys.toSorted()
}
