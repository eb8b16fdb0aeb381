import { create } from 'zustand'
import { useAppData } from '../../app/app-data.ts'
import { toast } from '../../ui/toast.tsx'

interface ClipboardState {
  /** `stuck`: still there, and only the person can clear it. */
  state: 'empty' | 'copied' | 'stuck'
  secondsLeft: number
}

/** How long a copied secret stays. */
const CLEAR_AFTER_MS = 10_000

/** The copied secret in the clipboard. Outlives the dialog that copied it: the clearing has to happen all the same. */
export const useClipboardClear = create<ClipboardState>()(() => ({ state: 'empty', secondsLeft: 0 }))

let timer: ReturnType<typeof setInterval> | undefined
/** Digest of what was copied, to tell whether it is still there without keeping it. Null where main does the clearing. */
let digest: string | null = null

/** Main copied it and clears it itself: only the countdown is ours. */
export function countDown(clearAfterMs: number): void {
  digest = null
  start(clearAfterMs)
}

/**
 * Copies in the page (headless shell) and clears after {@link CLEAR_AFTER_MS} when the clipboard still holds it.
 * @throws DOMException when the browser does not let the page write
 */
export async function copyInPage(value: string): Promise<void> {
  await navigator.clipboard.writeText(value)
  digest = await digestOf(value)
  // Asked for now, while the person's click still counts, rather than out of the blue in ten seconds.
  void navigator.clipboard.readText().catch(() => '')
  start(CLEAR_AFTER_MS)
}

/** Empties the clipboard whatever it holds: the person asked for it. */
export async function clearClipboard(): Promise<void> {
  await navigator.clipboard.writeText('')
  stop('empty')
}

function start(clearAfterMs: number): void {
  clearInterval(timer)
  const endsAtMs = Date.now() + clearAfterMs
  const tick = () => {
    const secondsLeft = Math.max(0, Math.ceil((endsAtMs - Date.now()) / 1000))
    useClipboardClear.setState({ state: 'copied', secondsLeft })
    if (secondsLeft === 0) void finish()
  }
  tick()
  timer = setInterval(tick, 1000)
}

async function finish(): Promise<void> {
  clearInterval(timer)
  const copied = digest
  digest = null
  if (copied === null) return stop('empty')
  // A page can look only while it has the focus; the string was most likely taken to another program.
  if (!document.hasFocus()) {
    digest = copied
    stop('stuck')
    window.addEventListener('focus', () => void finish(), { once: true })
    return
  }
  try {
    if ((await digestOf(await navigator.clipboard.readText())) === copied) await navigator.clipboard.writeText('')
    stop('empty')
  } catch {
    stop('stuck')
    toast({
      title: 'Still in the clipboard',
      message: 'This browser does not let the page look whether the copied string is still there.',
      kind: 'error',
      action: { label: 'Clear clipboard', run: () => void clearClipboard().catch(() => {}) },
    })
  }
}

function stop(state: 'empty' | 'stuck'): void {
  clearInterval(timer)
  useClipboardClear.setState({ state, secondsLeft: 0 })
}

async function digestOf(text: string): Promise<string> {
  const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')
}

// Locking does not wait for the countdown.
useAppData.subscribe(({ protection }, before) => {
  if (protection?.state !== 'locked' || before.protection?.state === 'locked') return
  if (useClipboardClear.getState().state === 'copied') void finish()
})
