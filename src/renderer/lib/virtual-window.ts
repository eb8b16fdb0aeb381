/**
 * Which rows of a long list of equally high rows to draw. Browsers draw no element higher than about 17 million pixels,
 * so longer lists get a shorter scroll bar: positions are then scaled, and the rows are laid out relative to what is seen.
 */
export interface VirtualWindow {
  /** First row drawn, and the one after the last. */
  first: number
  end: number
  /** Where the first drawn row goes, in pixels from the top of the body. */
  offsetPx: number
  /** Height of the body. */
  bodyPx: number
}

export interface VirtualInput {
  count: number
  rowPx: number
  viewportPx: number
  scrollTopPx: number
  overscan: number
}

export const MAX_BODY_PX = 15_000_000

/** How many pixels of list one pixel of scroll bar stands for: 1 unless the list is too high. */
function scrollScale({ count, rowPx, viewportPx }: Pick<VirtualInput, 'count' | 'rowPx' | 'viewportPx'>): number {
  const fullPx = count * rowPx
  if (fullPx <= MAX_BODY_PX) return 1
  return (fullPx - viewportPx) / (MAX_BODY_PX - viewportPx)
}

export function virtualWindow(input: VirtualInput): VirtualWindow {
  const { count, rowPx, viewportPx, overscan } = input
  const fullPx = count * rowPx
  const bodyPx = Math.min(fullPx, MAX_BODY_PX)
  const scrollTopPx = Math.max(0, Math.min(input.scrollTopPx, Math.max(0, bodyPx - viewportPx)))
  const topPx = scrollTopPx * scrollScale(input)
  const firstSeen = Math.floor(topPx / rowPx)
  const first = Math.max(0, firstSeen - overscan)
  const end = Math.min(count, Math.ceil((topPx + viewportPx) / rowPx) + overscan)
  return { first, end: Math.max(first, end), offsetPx: scrollTopPx + first * rowPx - topPx, bodyPx }
}

/** Scroll position that brings a row into view with the least movement. */
export function scrollTopFor(index: number, input: VirtualInput): number {
  const { rowPx, viewportPx } = input
  const scale = scrollScale(input)
  const topPx = input.scrollTopPx * scale
  const rowTopPx = index * rowPx
  if (rowTopPx < topPx) return rowTopPx / scale
  if (rowTopPx + rowPx > topPx + viewportPx) return (rowTopPx + rowPx - viewportPx) / scale
  return input.scrollTopPx
}
