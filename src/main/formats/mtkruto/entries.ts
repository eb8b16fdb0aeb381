import type { Coded } from './coded.ts'

export type KeyPart = string | number | bigint

/** One value of a storage, read when it is asked for. */
export interface StoreEntry {
  readonly key: readonly KeyPart[]
  /** @throws AppError format.malformed */
  read(): Promise<Coded>
  /** A list of two whose first is an object. @throws AppError format.malformed */
  readPair(): Promise<readonly [Coded, Coded]>
}

/** Everything of one branch: a storage can hold several sessions side by side. */
export interface Branch {
  /** '' for the main one. */
  readonly id: string
  readonly entries: readonly StoreEntry[]
}

/** Names of values: up to 0.69 (A), and since (B). */
export type KeySet = 'A' | 'B'

export function keyIs(entry: StoreEntry, ...parts: readonly string[]): boolean {
  return entry.key.length === parts.length && parts.every((part, index) => entry.key[index] === part)
}

/** Entries below a name, with one more part: an id, a username. */
export function under(entries: readonly StoreEntry[], name: string, parts = 2): readonly StoreEntry[] {
  return entries.filter((entry) => entry.key.length === parts && entry.key[0] === name)
}

export function keySetOf(entries: readonly StoreEntry[]): KeySet | null {
  if (entries.some((entry) => keyIs(entry, 'auth'))) return 'B'
  return entries.some((entry) => keyIs(entry, 'auth.key') || keyIs(entry, 'auth.dc')) ? 'A' : null
}
