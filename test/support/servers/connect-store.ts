import type { ConnectOptions, StoreConnection, StoreKind, StoreLocation } from '../../../src/main/backends/store.ts'
import { Secret } from '../../../src/main/domain/secret.ts'
import { backendOf } from '../../../src/main/sources/custom-backends.ts'

export type ConnectionOf<Medium extends StoreConnection['medium']> = Extract<StoreConnection, { medium: Medium }>

/** Where servers of the tests are, as a source would have it. */
export function storeLocation(
  kind: StoreKind,
  ports: readonly number[],
  more: Partial<Omit<StoreLocation, 'kind'>> = {},
): StoreLocation {
  return {
    kind,
    hosts: ports.map((port) => `127.0.0.1:${port}`),
    database: '',
    user: '',
    tls: { mode: 'off', ca: '' },
    topology: { kind: 'single' },
    prefix: '',
    ...more,
  }
}

/** Connected through the app's own backend. */
export async function connectStore<Medium extends StoreConnection['medium']>(
  medium: Medium,
  location: StoreLocation,
  password: string | null,
  limits: Partial<ConnectOptions>,
): Promise<ConnectionOf<Medium>> {
  const backend = await backendOf(location.kind)
  const connection = await backend.connect(
    location,
    { password: password === null ? null : Secret.fromText(password) },
    { signal: new AbortController().signal, connectTimeoutMs: 5000, commandTimeoutMs: 10_000, ...limits },
  )
  if (!isOf(connection, medium)) throw new Error(`no ${medium}, but ${connection.medium}`)
  return connection
}

function isOf<Medium extends StoreConnection['medium']>(
  connection: StoreConnection,
  medium: Medium,
): connection is ConnectionOf<Medium> {
  return connection.medium === medium
}
