import { expect, test } from 'vitest'
import { nextIndex, rangeOf, toggled } from './selection.ts'

test('keys move within the list', () => {
  expect(nextIndex('ArrowDown', -1, 10, 5)).toBe(0)
  expect(nextIndex('ArrowDown', 9, 10, 5)).toBe(9)
  expect(nextIndex('ArrowUp', 0, 10, 5)).toBe(0)
  expect(nextIndex('ArrowUp', -1, 10, 5)).toBe(9)
  expect(nextIndex('PageDown', 7, 10, 5)).toBe(9)
  expect(nextIndex('PageUp', 7, 10, 5)).toBe(2)
  expect(nextIndex('Home', 7, 10, 5)).toBe(0)
  expect(nextIndex('End', 0, 10, 5)).toBe(9)
})

test('other keys and empty lists move nothing', () => {
  expect(nextIndex('a', 3, 10, 5)).toBeNull()
  expect(nextIndex('ArrowDown', -1, 0, 5)).toBeNull()
})

test('a range goes either way, and starts at itself without an anchor', () => {
  expect(rangeOf(3, 7)).toEqual({ from: 3, to: 7 })
  expect(rangeOf(7, 3)).toEqual({ from: 3, to: 7 })
  expect(rangeOf(-1, 4)).toEqual({ from: 4, to: 4 })
})

test('toggling leaves the set it was given alone', () => {
  const before = new Set(['a'])
  expect([...toggled(before, 'b')]).toEqual(['a', 'b'])
  expect([...toggled(before, 'a')]).toEqual([])
  expect([...before]).toEqual(['a'])
})
