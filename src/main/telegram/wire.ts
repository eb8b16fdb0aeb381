import { Secret } from '../domain/secret.ts'
import type { Gateway, LoginPrompts } from './gateway.ts'

/** The conversations that are carried out in the process. */
export type GatewayCall = Exclude<keyof Gateway, 'close'>

/** How the conversations are held. */
export interface LocalGatewayOptions {
  /** Of Session Deck: Telegram shows it in its Devices list. */
  readonly version: string
  /** For one call; 15 s when left out. */
  readonly budgetMs?: number
}

/** To the process. `values` and `answer` come out of {@link pack}. */
export type ToProcess =
  /** Comes first. */
  | { readonly kind: 'start'; readonly options: LocalGatewayOptions }
  | { readonly kind: 'call'; readonly id: number; readonly call: GatewayCall; readonly values: unknown }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'reply'; readonly question: number; readonly answer: unknown }
  /** The person gave up, or whoever asks them did. */
  | { readonly kind: 'no-reply'; readonly question: number }

/** From the process. */
export type FromProcess =
  | { readonly kind: 'answer'; readonly id: number; readonly answer: unknown }
  /** Thrown, not answered: a fault of ours. */
  | { readonly kind: 'fault'; readonly id: number; readonly message: string }
  | {
      readonly kind: 'prompt'
      readonly id: number
      readonly question: number
      readonly prompt: keyof LoginPrompts
      readonly values: unknown
    }

/**
 * Plain data with secrets in it, made ready to cross: each secret as a copy of its own, in a buffer with nothing else in it.
 * `wipe` ends the copies, once the message was sent.
 */
export function pack(value: unknown): { readonly value: unknown; readonly wipe: () => void } {
  const copies: Uint8Array[] = []
  const packed = mapLeaves(value, (leaf) => {
    if (!(leaf instanceof Secret)) return leaf
    const bytes = new Uint8Array(leaf.open())
    copies.push(bytes)
    return bytes
  })
  return { value: packed, wipe: () => wipeAll(copies) }
}

/** The way back: bytes are secrets here, all of them. `wipe` ends them. */
export function unpack(value: unknown): { readonly value: unknown; readonly wipe: () => void } {
  const secrets: Uint8Array[] = []
  const unpacked = mapLeaves(value, (leaf) => {
    if (!(leaf instanceof Uint8Array)) return leaf
    secrets.push(leaf)
    return new Secret(leaf)
  })
  return { value: unpacked, wipe: () => wipeAll(secrets) }
}

function wipeAll(secrets: readonly Uint8Array[]): void {
  for (const bytes of secrets) bytes.fill(0)
}

function mapLeaves(value: unknown, map: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapLeaves(entry, map))
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, mapLeaves(entry, map)]))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return map(value)
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mapLeaves(entry, map)]))
}
