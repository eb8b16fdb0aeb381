import { Secret } from '../domain/secret.ts'
import type { Gateway, LoginPrompts } from './gateway.ts'

/** The conversations that are carried out in the thread. */
export type GatewayCall = Exclude<keyof Gateway, 'close'>

/** To the thread. `values` and `answer` come out of {@link pack}. */
export type ToWorker =
  | { readonly kind: 'call'; readonly id: number; readonly call: GatewayCall; readonly values: unknown }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'reply'; readonly question: number; readonly answer: unknown }
  /** The person gave up, or whoever asks them did. */
  | { readonly kind: 'no-reply'; readonly question: number }

/** From the thread. */
export type FromWorker =
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

/** Plain data with secrets in it, made ready to cross: each secret as a copy of its own that is handed over. */
export function pack(value: unknown): { readonly value: unknown; readonly transfer: ArrayBuffer[] } {
  const transfer: ArrayBuffer[] = []
  const packed = mapLeaves(value, (leaf) => {
    if (!(leaf instanceof Secret)) return leaf
    const bytes = new Uint8Array(leaf.open())
    transfer.push(bytes.buffer)
    return bytes
  })
  return { value: packed, transfer }
}

/** The way back: bytes are secrets here, all of them. `wipe` ends them. */
export function unpack(value: unknown): { readonly value: unknown; readonly wipe: () => void } {
  const secrets: Uint8Array[] = []
  const unpacked = mapLeaves(value, (leaf) => {
    if (!(leaf instanceof Uint8Array)) return leaf
    secrets.push(leaf)
    return new Secret(leaf)
  })
  return {
    value: unpacked,
    wipe: () => {
      for (const bytes of secrets) bytes.fill(0)
    },
  }
}

function mapLeaves(value: unknown, map: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((entry) => mapLeaves(entry, map))
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, mapLeaves(entry, map)]))
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) {
    return map(value)
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, mapLeaves(entry, map)]))
}
