import { randomBytes } from 'node:crypto'
import type { Clock, Transfers } from '../ports.ts'

/** Sessions are small; a database with millions of peers still fits. */
export const MAX_UPLOAD_BYTES = 256 * 1024 * 1024
const MAX_HELD_BYTES = 512 * 1024 * 1024
const LIFETIME_MS = 15 * 60_000

interface Held {
  readonly name: string
  readonly bytes: Uint8Array
  readonly expiresAtMs: number
}

/** Files on their way between page and main, in memory only, each taken once. */
export interface TransferDesk extends Transfers {
  /** Answers the id, null when too much waits already. */
  hold(name: string, bytes: Uint8Array): string | null
  fetch(id: string): { name: string; bytes: Uint8Array } | null
  clear(): void
}

export function createTransferDesk(clock: Clock): TransferDesk {
  const uploads = new Map<string, Held>()
  const downloads = new Map<string, Held>()

  function dropExpired(): void {
    for (const held of [uploads, downloads]) {
      for (const [id, { expiresAtMs }] of held) if (expiresAtMs <= clock.now()) held.delete(id)
    }
  }
  function heldBytes(): number {
    return [...uploads.values(), ...downloads.values()].reduce((sum, { bytes }) => sum + bytes.byteLength, 0)
  }
  function keep(held: Map<string, Held>, name: string, bytes: Uint8Array): string {
    const id = randomBytes(24).toString('base64url')
    held.set(id, { name, bytes, expiresAtMs: clock.now() + LIFETIME_MS })
    return id
  }
  function takeFrom(held: Map<string, Held>, id: string): { name: string; bytes: Uint8Array } | null {
    dropExpired()
    const found = held.get(id)
    held.delete(id)
    return found === undefined ? null : { name: found.name, bytes: found.bytes }
  }

  return {
    hold: (name, bytes) => {
      dropExpired()
      return heldBytes() + bytes.byteLength > MAX_HELD_BYTES ? null : keep(uploads, name, bytes)
    },
    take: (id) => takeFrom(uploads, id),
    offer: (name, bytes) => {
      dropExpired()
      return `/transfer/${keep(downloads, name, bytes)}`
    },
    fetch: (id) => takeFrom(downloads, id),
    clear: () => {
      uploads.clear()
      downloads.clear()
    },
  }
}
