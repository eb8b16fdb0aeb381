import { encode } from 'uqr'
import { expect, test } from 'vitest'
import { drawn } from './qr-code.tsx'

/** The dark squares that a path covers. */
function squaresOf(path: string): Set<string> {
  const squares = new Set<string>()
  for (const [, x, y, width] of path.matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g)) {
    for (let step = 0; step < Number(width); step += 1) squares.add(`${Number(x) + step} ${y}`)
  }
  return squares
}

test('draws every dark square and no other, with white around it', () => {
  const text = 'tg://login?token=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA'
  const { size, path } = drawn(text)
  const { data } = encode(text, { ecc: 'M', border: 4 })
  const dark = data.flatMap((row, y) => row.flatMap((on, x) => (on ? [`${x} ${y}`] : [])))
  expect(squaresOf(path)).toEqual(new Set(dark))
  expect(size).toBe(data.length)
  for (const square of dark) {
    for (const at of square.split(' ').map(Number)) expect(at >= 4 && at < size - 4).toBe(true)
  }
})
