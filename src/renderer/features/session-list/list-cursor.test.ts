import { beforeEach, expect, test } from 'vitest'
import type { Client } from '../../../shared/contract/index.ts'
import type { SessionRow } from '../../../shared/contract/sessions.ts'
import { PAGE_ROWS, refreshRows, reloadRows, rowAt, showRows, useRows } from '../../app/rows.ts'
import { useView } from '../../app/view.ts'
import { setClient } from '../../lib/client.ts'
import { refOfKey } from '../../lib/refs.ts'
import { extendTo, pick, selectAll, toggle, useCursor } from './list-cursor.ts'

let keys: string[] = []
let listed: number[] = []

function rowOf(key: string): SessionRow {
  return { ref: { sourceId: 's', key }, name: key } as SessionRow
}

const client = {
  sessions: {
    list: async ({ offset, limit }: { offset: number; limit: number }) => {
      listed.push(offset)
      return { total: keys.length, revision: 1, rows: keys.slice(offset, offset + limit).map(rowOf) }
    },
    refs: async () => keys.map((key) => ({ sourceId: 's', key })),
  },
} as unknown as Client

const settled = () => new Promise((resolve) => setTimeout(resolve, 0))
const selected = () => [...useView.getState().selected].map((key) => refOfKey(key).key)

beforeEach(async () => {
  keys = Array.from({ length: 1000 }, (_, index) => `k${index}`)
  listed = []
  setClient(client)
  useView.setState({ active: null, selected: new Set() })
  useCursor.setState({ index: -1, anchor: -1 })
  reloadRows()
  await settled()
})

test('loads the first page alone, and others when they come into view', async () => {
  expect(listed).toEqual([0])
  showRows(790, 820)
  await settled()
  expect(listed).toEqual([0, 7 * PAGE_ROWS, 8 * PAGE_ROWS])
  expect(rowAt(useRows.getState(), 805)?.name).toBe('k805')
})

test('picks, adds and extends', async () => {
  pick(3)
  toggle(5)
  expect(selected()).toEqual(['k3', 'k5'])
  await extendTo(7)
  expect(selected()).toEqual(['k5', 'k6', 'k7'])
  await extendTo(4)
  expect(selected()).toEqual(['k4', 'k5'])
  expect(useView.getState().active?.key).toBe('k4')
})

test('a range over rows that were never loaded asks for their refs', async () => {
  pick(2)
  await extendTo(PAGE_ROWS * 2)
  expect(selected()).toHaveLength(PAGE_ROWS * 2 - 1)
  expect(selected().at(-1)).toBe(`k${PAGE_ROWS * 2}`)
})

test('the selection goes by session: it follows a row that moved and leaves one that is gone', async () => {
  pick(3)
  keys = ['new', ...keys]
  refreshRows()
  await settled()
  expect(selected()).toEqual(['k3'])
  expect(useCursor.getState().index).toBe(4)
  await selectAll()
  expect(selected()).toHaveLength(1001)
  keys = keys.filter((key) => key !== 'k3')
  refreshRows()
  await settled()
  await settled()
  expect(selected()).toHaveLength(1000)
  expect(selected()).not.toContain('k3')
})

test('a refresh keeps rows on screen until the new ones are there', async () => {
  keys = keys.map((key) => `${key}b`)
  refreshRows()
  expect(rowAt(useRows.getState(), 0)?.name).toBe('k0')
  await settled()
  expect(rowAt(useRows.getState(), 0)?.name).toBe('k0b')
})
