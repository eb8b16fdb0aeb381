import type { ICryptoProvider } from '@mtcute/core/utils.js'
import type { Connection } from './connection.ts'
import type { RsaKey } from './rsa-key.ts'
import type { Script } from './script.ts'
import type { World } from './state.ts'
import type { Knobs, LocalTelegram, SeenCall, Stats } from './telegram.ts'

export type Counters = { -readonly [name in keyof Stats]: Stats[name] } & { readonly framings: Map<string, number> }

/** What the listeners of one server share. */
export interface Core {
  readonly world: World
  readonly script: Script
  readonly knobs: Knobs
  readonly stats: Counters
  readonly calls: SeenCall[]
  readonly problems: string[]
  readonly connections: Set<Connection>
  readonly endpoints: LocalTelegram['endpoints']
  readonly proxySecret: Uint8Array | null
  readonly crypto: ICryptoProvider
  readonly rsaKey: RsaKey
}

/** The server's clock. */
export function nowMs({ knobs }: Core): number {
  return Date.now() + knobs.clockOffsetSeconds * 1000
}

export function nowSeconds(core: Core): number {
  return Math.floor(nowMs(core) / 1000)
}
