import { Secret } from '../../domain/secret.ts'
import type { Protection } from '../../sources/interfaces.ts'

/** Sealed settings, opened once until everything locks: opening takes longer than all else about a call. */
export interface OpenedSecrets {
  /** A copy of its own: wipe it. `sealed` is base64. @throws AppError protection.locked */
  open(sealed: string): Secret
}

export function createOpenedSecrets(protection: Pick<Protection, 'open' | 'onChange'>): OpenedSecrets {
  const opened = new Map<string, Uint8Array>()
  protection.onChange(({ state }) => {
    if (state === 'unlocked') return
    for (const bytes of opened.values()) bytes.fill(0)
    opened.clear()
  })
  return {
    open: (sealed) => {
      const bytes = opened.get(sealed) ?? protection.open(Buffer.from(sealed, 'base64'))
      opened.set(sealed, bytes)
      return new Secret(Uint8Array.from(bytes))
    },
  }
}
