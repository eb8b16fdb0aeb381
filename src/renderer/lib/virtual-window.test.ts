import { describe, expect, test } from 'vitest'
import { MAX_BODY_PX, scrollTopFor, type VirtualInput, virtualWindow } from './virtual-window.ts'

const short: VirtualInput = { count: 10_000, rowPx: 34, viewportPx: 680, scrollTopPx: 0, overscan: 5 }
const long: VirtualInput = { count: 1_000_000, rowPx: 28, viewportPx: 560, scrollTopPx: 0, overscan: 5 }
const bottomPx = (input: VirtualInput) => virtualWindow(input).bodyPx - input.viewportPx

describe('virtualWindow', () => {
  test('draws what is seen and a little more', () => {
    expect(virtualWindow(short)).toEqual({ first: 0, end: 25, offsetPx: 0, bodyPx: 340_000 })
    const { first, end, offsetPx } = virtualWindow({ ...short, scrollTopPx: 3400 })
    expect([first, end, offsetPx]).toEqual([95, 125, 95 * 34])
  })

  test('ends with the last row, and never draws more than there is', () => {
    const { end } = virtualWindow({ ...short, scrollTopPx: bottomPx(short) })
    expect(end).toBe(short.count)
    expect(virtualWindow({ ...short, count: 3 })).toMatchObject({ first: 0, end: 3 })
    expect(virtualWindow({ ...short, count: 0 })).toMatchObject({ first: 0, end: 0, bodyPx: 0 })
  })

  test('keeps a million rows below the height browsers draw, and reaches each of them', () => {
    expect(virtualWindow(long).bodyPx).toBe(MAX_BODY_PX)
    expect(virtualWindow({ ...long, scrollTopPx: bottomPx(long) }).end).toBe(long.count)
    for (const index of [0, 1, 4711, 500_000, 999_998, 999_999]) {
      const scrollTopPx = scrollTopFor(index, long)
      const { first, end, offsetPx } = virtualWindow({ ...long, scrollTopPx, overscan: 0 })
      expect(index).toBeGreaterThanOrEqual(first)
      expect(index).toBeLessThan(end)
      const rowTopPx = offsetPx + (index - first) * long.rowPx - scrollTopPx
      expect(rowTopPx).toBeGreaterThan(-1)
      expect(rowTopPx + long.rowPx).toBeLessThan(long.viewportPx + 1)
    }
  })

  test('stays in bounds when the list became shorter than the scroll position', () => {
    const { first, end } = virtualWindow({ ...short, count: 40, scrollTopPx: 300_000 })
    expect(end).toBe(40)
    expect(first).toBeLessThan(end)
  })
})

describe('scrollTopFor', () => {
  test('does not move for a row in view', () => {
    expect(scrollTopFor(12, { ...short, scrollTopPx: 200 })).toBe(200)
  })

  test('moves just enough', () => {
    expect(scrollTopFor(2, { ...short, scrollTopPx: 200 })).toBe(68)
    expect(scrollTopFor(30, short)).toBe(31 * 34 - 680)
  })
})
