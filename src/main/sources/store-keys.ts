import { AppError } from '../domain/errors.ts'

/**
 * The key of a session of a store within its source: the format it is kept in, and the format's own key. Several formats
 * may lie side by side in one store.
 */
export function storeKey(formatId: string, key: string): string {
  return `${formatId}:${key}`
}

/** @throws AppError session.not-found for a key that none of ours is */
export function splitStoreKey(key: string): { readonly formatId: string; readonly key: string } {
  const colon = key.indexOf(':')
  if (colon === -1) throw new AppError('session.not-found', {})
  return { formatId: key.slice(0, colon), key: key.slice(colon + 1) }
}
