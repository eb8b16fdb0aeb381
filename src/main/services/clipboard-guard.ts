import type { Secret } from '../domain/secret.ts'
import type { Clipboard, Log } from '../ports.ts'

/** How long a copied secret stays in the clipboard. */
export const CLEAR_AFTER_MS = 10_000

export interface ClipboardGuard {
  /** Copies, and clears again after {@link CLEAR_AFTER_MS} unless something else was copied meanwhile. */
  copy(value: Secret): Promise<void>
  /** Clears at once what is still there: on lock and on quit. Never throws. */
  clear(): Promise<void>
}

export function createClipboardGuard(clipboard: Clipboard, log: Log): ClipboardGuard {
  let copied: Secret | null = null
  let timer: NodeJS.Timeout | undefined
  async function clear(): Promise<void> {
    clearTimeout(timer)
    const value = copied
    copied = null
    if (value === null) return
    try {
      if ((await clipboard.read()) === value.openText()) clipboard.clear()
    } catch {
      // The error may quote what the clipboard held.
      log.warn('the clipboard could not be cleared')
    }
  }
  return {
    copy: async (value) => {
      clearTimeout(timer)
      copied = value
      await clipboard.write(value.openText())
      timer = setTimeout(() => void clear(), CLEAR_AFTER_MS).unref()
    },
    clear,
  }
}
