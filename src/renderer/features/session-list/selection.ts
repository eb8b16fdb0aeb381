/** The rules of picking rows, apart from where the rows come from. */

export interface Cursor {
  /** Row the keyboard stands on; -1 before any was picked. */
  index: number
  /** Row a range starts from. */
  anchor: number
}

/** Where a key takes the cursor; null when the key does not move it. */
export function nextIndex(key: string, index: number, total: number, pageRows: number): number | null {
  if (total === 0) return null
  const clamp = (value: number) => Math.max(0, Math.min(total - 1, value))
  switch (key) {
    case 'ArrowDown':
      return clamp(index + 1)
    case 'ArrowUp':
      return index < 0 ? total - 1 : clamp(index - 1)
    case 'PageDown':
      return clamp(Math.max(index, 0) + pageRows)
    case 'PageUp':
      return clamp(index - pageRows)
    case 'Home':
      return 0
    case 'End':
      return total - 1
    default:
      return null
  }
}

/** Both ends included, in order. */
export function rangeOf(anchor: number, index: number): { from: number; to: number } {
  const start = anchor < 0 ? index : anchor
  return start <= index ? { from: start, to: index } : { from: index, to: start }
}

export function toggled(selected: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const next = new Set(selected)
  if (!next.delete(key)) next.add(key)
  return next
}
