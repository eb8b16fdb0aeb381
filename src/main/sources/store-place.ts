import { AppError } from '../domain/errors.ts'
import { isCustomKind } from './custom-backends.ts'
import type { SourceRecord, StoreLocation } from './interfaces.ts'

/** "db.example:6379/0": where a store is, for people; without user and password. */
export function storeAddress({ hosts, database, prefix }: StoreLocation): string {
  const place = hosts.join(', ') + (database === '' ? '' : `/${database}`)
  return prefix === '' ? place : `${place} (${prefix})`
}

/** What a store is called when nobody named it: its first host, without the port. */
export function storeName({ kind, hosts, database }: StoreLocation): string {
  // What a module takes for an address is written as the person writes it: a path, say.
  if (isCustomKind(kind)) return hosts[0] ?? kind
  const host = (hosts[0] ?? '').replace(/^[a-z]+:\/\//, '').replace(/:\d+$/, '')
  return database === '' || /^\d+$/.test(database) ? host : `${database} on ${host}`
}

/** Whether a password given for the one may be sent to the other. */
export function isSameServer(one: StoreLocation, other: StoreLocation): boolean {
  const facts = [one, other].map(({ kind, hosts, user, tls, topology }) =>
    JSON.stringify([kind, hosts.toSorted(), user, tls.mode, tls.ca, topology]),
  )
  return facts[0] === facts[1]
}

/** @throws AppError source.exists when another source shows the same place */
export function assertNew(location: StoreLocation, records: readonly SourceRecord[], exceptId: string | null): void {
  const same = records.find(
    ({ id, store }) =>
      id !== exceptId &&
      store !== undefined &&
      store.location.kind === location.kind &&
      store.location.database === location.database &&
      store.location.prefix === location.prefix &&
      store.location.hosts.toSorted().join() === location.hosts.toSorted().join(),
  )
  if (same) throw new AppError('source.exists', { file: same.name, overlap: 'same' })
}
