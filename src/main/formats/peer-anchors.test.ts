import { expect, test } from 'vitest'
import type { TablesReader } from './media.ts'
import { anchorBefore, rememberPage } from './peer-anchors.ts'

test('a page begins at the nearest place that is known before it', () => {
  const tables = {} as TablesReader
  expect(anchorBefore(tables, 'all', 0)).toBe(null)
  rememberPage(tables, 'all', 200, [7n, 9n, 12n])
  expect(anchorBefore(tables, 'all', 199)).toBe(null)
  expect(anchorBefore(tables, 'all', 200)).toEqual({ offset: 200, id: 7n })
  expect(anchorBefore(tables, 'all', 1_000_000)).toEqual({ offset: 202, id: 12n })
  expect(anchorBefore(tables, 'another search', 1_000_000)).toBe(null)
  expect(anchorBefore({} as TablesReader, 'all', 1_000_000)).toBe(null)
})

test('an empty page tells nothing, and what is kept has an end', () => {
  const tables = {} as TablesReader
  rememberPage(tables, 'all', 5, [])
  expect(anchorBefore(tables, 'all', 5)).toBe(null)
  for (let page = 0; page < 1000; page += 1) rememberPage(tables, 'all', page * 100, [BigInt(page)])
  expect(anchorBefore(tables, 'all', 99_900)).toEqual({ offset: 99_900, id: 999n })
  expect(anchorBefore(tables, 'all', 0)).toBe(null)
  for (let list = 0; list < 100; list += 1) rememberPage(tables, `list ${list}`, 0, [1n])
  expect(anchorBefore(tables, 'all', 99_900)).toBe(null)
})
