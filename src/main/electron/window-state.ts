import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { type BrowserWindow, type Rectangle, screen } from 'electron'

/** Where the window was, in device-independent pixels. */
export interface WindowState {
  readonly bounds: Rectangle | null
  readonly size: { readonly width: number; readonly height: number }
  readonly maximized: boolean
}

const DEFAULT_SIZE = { width: 1280, height: 820 }
export const MIN_SIZE = { width: 760, height: 480 }
/** So much of the title bar has to be on some display for a hand to reach it. */
const VISIBLE = { width: 120, height: 40 }
const SAVE_AFTER_MS = 400

/** The kept state, made good against the displays that are there now. */
export function readWindowState(file: string): WindowState {
  const kept = parse(file)
  if (kept === null) return { bounds: null, size: DEFAULT_SIZE, maximized: false }
  const size = {
    width: Math.max(kept.width, MIN_SIZE.width),
    height: Math.max(kept.height, MIN_SIZE.height),
  }
  const bounds = { x: kept.x, y: kept.y, ...size }
  return { bounds: isReachable(bounds) ? bounds : null, size, maximized: kept.maximized }
}

/** Writes the state a moment after each change, and at the end. */
export function keepWindowState(window: BrowserWindow, file: string): void {
  let timer: NodeJS.Timeout | null = null
  const save = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (window.isDestroyed()) return
    const text = JSON.stringify({ ...window.getNormalBounds(), maximized: window.isMaximized() })
    try {
      writeFileSync(`${file}.new`, text, { mode: 0o600 })
      renameSync(`${file}.new`, file)
    } catch {
      // Not worth a word: next time the window opens in its usual place.
    }
  }
  const saveSoon = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = setTimeout(save, SAVE_AFTER_MS)
  }
  window.on('resize', saveSoon)
  window.on('move', saveSoon)
  window.on('close', save)
}

function parse(file: string): (Rectangle & { maximized: boolean }) | null {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const [x, y, width, height] = [kept['x'], kept['y'], kept['width'], kept['height']].map(toPixels)
    if (x == null || y == null || width == null || height == null) return null
    return { x, y, width, height, maximized: kept['maximized'] === true }
  } catch {
    return null
  }
}

function toPixels(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < 100_000 ? value : null
}

function isReachable(bounds: Rectangle): boolean {
  return screen.getAllDisplays().some(({ workArea }) => {
    const width = Math.min(bounds.x + bounds.width, workArea.x + workArea.width) - Math.max(bounds.x, workArea.x)
    const isTopInside = bounds.y >= workArea.y && bounds.y + VISIBLE.height <= workArea.y + workArea.height
    return width >= VISIBLE.width && isTopInside
  })
}
